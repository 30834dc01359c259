"""The processes of a demo or of `luot up`: started, watched, and every one ended with its parent,
whatever ends the parent.
"""

import contextlib
import ctypes
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Self

from ..commands.ending import when_told_to_end

ROOT = Path(__file__).resolve().parents[2]
#: How long a child may take to end by itself before it is killed; the hub needs about 2 s with
#: sockets open.
END_SECONDS = 8
#: A log grows to this, then begins anew; the one before is kept.
LOG_BYTES = 5_000_000
#: A helper that ended is started again, but not more often than this.
AGAIN_AFTER_S = 5.0
#: The exit code of a helper that cannot run on this machine: it is left alone.
CANNOT_RUN = 3
Says = Callable[[Any], Any]
_libc = ctypes.CDLL(None)


class ChildFailed(Exception):
    """A process did not start or ended by itself; the text is one line that says the mend."""


class Child:
    """One process in a group of its own. Without `log` it speaks on our own stderr."""

    def __init__(
        self, name: str, arguments: list[str], env: Mapping[str, str], log: Path | None = None
    ) -> None:
        self.name, self.log = name, log
        with open(log, "ab") if log else contextlib.nullcontext() as out:
            self.process = subprocess.Popen(
                [sys.executable, "-P", "-m", *arguments],
                env={**env, "PYTHONPATH": _with_root(env), "PYTHONUNBUFFERED": "1"},
                stdin=subprocess.DEVNULL,
                stdout=out or sys.stderr,
                stderr=out or sys.stderr,
                start_new_session=True,
                preexec_fn=_end_with_parent,
            )

    @property
    def pid(self) -> int:
        """Its process id."""
        return self.process.pid

    def ended(self) -> int | None:
        """The exit code, or None while it runs."""
        return self.process.poll()

    def reason(self) -> str:
        """One line on how it ended."""
        last_words = ""
        if self.log and Path(self.log).exists():
            lines = Path(self.log).read_text("utf-8", "replace").strip().splitlines()
            last_words = f": {lines[-1].strip()[:300]}" if lines else ""
        return f"{self.name} ended by itself (code {self.ended()}){last_words}" + (
            f" (log: {self.log})" if self.log else ""
        )

    def bound_log(self) -> None:
        """Keep what it said within bounds: what came before in one file beside it."""
        if self.log and Path(self.log).stat().st_size > LOG_BYTES:
            # it writes at the end, wherever that is now
            shutil.copyfile(self.log, f"{self.log}.1")
            os.truncate(self.log, 0)

    def end(self) -> None:
        """Ask it to end."""
        if self.ended() is None:
            self.process.terminate()

    def end_surely(self, deadline: float) -> None:
        """Wait for its end until `deadline` (monotonic), then kill its whole group."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(max(0.05, deadline - time.monotonic()))
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)
        self.process.wait(5)


@dataclass(slots=True)
class _Helper:
    """A process that is started again: how, the one that runs, and not before when."""

    again: Callable[[], Child]
    child: Child
    not_before: float = 0.0


class Children:
    """All processes of one run.

    `stop` is set by Ctrl-C or SIGTERM; leaving the `with` ends every one of them.
    """

    def __init__(self) -> None:
        self.all: list[Child] = []
        self._helpers: dict[str, _Helper] = {}
        self._again: dict[str, Callable[[], Child]] = {}
        self.stop = threading.Event()

    def __enter__(self) -> Self:
        signals = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
        self._before = {sent: signal.getsignal(sent) for sent in signals}
        when_told_to_end(self.stop.set, signals)
        return self

    def __exit__(self, *_: object) -> None:
        for child in reversed(self.all):
            child.end()
        deadline = time.monotonic() + END_SECONDS
        for child in reversed(self.all):
            child.end_surely(deadline)
        for sent, handler in self._before.items():
            signal.signal(sent, handler)

    def start(
        self, name: str, arguments: list[str], env: Mapping[str, str], log: Path | None = None
    ) -> Child:
        """Start one more process."""
        again = partial(Child, name, arguments, env, log)
        self.all.append(again())
        self._again[name] = again
        return self.all[-1]

    def start_helper(
        self, name: str, arguments: list[str], env: Mapping[str, str], log: Path | None = None
    ) -> Child:
        """Start a process without which the others go on: it is started again when it ends, unless
        it ended with `CANNOT_RUN`.
        """
        child = self.start(name, arguments, env, log)
        self._helpers[name] = _Helper(partial(Child, name, arguments, env, log), child)
        return child

    def wait_until_answers(
        self, child: Child, url: str, seconds: float = 60, says: Says | None = None
    ) -> bool:
        """Wait until `url` answers 200 (and its JSON pleases `says`).

        Raises ChildFailed when the child ends first; returns False when told to stop.
        """
        deadline = time.monotonic() + seconds
        while not self.stop.is_set():
            if _answers(url, says):
                return True
            if child.ended() is not None:
                raise ChildFailed(child.reason())
            if time.monotonic() > deadline:
                raise ChildFailed(
                    f"{child.name} did not answer at {url} within {seconds} s"
                    + (f"; look into {child.log}" if child.log else "")
                )
            self.stop.wait(0.05)
        return False

    def watch(self, starts_again: Mapping[str, Callable[[], bool]] | None = None) -> None:
        """Return when told to stop; raise ChildFailed as soon as one of them ends by itself, unless
        it is to start again (`starts_again`: by its name, asked when it has ended).
        """
        while not self.stop.wait(0.25):
            for child in list(self.all):
                child.bound_log()
                if child.ended() is None or self.stop.is_set():
                    continue
                if child.name in self._helpers:
                    self._start_again(self._helpers[child.name])
                elif starts_again and child.name in starts_again and starts_again[child.name]():
                    self.all[self.all.index(child)] = self._again[child.name]()
                else:
                    raise ChildFailed(child.reason())

    def _start_again(self, helper: "_Helper") -> None:
        now = time.monotonic()
        if helper.child.ended() == CANNOT_RUN or now < helper.not_before:
            return
        self.all.remove(helper.child)
        helper.child = helper.again()
        helper.not_before = now + AGAIN_AFTER_S
        self.all.append(helper.child)


def port_to_use(port: int, option: str, host: str = "127.0.0.1") -> int:
    """The port asked for, or a free one for 0.

    Raises ChildFailed with the mend when somebody else listens there.
    """
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise ChildFailed(
                f"port {port} cannot be used ({error.strerror}); end the program that holds it, or"
                f" choose another with {option}"
            ) from None
        return int(probe.getsockname()[1])


def _end_with_parent() -> None:
    # PR_SET_PDEATHSIG: a parent that is killed outright takes its children along
    _libc.prctl(1, signal.SIGTERM)


def _with_root(env: Mapping[str, str]) -> str:
    return os.pathsep.join(
        filter(
            None,
            [
                str(ROOT),
                *(p for p in env.get("PYTHONPATH", "").split(os.pathsep) if p != str(ROOT)),
            ],
        )
    )


def _answers(url: str, says: Says | None = None) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:
            return answer.status == 200 and (says is None or says(json.load(answer)))
    except (OSError, urllib.error.URLError, ValueError):
        return False
