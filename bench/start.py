"""`start`: from the command to the first answered request, beside gunicorn with an empty
application.
"""

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from server.demo.children import ROOT, port_to_use

from .figures import Figure
from .hub import Running, running_hub, wait_for

ROUNDS = 5


def empty(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
    """The smallest application there is."""
    start_response("200 OK", [("Content-Length", "2")])
    return [b"ok"]


def run() -> list[Figure]:
    """The median of five starts each."""
    ours, floor = [], []
    for _ in range(ROUNDS):
        with running_hub() as hub:
            ours.append(hub["started_in"] * 1e3)
        floor.append(_bare_start() * 1e3)
    return [
        Figure(
            "start",
            "command to first answer",
            "ms",
            statistics.median(ours),
            statistics.median(floor),
            "gunicorn, empty application",
        )
    ]


def _bare_start() -> float:
    port = port_to_use(0, "--port")
    begun = time.monotonic()
    with _gunicorn(port) as child:
        wait_for(port, "/", child)
        return time.monotonic() - begun


@contextmanager
def _gunicorn(port: int) -> Iterator[Running]:
    class Bare:
        name = "gunicorn"
        process = subprocess.Popen(
            [
                sys.executable,
                "-P",
                "-m",
                "gunicorn",
                "-k",
                "gthread",
                "-b",
                f"127.0.0.1:{port}",
                "--no-control-socket",
                "bench.start:empty",
            ],
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

        def ended(self) -> int | None:
            return self.process.poll()

        def reason(self) -> str:
            return "the empty gunicorn ended by itself"

    child = Bare()
    try:
        yield child
    finally:
        child.process.terminate()
        child.process.wait(10)
