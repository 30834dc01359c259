"""Kiosks that start at once: a process that has the kiosk's modules loaded and forks. Each child runs `kiosk.__main__` like `python -m kiosk` does, and is killed like it."""
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from tests.rigs.programs import ProgramFailed

LOADED = """
import os, signal, sys
import kiosk.__main__ as program
log = os.open(sys.argv[1], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
signal.signal(signal.SIGCHLD, signal.SIG_IGN)       # the dead are buried by the system
while sys.stdin.buffer.raw.read(1):
    child = os.fork()
    if not child:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        for end, file in ((0, os.open(os.devnull, os.O_RDONLY)), (1, log), (2, log)):
            os.dup2(file, end)
        os.setsid()
        import ctypes
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)
        sys.argv, sys.orig_argv = ['kiosk'], [sys.executable, '-P', '-m', 'kiosk']
        program.main(prog_name='python -m kiosk')
    os.write(1, b'%d\\n' % child)
"""


class Mother:
    """Gives birth to kiosk processes of one environment."""

    def __init__(self, log, env, cwd):
        self.log = Path(log)
        self._process = subprocess.Popen([sys.executable, "-P", "-c", LOADED, str(log)], env=env, cwd=cwd, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0)

    def birth(self):
        """A kiosk process, just begun."""
        self._process.stdin.write(b".")
        return Child(int(self._process.stdout.readline()), self.log)

    def close(self):
        self._process.stdin.close()
        self._process.wait(10)
        self._process.stdout.close()


class Child:
    """A forked kiosk, with what a Program of the rigs can do."""

    def __init__(self, pid, log):
        self.pid, self.log = pid, log

    @property
    def gone(self):
        return not os.path.exists(f"/proc/{self.pid}")

    def tail(self, lines=40):
        return "".join(self.log.read_text("utf-8", "replace").splitlines(keepends=True)[-lines:])

    def wait_until(self, ready, what, seconds=30):
        end = time.monotonic() + seconds
        while not ready():
            if self.gone or time.monotonic() > end:
                raise ProgramFailed(f"{what}: {'gone' if self.gone else 'not ready'}\n{self.tail()}")
            time.sleep(0.01)

    def kill(self):
        """SIGKILL, as a power cut; back when it is gone."""
        while not self.gone:
            try:
                os.kill(self.pid, signal.SIGKILL)
            except ProcessLookupError:
                return
            time.sleep(0.002)

    stop = kill
