"""Programs that start at once: a process that has the modules of a program loaded, and forks for
each start. The child begins where the program begins, with arguments, environment,
folder and log of its own, is killed like any other, and its exit code is told. What it spares is a
second of Python's importing; that the programs start by themselves is shown by
tests that begin them so (main_job_test, demo, kill_test's every fourth life).
"""

import atexit
import contextlib
import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

from tests.support.programs import Program, ProgramFailed

ROOT = Path(__file__).parents[2]
SERVER_PROGRAM = """
import ctypes, json, os, signal, sys
fork, waitpid, write = os.fork, os.waitpid, os.write     # as they are before a hub's modules patch them
{load}

def begin(order):
    os.setsid()
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)
    for end, (file, how) in enumerate(((os.devnull, os.O_RDONLY), (order["log"], os.O_WRONLY | os.O_APPEND | os.O_CREAT), (order["log"], os.O_WRONLY | os.O_APPEND | os.O_CREAT))):
        opened = os.open(file, how)
        os.dup2(opened, end)
        os.close(opened)
    os.chdir(order["cwd"])
    os.environ.clear()
    os.environ.update(order["env"])
    {begin}

for line in iter(sys.stdin.buffer.readline, b""):
    order = json.loads(line)
    if "pid" in order:
        pid, state = waitpid(order["pid"], os.WNOHANG)
        answer = os.waitstatus_to_exitcode(state) if pid else None
    else:
        answer = fork()
        if not answer:
            begin(order)
            os._exit(70)
    write(1, b"%s\\n" % json.dumps(answer).encode())
"""
#: program → (what it has loaded before it forks, how the child begins)
KINDS = {
    # `luot hub` goes over into gunicorn, whose modules are loaded in the order in which gunicorn
    # loads them
    "hub": (
        """
import warnings
warnings.filterwarnings("ignore", message="Using fork")      # eventlet's, of a fork before anything has begun
import gunicorn.app.wsgiapp, gunicorn.arbiter, server.worker, server.app, server.__main__, server.commands.hub
def over_into_gunicorn(path, argv, environment):
    os.environ.update(environment)
    os.environ.setdefault("PSYCOPG_WAIT_FUNC", "wait_selector")
    sys.argv = argv[3:]
    gunicorn.app.wsgiapp.run()
""",
        'os.execve = over_into_gunicorn; server.__main__.luot(order["argv"], prog_name="luot")',
    ),
    "kiosk": (
        "import kiosk.program as program",
        (
            "sys.argv, sys.orig_argv = ['kiosk'], [sys.executable, '-P', '-m', 'kiosk'];"
            " program.main(prog_name='python -m kiosk')"
        ),
    ),
}
_servers, _lock = {}, threading.Lock()


class ForkServer:
    """A process with a program's modules loaded; one question at a time."""

    def __init__(self, kind, env):
        load, begin = KINDS[kind]
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-c", SERVER_PROGRAM.format(load=load, begin=begin)],
            env=env,
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,
        )
        self._lock = threading.Lock()
        atexit.register(self.close)

    def ask(self, **order):
        """What it answers; ProgramFailed when it is no more."""
        with self._lock:
            try:
                self._process.stdin.write(json.dumps(order).encode() + b"\n")
                self._process.stdin.flush()
                answer = self._process.stdout.readline()
            except BrokenPipeError:
                answer = b""
        if not answer:
            raise ProgramFailed(
                f"the process that was to fork a program ended with {self._process.wait(10)}; what"
                " it said stands in the test's captured output"
            )
        return json.loads(answer)

    @property
    def pid(self):
        """Its own process id."""
        return self._process.pid

    def close(self):
        """It ends with its input, and its children with it."""
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.close()
        self._process.wait(10)
        self._process.stdout.close()


class Child:
    """A forked program, with what is used of a Popen."""

    def __init__(self, server, pid):
        self.server, self.pid, self.returncode = server, pid, None

    def poll(self):
        """Its exit code, or None while it runs."""
        if self.returncode is None:
            self.returncode = self.server.ask(pid=self.pid)
        return self.returncode

    def wait(self, timeout=None):
        """Its exit code, when it has ended."""
        end = time.monotonic() + (timeout or 1e9)
        while self.poll() is None:
            if time.monotonic() > end:
                raise subprocess.TimeoutExpired(f"forked {self.pid}", timeout)
            time.sleep(0.005)
        return self.returncode

    def send_signal(self, sent):
        """A signal, unless it has ended."""
        if self.poll() is None:
            os.kill(self.pid, sent)


class ForkedProgram(Program):
    """A Program that is forked instead of begun."""

    def __init__(self, kind, argv, log, env, cwd):
        self.argv, self.log = [str(a) for a in argv], os.fspath(log)
        order = {"argv": self.argv, "log": self.log, "env": env, "cwd": os.fspath(cwd)}
        with _lock:
            try:
                server = _servers.get(kind) or ForkServer(kind, env)
                pid = server.ask(**order)
            except ProgramFailed:  # it was killed meanwhile, with its children
                server = ForkServer(kind, env)
                pid = server.ask(**order)
            _servers[kind] = server
        self.process = Child(server, pid)
