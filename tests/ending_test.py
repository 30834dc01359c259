"""Every program that runs long is told to end at every moment of its start: it ends soon, says so
by its exit code, and leaves no process behind.
"""

import json
import signal
import sys
import time
from pathlib import Path

import pytest

from tests.support.hub import answers, environment
from tests.support.programs import Program, free_port, living

pytestmark = pytest.mark.slow
#: Shares of the time it takes to be ready; each program is told once more when it is ready.
MOMENTS = (0.0, 0.2, 0.4, 0.6, 0.8, 0.95)
#: Before a program listens to a signal, it is ended by it, or says that it was broken off; there is
#: nothing to be kept then.
CODES = {signal.SIGTERM: {0, -signal.SIGTERM}, signal.SIGINT: {0, 1, -signal.SIGINT}}
ENDS_WITHIN_S = 20


class Start:
    """One start of a program in a folder of its own: `arguments`, `environment`, and `ready()`."""

    def __init__(self, folder, arguments, ready, **more):
        self.folder, self.ready = folder, ready
        self.program = Program(
            [sys.executable, "-P", "-m", *arguments],
            folder / "program.log",
            env=environment(**more),
            cwd=folder,
        )

    def sends(self, sent):
        """Its exit code after a signal, when nothing of it is left."""
        self.program.process.send_signal(sent)
        code = self.program.process.wait(ENDS_WITHIN_S)
        deadline = time.monotonic() + 5
        while (left := living(f"{self.folder}/")) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert not left, left
        return code


@pytest.fixture
def starts(prepared_centres, tmp_path):
    """starts("hub") starts a program that goes on."""
    begun = []

    def start(name):
        folder = tmp_path / f"{name}-{len(begun)}"
        folder.mkdir()
        begun.append(getattr(Programs(prepared_centres, folder), name)())
        return begun[-1]

    yield start
    for started in begun:
        started.program.kill()


class Programs:
    """How each is started."""

    def __init__(self, prepared_centres, folder):
        self.centres, self.folder = prepared_centres, folder
        self.port, self.kiosk_port = free_port(), free_port()
        self.ports = ["--port", self.port, "--kiosk-port", self.kiosk_port]
        self.ready_file = folder / "ready.json"

    def hub(self):
        self.centres.copy_of("ward", self.folder / "data")
        address = f"http://127.0.0.1:{self.port}/readyz"
        command = ["server", "hub", "--port", self.port, "--data", f"{self.folder}/data"]
        return Start(self.folder, command, lambda: answers(address))

    def up(self):
        prepared = self.centres.copy_of("ward", self.folder / "data")
        command = ["server", "up", "--kiosk", *self.ports, "--data", f"{self.folder}/data"]
        return Start(
            self.folder,
            [*command, "--ready-file", self.ready_file],
            self.ready_file.exists,
            LUOT_KIOSK_DATA=f"{self.folder}/kiosk",
            LUOT_KIOSK_TOKEN=prepared["tokens"]["kiosk"],
            LUOT_KIOSK_CENTRE=prepared["centre"],
        )

    def demo(self):
        command = ["server", "demo", *self.ports, "--data", f"{self.folder}/data"]
        command += ["--centre", "ward", "--history", "8", "--citizens", "60"]
        return Start(
            self.folder, [*command, "--ready-file", self.ready_file], self.ready_file.exists
        )

    def kiosk(self):
        command = ["kiosk", "--port", self.kiosk_port, "--data", f"{self.folder}/kiosk"]
        command += ["--hub", f"http://127.0.0.1:{self.port}"]
        address = f"http://127.0.0.1:{self.kiosk_port}/api/status"
        return Start(self.folder, command, lambda: answers(address))

    def people(self):
        prepared = self.centres.copy_of("ward", self.folder / "data")
        plan = self.folder / "plan.json"
        plan.write_text(
            json.dumps(
                {
                    "centre_file": str(Path(__file__).parents[1] / "centres/ward.yaml"),
                    "centre": prepared["centre"],
                    "hub": f"http://127.0.0.1:{self.port}",
                    "kiosk": f"http://127.0.0.1:{self.kiosk_port}",
                    "tokens": prepared["tokens"],
                    "rate": 60,
                    "speed": 1,
                }
            )
        )
        return self._when_it_listens(["server.demo.people_process", plan])

    def bridge(self):
        account = self.folder / "data/bridge/ward/bridge.json"
        account.parent.mkdir(parents=True)
        at_broker = {"host": "127.0.0.1", "port": self.port, "user": "b", "password": "b"}
        hub = f"http://127.0.0.1:{self.kiosk_port}"
        account.write_text(
            json.dumps({"hub": hub, "centre": "ward", "token": "none", "broker": at_broker})
        )
        return self._when_it_listens(["server", "bridge", "--data", f"{self.folder}/data"])

    def _when_it_listens(self, command):
        start = Start(self.folder, command, lambda: listens(start.program.pid))
        return start


def listens(pid):
    """Whether a process has its own way with SIGTERM by now."""
    status = Path(f"/proc/{pid}/status").read_text()
    caught = int(next(s for s in status.splitlines() if s.startswith("SigCgt")).split()[1], 16)
    return bool(caught >> (signal.SIGTERM - 1) & 1)


@pytest.mark.parametrize("name", ["hub", "up", "demo", "kiosk", "people", "bridge"])
def test_whatever_runs_long_ends_at_any_moment_of_its_start(starts, name):
    began = time.monotonic()
    first = starts(name)
    first.program.wait_until(first.ready, name, 120)
    lasts = time.monotonic() - began
    assert first.sends(signal.SIGTERM) == 0
    codes = {}
    for n, share in enumerate(MOMENTS):
        sent = (signal.SIGTERM, signal.SIGINT)[n % 2]
        again = starts(name)
        time.sleep(share * lasts)
        codes[share, sent.name] = code = again.sends(sent)
        assert code in CODES[sent], (codes, again.program.tail())
        for words in ("Exception in worker process", "Traceback"):
            assert words not in again.program.tail(200), (codes, again.program.tail(200))
    last = starts(name)
    last.program.wait_until(last.ready, name, 120)
    assert last.sends(signal.SIGINT) == 0
