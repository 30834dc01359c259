"""The real hub as a program:

`python -m server hub` on a free port and a folder of its own, with a centre, tokens and staff in
it.
"""

import json
import os
import shutil
import sys
import urllib.error
import urllib.request
from pathlib import Path

from tests.support.fork_server import ForkedProgram
from tests.support.people import Citizen, Clerk, HttpClient, Screen
from tests.support.programs import Program, free_port

ROOT = Path(__file__).parents[2]


def answers(url: str, says=None) -> bool:
    """Whether it answers 200, with a JSON that pleases `says` if given."""
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:
            return answer.status == 200 and (says is None or says(json.load(answer)))
    except (OSError, urllib.error.URLError):
        return False


def environment(**more) -> dict:
    """Ours without any LUOT_*, plus what is given."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith("LUOT_")}
    return (
        clean
        | {"PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "default"}
        | {k: str(v) for k, v in more.items()}
    )


class Hub:
    """A hub process over a prepared folder.

    `prepared` is what `prepare` gave: centre, tokens, staff. `forked`: it starts at once
    (support/fork_server.py).
    """

    def __init__(
        self,
        folder,
        prepared,
        async_mode="eventlet",
        database_url=None,
        port=None,
        forked=False,
        **settings,
    ):
        self.folder, self.prepared, self.centre, self.tokens = (
            Path(folder),
            prepared,
            prepared["centre"],
            prepared["tokens"],
        )
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.environment = environment(
            LUOT_HOURS="always",
            LUOT_ASYNC_MODE=async_mode,
            **({"LUOT_DATABASE_URL": database_url} if database_url else {}),
            **settings,
        )
        self.program, self.people, self.forked = None, [], forked and async_mode == "eventlet"

    def launch(self) -> "Hub":
        """Starts it (again), ready or not."""
        command, more = (
            ["hub", "--port", self.port, "--data", self.folder],
            {"log": self.folder / "hub.log", "env": self.environment, "cwd": self.folder},
        )
        self.program = (
            ForkedProgram("hub", command, **more)
            if self.forked
            else Program([sys.executable, "-P", "-m", "server", *command], **more)
        )
        return self

    def start(self) -> "Hub":
        """Starts it (again) and waits until it is ready."""
        self.launch()
        self.program.wait_until(lambda: answers(f"{self.url}/readyz"), "hub")
        return self

    def kill(self) -> None:
        """SIGKILL, as a power cut."""
        self.program.kill()

    def stop(self) -> int:
        """Asked to end; its exit code."""
        return self.program.stop()

    def remove(self) -> None:
        """Everybody goes home, and it ends at once; a test that looks at an orderly end stops it
        itself.
        """
        for person in self.people:
            person.closes() if isinstance(person, Screen) else person.close()
        if self.program:
            self.program.kill()

    def _here(self, person):
        self.people.append(person)
        return person

    def http_client(self, token=None) -> HttpClient:
        """A bare HTTP line."""
        return self._here(HttpClient(self.url, self.centre, token))

    def citizen(self) -> Citizen:
        """Somebody at the kiosk."""
        return self._here(Citizen(self.url, self.centre, self.tokens["kiosk"]))

    def clerk(self, counter) -> Clerk:
        """The clerk at a counter (not yet open)."""
        return self._here(
            Clerk(self.url, self.centre, self.tokens["counter"][str(counter)], counter)
        )

    def screen(self, role, url=None, **auth) -> Screen:
        """A socket of a role: board, kiosk, manager, or counter with counter=…"""
        token = (
            self.tokens["counter"][str(auth["counter"])] if role == "counter" else self.tokens[role]
        )
        return self._here(Screen(url or self.url, role, **{"token": token, **auth}))

    def board(self, url=None, **auth) -> Screen:
        """A lobby board."""
        return self.screen("board", url, **auth)


class PreparedCentres:
    """Prepared folders: a centre is loaded once per run, and its folder copied for each hub."""

    def __init__(self, folder):
        self.folder, self.made = Path(folder), {}

    def copy_of(self, centre, to) -> dict:
        """Copy a hall of this centre file to a folder; what `prepare` gave."""
        from server.demo.prepare import prepare

        if centre not in self.made:
            place = self.folder / centre
            self.made[centre] = (place, prepare(place, ROOT / "centres" / f"{centre}.yaml"))
        place, prepared = self.made[centre]
        shutil.copytree(place, to, dirs_exist_ok=True)
        return prepared
