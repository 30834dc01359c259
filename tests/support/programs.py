"""Starting other programs in tests.

A program that is missing fails the test with the command that installs it; none outlives the run.
"""

import contextlib
import ctypes
import os
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

PACKAGES = {
    "initdb": "postgresql",
    "postgres": "postgresql",
    "redis-server": "redis-server",
    "chromium": "chromium",
    "chromium-headless-shell": "chromium-headless-shell",
    "nginx": "nginx",
    "espeak-ng": "espeak-ng",
    "systemd-analyze": "systemd",
    "Xvfb": "xvfb",
}
_libc = ctypes.CDLL(None)


class ProgramFailed(AssertionError):
    """A program of the rig is missing, did not come up, or ended by itself; the message holds the
    mend or the end of its log.
    """


def program(name: str) -> str:
    """The full path of a program, PostgreSQL's own folder included."""
    places = sorted(map(str, Path("/usr/lib/postgresql").glob(f"*/bin/{name}")), reverse=True)
    path = (
        places[0]
        if places
        else shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
    )
    if not path:
        raise ProgramFailed(f"{name} is missing; run: apt-get install {PACKAGES.get(name, name)}")
    return path


def in_memory(size: int) -> bool:
    """Whether /dev/shm is there, holds so many bytes more, and lets programs be run from it."""
    try:
        about = os.statvfs("/dev/shm")
    except OSError:
        return False
    return (
        about.f_bavail * about.f_frsize > size
        and not about.f_flag & os.ST_NOEXEC
        and os.access("/dev/shm", os.W_OK)
    )


def free_port() -> int:
    """A port nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def end_with_parent(sent: int):
    """For a child: be told to end when the test run dies, even by SIGKILL."""

    def prepare():
        _libc.prctl(1, int(sent))

    return prepare


def wait_for(what: str, is_so, seconds: float = 120) -> None:
    """Waits until `is_so()` is true; fails with what was waited for."""
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, what
        time.sleep(0.1)


class Program:
    """A child process in its own group, with its output in a file."""

    def __init__(self, argv, log, env=None, cwd=None, parent_died=signal.SIGKILL, pass_fds=()):
        self.argv, self.log = [str(a) for a in argv], os.fspath(log)
        with open(self.log, "ab") as out:
            self.process = subprocess.Popen(
                self.argv,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                env=env,
                cwd=cwd,
                start_new_session=True,
                preexec_fn=end_with_parent(parent_died),
                pass_fds=pass_fds,
            )

    @property
    def pid(self) -> int:
        return self.process.pid

    def tail(self, lines: int = 40) -> str:
        """The last lines it said."""
        with open(self.log, encoding="utf-8", errors="replace") as text:
            return "".join(text.readlines()[-lines:])

    def wait_until(self, ready, what: str, seconds: float = 30) -> None:
        """Waits until `ready()` is true; fails at once when the program ends before."""
        deadline = time.monotonic() + seconds
        while not ready():
            if self.process.poll() is not None:
                raise ProgramFailed(f"{what}: ended with {self.process.returncode}\n{self.tail()}")
            if time.monotonic() > deadline:
                raise ProgramFailed(f"{what}: not ready within {seconds:.0f} s\n{self.tail()}")
            time.sleep(0.02)

    def send(self, sent: int) -> None:
        """A signal to the whole group."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, sent)

    def kill(self) -> None:
        """SIGKILL to the whole group, as a power cut would."""
        self.send(signal.SIGKILL)
        self.process.wait(10)

    def stop(self, sent: int = signal.SIGTERM, seconds: float = 15) -> int:
        """Asks it to end, then makes sure; the exit code."""
        if self.process.poll() is None:
            self.process.send_signal(sent)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(seconds)
        self.kill()
        return self.process.returncode


def living(word: str) -> list[str]:
    """The command lines of living processes that hold a word, ours left out."""
    commands = []
    for place in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            line = (place / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            if word in line and int(place.name) != os.getpid():
                commands.append(line)
    return commands


def port_open(port: int) -> bool:
    """Whether something accepts connections there."""
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def listens(pid: int, sent: signal.Signals) -> bool:
    """Whether a process has its own way with a signal by now."""
    status = Path(f"/proc/{pid}/status").read_text()
    caught = int(next(s for s in status.splitlines() if s.startswith("SigCgt")).split()[1], 16)
    return bool(caught >> (sent - 1) & 1)
