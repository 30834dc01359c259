"""`flood`: what one greedy stranger does to the hall's calls, beside the same calls before it.

The stranger is a process with a core of its own where there is one. Behind nginx too where it is
installed, with the site that is shipped.
"""

import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from server.demo.children import ROOT, port_to_use

from .figures import Figure, percentile
from .hub import BenchFailed, Caller, RunningHub, running_hub

KINDS = ("packets", "pings", "junk", "requests", "pipeline", "connections", "handshakes", "half")
NGINX_KINDS = ("packets", "requests")
COUNTS = (1, 50)
CALLS = 100
#: A clerk's pause between two calls: the hub is not to be kept busy by the measuring itself.
PAUSE_S = 0.01
SWING_S = 0.5
AIM_RATIO = 3.0
#: nginx lies where only root's PATH leads.
PATH = os.environ.get("PATH", "") + ":/usr/sbin"


def run() -> Iterator[Figure]:
    """A figure for each flood, from one and from fifty connections."""
    with running_hub() as hub:
        yield from _measured(hub, hub["port"], KINDS, "", ())
    if shutil.which("nginx", path=PATH):
        with running_hub(LUOT_TRUSTED_PROXIES="1") as hub, _nginx(hub) as port:
            yield from _measured(hub, port, NGINX_KINDS, " behind nginx", ("--tls",))


def _measured(
    hub: RunningHub, port: int, kinds: tuple[str, ...], where: str, options: tuple[str, ...]
) -> Iterator[Figure]:
    clerk = Clerk(hub)
    workers = _children(hub["pid"])
    for kind in kinds:
        for count in COUNTS:
            quiet = clerk.calls()
            with _flood(port, kind, count, options):
                flooded = clerk.calls()
            if _children(hub["pid"]) != workers:
                raise BenchFailed(f"a worker died under the flood {kind} × {count}")
            yield Figure(
                "flood",
                f"call_next p99, {count} × {kind}{where}",
                "ms",
                percentile(flooded, 99),
                percentile(quiet, 99),
                "the same calls just before",
                p50=percentile(flooded, 50),
                p99=percentile(flooded, 99),
                aim_ratio=AIM_RATIO,
            )


class Clerk:
    """Somebody who calls one number after another, with enough people waiting."""

    def __init__(self, hub: RunningHub) -> None:
        self._kiosk = Caller(hub["port"], hub["tokens"]["kiosk"])
        self._counter = Caller(hub["port"], hub["tokens"]["counter"]["2"])
        self._tickets = f"/api/v1/{hub['centre']}/tickets"
        self._verbs = f"/api/v1/{hub['centre']}/counters/2/"
        self._says("open")

    def _says(self, verb: str) -> dict[str, object]:
        return self._counter.post(self._verbs + verb, request_id=secrets.token_hex(12))

    def calls(self) -> list[float]:
        """Milliseconds of each of CALLS calls."""
        for _ in range(CALLS):
            self._kiosk.post(self._tickets, request_id=secrets.token_hex(12), field="A")
        took = []
        for _ in range(CALLS):
            began = time.perf_counter()
            answer = self._says("call_next")
            took.append((time.perf_counter() - began) * 1e3)
            if not answer.get("ticket"):
                raise BenchFailed(f"nobody to call: {answer}")
            self._says("start")
            time.sleep(PAUSE_S)
        return took


@contextmanager
def _flood(port: int, kind: str, count: int, options: tuple[str, ...]) -> Iterator[None]:
    command = [sys.executable, "-P", "-m", "bench.flooder", kind, str(port)]
    command += ["--count", str(count), "--seconds", "60", *options]
    command += ["--core", str(max(os.sched_getaffinity(0)))]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    program = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
    try:
        time.sleep(SWING_S)
        yield
    finally:
        program.terminate()
        counts = json.loads(program.communicate(timeout=20)[0])
    if not counts.get("connections"):
        raise BenchFailed(f"the flood {kind} reached nobody: {counts}")


@contextmanager
def _nginx(hub: RunningHub) -> Iterator[int]:
    """The shipped nginx in front of a hub; its TLS port."""
    from firmware_configs.checks.frame import CONFIGS
    from firmware_configs.checks.nginx import tree

    folder = Path(hub["folder"]) / "nginx"
    tls, plain, boards = (port_to_use(0, "--port") for _ in range(3))
    main = tree(CONFIGS, folder, tls=tls, plain=plain, boards=boards, hubs=(hub["port"],))
    command = [shutil.which("nginx", path=PATH), "-p", folder, "-c", main, "-g", "daemon off;"]
    process = subprocess.Popen([str(part) for part in command], stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 10
        while not _listens(tls):
            if process.poll() is not None or time.monotonic() > deadline:
                raise BenchFailed("nginx did not start")
            time.sleep(0.05)
        yield tls
    finally:
        process.terminate()
        process.wait(10)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _children(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
