"""The kiosk as the hall has it: a process of its own, talked to over its loopback API."""

import contextlib
import os
import sys
import time
from pathlib import Path

import requests

from tests.support.programs import Program, free_port

ROOT = Path(__file__).parents[2]


class Machine:
    """`python -m kiosk` on a free port and a folder of its own.

    `start()` again after `kill()`: it is the same machine.
    """

    def __init__(
        self, folder, hub_url, token="kiosk-token", printer="virtual:", centre="thu-duc", **settings
    ):
        self.folder, self.port = Path(folder), free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.hub_port = int(hub_url.rsplit(":", 1)[1])
        clean = {k: v for k, v in os.environ.items() if not k.startswith("LUOT_")}
        own = {
            "HUB": hub_url,
            "TOKEN": token,
            "CENTRE": centre,
            "PORT": self.port,
            "PRINTER": printer,
            "DATA": self.folder / "kiosk",
            "POLL_S": 0.2,
            "FENCE_S": 2,
            **settings,
        }
        self.environment = (
            clean | {"PYTHONPATH": str(ROOT)} | {f"LUOT_KIOSK_{k}": str(v) for k, v in own.items()}
        )
        self.http = requests.Session()
        self.http.trust_env = False
        self.program = None

    def begin(self):
        """The program, just begun."""
        return Program(
            [sys.executable, "-P", "-m", "kiosk"],
            self.folder / "kiosk.log",
            env=self.environment,
            cwd=self.folder,
        )

    def start(self):
        self.program = self.begin()
        self.program.wait_until(self._answers, "kiosk")
        return self

    def _answers(self):
        with contextlib.suppress(requests.RequestException):
            return self.http.get(f"{self.url}/api/status", timeout=2).status_code == 200

    def kill(self):
        self.program.kill()

    def remove(self):
        if self.program:
            self.program.stop()
        self.http.close()

    def status(self):
        return self.http.get(f"{self.url}/api/status", timeout=5).json()

    def press(self, request_id, status=201, **body):
        """Presses, and checks the HTTP status; the answer."""
        answer = self.http.post(
            f"{self.url}/api/issue", json={"request_id": request_id, **body}, timeout=10
        )
        assert answer.status_code == status, answer.text
        return answer.json()

    def wait(self, ready, what, seconds=20):
        """Waits until the status is as wanted; the status."""
        end, status = time.monotonic() + seconds, "no answer"
        while True:
            with contextlib.suppress(
                requests.Timeout
            ):  # a machine with much to do may take its time for one look
                if ready(status := self.status()):
                    return status
            assert time.monotonic() < end, (
                f"{what} not within {seconds} s: {status}\n{self.program.tail(15)}"
            )
            time.sleep(0.03)

    def online(self):
        return self.wait(lambda s: s["hub"] == "up" and s["printer"] == "ok", "hub and printer up")

    def offline(self):
        return self.wait(lambda s: s["hub"] == "down", "hub noticed gone")

    def slip_done(self, request_id, seconds=20):
        """How the slip of a press ended: {"state", "reason"}."""
        end = time.monotonic() + seconds
        while (
            job := self.http.get(f"{self.url}/api/issue/{request_id}", timeout=5).json()["print"]
        )["state"] not in ("printed", "failed"):
            assert time.monotonic() < end, f"slip not done: {job}\n{self.program.tail(15)}"
            time.sleep(0.03)
        return job

    def faults(self, *names, **more):
        answer = self.http.post(
            f"{self.url}/api/virtual-printer/faults",
            json={"faults": dict.fromkeys(names, True) | more},
            timeout=5,
        )
        assert answer.status_code == 200, answer.text

    def slip(self, name, copy=1):
        """The slip's picture as bytes, or None."""
        answer = self.http.get(f"{self.url}/api/slips/{name}.png", params={"copy": copy}, timeout=5)
        return answer.content if answer.status_code == 200 else None

    def slips(self):
        """The names of all slips that came out of the virtual printer."""
        return sorted(p.stem for p in (self.folder / "kiosk" / "slips").glob("*.png"))
