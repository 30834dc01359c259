"""Chromium's policy files, read by a real Chromium: it opens chrome://policy and every row must say
OK.

The file is seen at /etc/chromium/policies/managed in a mount namespace of its own, so nothing of
the machine is touched.
One browser is kept for all files of a run and reads anew each time.
Two things differ in the copy it reads, since they would lock the check out: developer tools are not
forbidden, and chrome://policy is allowed.
That the file itself forbids them is looked at apart.
"""

import atexit
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from .frame import CONFIGS, program

_child: subprocess.Popen[str] | None = None


#: nobody is to come here from a screen in the hall; and the waiting page is on every machine
FORBIDDEN = [
    "https://example.com/",
    "http://127.0.0.1:8102/",
    "file:///etc/passwd",
    "chrome://settings",
    "data:text/html,x",
    "view-source:http://127.0.0.1:8101/",
]
WAITING = "file:///run/user/1001/luot-splash/index.html"


def policy(*pages: str) -> Callable[[Path], str | None]:
    """A check:

    Chromium says OK to every policy, opens the device's own pages and the waiting page, and nothing
    else.
    """
    return lambda file: _judge(file, [*pages, WAITING])


def _judge(file: Path, pages: list[str]) -> str | None:
    try:
        wanted = json.loads(file.read_text("utf-8"))
    except ValueError as error:
        return f"not JSON: {error}"
    wrong = [
        f"{name} must be {value!r}"
        for name, value in (
            ("URLBlocklist", ["*", "chrome://*"]),
            ("DeveloperToolsAvailability", 2),
            ("IncognitoModeAvailability", 1),
        )
        if wanted.get(name) != value
    ]
    shown = {**wanted, "URLAllowlist": [*wanted.get("URLAllowlist", []), "chrome://policy"]}
    shown.pop("DeveloperToolsAvailability", None)
    answer = _read(shown, [*pages, *FORBIDDEN])
    rows, blocked = answer["rows"], answer["blocked"]
    wrong += [
        f"{name}: {rows.get(name, 'not read at all')}" for name in shown if rows.get(name) != "OK"
    ]
    if not wrong:
        wrong += [f"{page} is blocked" for page in pages if page in blocked] + [
            f"{page} is not blocked" for page in FORBIDDEN if page not in blocked
        ]
    return "\n".join(wrong) or None


def _read(policies: dict[str, Any], visit: list[str]) -> dict[str, Any]:
    """What chrome://policy says of each policy (OK, or its complaint), and which addresses are not
    opened.
    """
    global _child
    program("unshare"), program("chromium")
    if _child is None or _child.poll() is not None:
        _child = subprocess.Popen(
            ["unshare", "-m", sys.executable, "-m", "firmware_configs.checks.policy_page"],
            cwd=CONFIGS.parent,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        atexit.register(_end)
    asked, answers, trouble = _child.stdin, _child.stdout, _child.stderr
    assert asked and answers and trouble, "all three are pipes"
    asked.write(json.dumps({"policies": policies, "visit": visit}) + "\n")
    asked.flush()
    answer = answers.readline()
    if not answer:
        output = trouble.read()
        _end()
        raise RuntimeError(f"Chromium did not show its policies: {output[-1000:]}")
    rows: dict[str, Any] = json.loads(answer)
    return rows


def _end() -> None:
    """Closing its input ends the browser."""
    global _child
    if _child is not None:
        for pipe in (_child.stdin, _child.stdout, _child.stderr):
            if pipe is not None:
                pipe.close()
        _child.wait(20)
        _child = None
