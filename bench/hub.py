"""A hub to measure: the real command on a throw-away folder, with a centre that gives as many
numbers as are asked for.
"""

import asyncio
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol, TypedDict, cast

from server.centre import check
from server.centre.yaml_file import read_centre, written
from server.demo.children import ROOT, Child, port_to_use


class BenchFailed(Exception):
    """A part did not come up or fell off; no figure is better than a false one."""


class Running(Protocol):
    """A process that is waited for."""

    name: str

    def ended(self) -> int | None:
        """Its exit code, or None while it runs."""

    def reason(self) -> str:
        """One line on how it ended."""


class RunningHub(TypedDict):
    """A running hub; `started_in` in seconds, `tokens` by role (of counters: by number)."""

    url: str
    port: int
    folder: Path
    pid: int
    centre: str
    tokens: dict[str, Any]
    started_in: float


def centre_without_caps(
    folder: Path, centre: str = "thu_duc", procedures: list[dict[str, Any]] | None = None
) -> Path:
    """A sample centre, but without daily caps and the pause between two tickets, and with another
    list of procedures if one is given; the file.
    """
    document = read_centre(ROOT / f"centres/{centre}.yaml")
    if procedures is not None:
        listed, _ = check({**document.plain(), "services": procedures, "wizard": None})
        assert listed is not None, "the list of a benchmark is no list of procedures"
        document = listed
    fields = [field.model_copy(update={"cap": None}) for field in document.fields]
    limits = document.limits.model_copy(update={"kiosk_min_seconds_between_tickets": 0})
    file = Path(folder) / "bench.yaml"
    unlimited = document.model_copy(update={"fields": fields, "limits": limits})
    file.write_text(written(unlimited), "utf-8")
    return file


#: What every hub that was run here held at its most, in MB; taken by who tells it.
peaks: list[float] = []


def peak_mb(pid: int) -> float:
    """The most memory that a process and its children have held, each by itself, added up."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return (
        sum(
            int(line.split()[1])
            for each in (pid, *children)
            for line in Path(f"/proc/{each}/status").read_text().splitlines()
            if line.startswith("VmHWM")
        )
        / 1024
    )


@contextmanager
def running_hub(
    centre: str = "thu_duc", procedures: list[dict[str, Any]] | None = None, **settings: str
) -> Iterator[RunningHub]:
    """A running hub, with `LUOT_*` settings beside those it needs."""
    from server.demo.prepare import prepare

    folder = Path(tempfile.mkdtemp(prefix="luot-bench-"))
    child = None
    try:
        prepared = prepare(folder, centre_without_caps(folder, centre, procedures), staff=())
        port = port_to_use(0, "--port")
        environment = {
            k: v
            for k, v in os.environ.items()
            if not k.startswith("LUOT_") or k in ("LUOT_DATABASE_URL", "LUOT_ASYNC_MODE")
        }
        begun = time.monotonic()
        child = Child(
            "hub",
            ["server", "hub", "--port", str(port), "--data", str(folder)],
            environment | {"LUOT_HOURS": "always"} | settings,
            folder / "hub.log",
        )
        wait_for(port, "/readyz", child)
        yield {
            "url": f"http://127.0.0.1:{port}",
            "port": port,
            "folder": folder,
            "pid": child.pid,
            "centre": prepared["centre"],
            "tokens": prepared["tokens"],
            "started_in": time.monotonic() - begun,
        }
        peaks.append(peak_mb(child.pid))
    except BenchFailed as failure:
        last_words = (
            (folder / "hub.log").read_text("utf-8", "replace").split()[-60:] if child else []
        )
        raise BenchFailed(
            f"{failure}; the hub's last words: {' '.join(last_words)[-600:]}"
        ) from None
    finally:
        if child:
            child.end()
            child.end_surely(time.monotonic() + 8)
        shutil.rmtree(folder, ignore_errors=True)


def wait_for(port: int, path: str, child: Running, seconds: float = 30) -> None:
    """Until it answers 200."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=2) as answer:
                if answer.status == 200:
                    return
        except OSError:
            pass
        if child.ended() is not None:
            raise BenchFailed(child.reason())
        if time.monotonic() > deadline:
            raise BenchFailed(f"{child.name} did not answer within {seconds} s")
        time.sleep(0.005)


class Caller:
    """One keep-alive connection that posts JSON with as little work of its own as can be."""

    def __init__(self, port: int, token: str) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), 30)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.head = (
            f"Host: 127.0.0.1:{port}\r\nAuthorization: Bearer {token}\r\nContent-Type:"
            " application/json\r\n"
        )

    def post(self, path: str, **keys: Any) -> dict[str, Any]:
        """The answer as JSON; anything but 200 or 201 is a failure."""
        self.socket.sendall(request(self.head, path, keys))
        data = b""
        while True:
            part = self.socket.recv(65536)
            if not part:
                raise BenchFailed("the hub closed the connection")
            data += part
            head, separator, body = data.partition(b"\r\n\r\n")
            if separator and len(body) >= length_of(head):
                return answer(head, body)

    def close(self) -> None:
        """Hang up."""
        self.socket.close()


async def crowd(
    port: int, token: str, path: str, presses: list[list[dict[str, Any]]]
) -> list[float]:
    """Many callers at once, each with its own connection; the seconds of every press.

    `presses` is a list of lists of payloads.
    """
    head = (
        f"Host: 127.0.0.1:{port}\r\nAuthorization: Bearer {token}\r\nContent-Type:"
        " application/json\r\n"
    )
    took: list[float] = []

    async def caller(own: list[dict[str, Any]]) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for keys in own:
            begun = time.perf_counter()
            writer.write(request(head, path, keys))
            top = await reader.readuntil(b"\r\n\r\n")
            answer(top, await reader.readexactly(length_of(top)))
            took.append(time.perf_counter() - begun)
        writer.close()

    await asyncio.gather(*map(caller, presses))
    return took


def request(head: str, path: str, keys: dict[str, Any]) -> bytes:
    """The bytes of one POST."""
    body = json.dumps(keys).encode()
    return f"POST {path} HTTP/1.1\r\n{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


def length_of(head: bytes) -> int:
    """The content length an answer's head promises."""
    for line in head.split(b"\r\n"):
        if line[:15].lower() == b"content-length:":
            return int(line[15:])
    raise BenchFailed(f"an answer without a length: {head[:200]!r}")


def answer(head: bytes, body: bytes) -> dict[str, Any]:
    """The JSON of an answer that went well."""
    if head[9:12] not in (b"200", b"201"):
        raise BenchFailed(f"{head[:15].decode()}: {body[:200].decode()}")
    return cast(dict[str, Any], json.loads(body))


class Boards:
    """The process that holds the boards."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-m", "bench.boards"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
        )
        if self.process.stdin is None or self.process.stdout is None:
            raise BenchFailed("the boards' process has no pipes")
        self._orders, self._answers = self.process.stdin, self.process.stdout

    def tell(self, **order: Any) -> None:
        """An order to it."""
        self._orders.write(json.dumps(order) + "\n")
        self._orders.flush()

    def hear(self) -> dict[str, Any]:
        """The next line it says."""
        line = self._answers.readline()
        answer = json.loads(line) if line else {"failed": "the boards' process ended"}
        if "failed" in answer:
            raise BenchFailed(answer["failed"])
        return answer

    def open(self, port: int, count: int, hello: str, path: str = "/") -> float:
        """Connect all at once; the seconds until the last held a snapshot."""
        self.tell(do="open", host="127.0.0.1", port=port, path=path, count=count, hello=hello)
        return float(self.hear()["seconds"])

    def close(self) -> None:
        """Pull every cable."""
        self.tell(do="close")

    def end(self) -> None:
        """End the process."""
        self._orders.close()
        self.process.terminate()
        self.process.wait(10)
        self._answers.close()
