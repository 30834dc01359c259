"""Every program that runs long is told to end at every moment of its start: it ends soon, says so
by its exit code, and leaves no process behind.
"""

import contextlib
import json
import os
import signal
import sys
import time
from pathlib import Path

import pytest

from tests.support.hub import Hub, answers, environment
from tests.support.programs import Program, free_port, listens, living

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
        deadline = time.monotonic() + 20
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
        start = Start(self.folder, command, lambda: listens(start.program.pid, signal.SIGTERM))
        return start


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


@pytest.mark.parametrize(
    ("mode", "sent"),
    [
        ("eventlet", signal.SIGTERM),
        ("eventlet", signal.SIGINT),
        ("gevent", signal.SIGTERM),
        ("threading", signal.SIGTERM),
    ],
)
def test_a_hub_that_ends_takes_the_export_under_way_along(prepared_centres, tmp_path, mode, sent):
    """The process that makes it stands still, so that it is there whenever the hub ends."""
    prepared = prepared_centres.copy_of("ward", tmp_path / "data")
    hub = Hub(tmp_path / "data", prepared, async_mode=mode)
    try:
        hub.start()
        manager = hub.http_client(hub.tokens["manager"])
        wish = {"what": "tickets", "format": "csv"}
        assert manager.post("/reports/exports", **wish)["ok"]
        deadline = time.monotonic() + 60
        # stopped before `setpriv` has tied it to the hub, it would be tied to nobody
        while not (makers := below(hub.program.pid, "export_worker")) or is_setpriv(makers[0]):
            assert time.monotonic() < deadline
            time.sleep(0.002)
        os.kill(makers[0], signal.SIGSTOP)
        assert below(hub.program.pid, "export_worker") == makers, "it was already done"
        hub.program.process.send_signal(sent)
        assert hub.program.process.wait(ENDS_WITHIN_S) == 0
        deadline = time.monotonic() + 20
        while lives(makers[0]):
            assert time.monotonic() < deadline
            time.sleep(0.01)
    finally:
        hub.remove()
        with contextlib.suppress(UnboundLocalError, IndexError, ProcessLookupError):
            os.kill(makers[0], signal.SIGKILL)


def lives(pid):
    """Whether a process is there; one that ended and was not asked for its code is not."""
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    return False


def is_setpriv(pid):
    """Whether a process is still the program that ties the next one to the hub."""
    with contextlib.suppress(OSError):
        return (Path("/proc") / str(pid) / "comm").read_text("utf-8").strip() == "setpriv"
    return False


def below(pid, word):
    """The processes that a process started, and theirs, whose command line holds a word."""
    parents, lines = {}, {}
    for place in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            parents[int(place.name)] = int(
                (place / "stat").read_text().rpartition(")")[2].split()[1]
            )
            lines[int(place.name)] = (place / "cmdline").read_bytes().decode(errors="replace")
    family, grown = {pid}, True
    while grown:
        more = {child for child, parent in parents.items() if parent in family} - family
        family, grown = family | more, bool(more)
    return [child for child in family if word in lines.get(child, "")]
