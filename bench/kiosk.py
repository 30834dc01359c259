"""`kiosk`: from the press to the first byte at the printer and to the finished paper, with the hub
and without;
and what drawing and encoding a slip costs. After an outage: until its tickets stand in line.

A real kiosk process, a real hub, the virtual printer behind a line that notes when the job's first
byte passes. The floor is the same presses at a kiosk whose
slip is not looked at: the HTTP answer alone, which stands on the journal's and the hub's disk.
"""

import json
import os
import secrets
import signal
import sqlite3
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

from kiosk.paper_job import slip_job
from kiosk.profiles import PROFILES
from kiosk.settings import HERE
from kiosk.slip import SlipMaker
from kiosk.virtual_printer import VirtualPrinter
from server.acts.show.sample_slip import sample_paper
from server.centre import centre_of
from server.centre.yaml_file import read_centre
from server.demo.children import Child, port_to_use
from tests.support.breakable_link import BreakableLink

from . import outage
from .figures import Figure, percentile
from .hub import BenchFailed, RunningHub, running_hub, wait_for

PRESSES, DRAWN = 110, 40
FIELDS = "ABCEHKLMXVUT"
JOB = b"\x1b@"  # what every slip begins with; questions of status do not


def run() -> list[Figure]:
    """Figures with the hub, without it, and of drawing alone."""
    with running_hub() as hub:
        folder = Path(hub["folder"]) / "kiosk"
        folder.mkdir()
        virtual = VirtualPrinter(folder / "paper")
        firsts: list[float] = []

        def hears(data: bytes, is_answer: bool) -> Iterator[bytes]:
            if not is_answer and data.startswith(JOB):
                firsts.append(time.perf_counter())
            yield data

        link = BreakableLink(virtual.address[1], lambda: hears)
        try:
            port = port_to_use(0, "--port")
            with _kiosk(folder, port, hub, f"network://127.0.0.1:{link.port}"):
                with_hub = _presses(port, firsts, folder / "data" / "kiosk.sqlite", "hub")
                os.kill(hub["pid"], signal.SIGTERM)
                _wait(port, lambda s: s["hub"] == "down", "the kiosk to miss the hub")
                without = _presses(port, firsts, folder / "data" / "kiosk.sqlite", "lease")
        finally:
            link.remove()
            virtual.close()
    return [
        *_figures("with hub", with_hub, 150),
        *_figures("without", without, 100),
        outage.run(_kiosk, _call, _wait),
        *_drawing(),
    ]


@contextmanager
def _kiosk(folder: Path, port: int, hub: RunningHub, printer: str) -> Iterator[None]:
    settings = {
        "HUB": hub["url"],
        "TOKEN": hub["tokens"]["kiosk"],
        "CENTRE": hub["centre"],
        "PORT": port,
        "DATA": folder / "data",
        "PRINTER": printer,
    }
    environment = {k: v for k, v in os.environ.items() if not k.startswith("LUOT_")} | {
        f"LUOT_KIOSK_{k}": str(v) for k, v in settings.items()
    }
    child = Child("kiosk", ["kiosk"], environment, folder / "kiosk.log")
    try:
        wait_for(port, "/api/status", child)
        yield
    finally:
        child.end()
        child.end_surely(time.monotonic() + 8)


def _presses(
    port: int, firsts: list[float], journal: Path, source: str
) -> list[tuple[float, float, float]]:
    """`(answer, first byte, paper done)` of each press in seconds, one citizen after the other."""
    _wait(
        port,
        lambda s: s["printer"] == "ok" and (s["hub"] == "up") is (source == "hub"),
        "kiosk and printer to be well",
    )
    took = []
    for n in range(PRESSES + 3):
        firsts.clear()
        pressed = time.perf_counter()
        request_id = secrets.token_hex(12)
        answer = _call(
            port,
            "/api/issue",
            {"request_id": request_id, "field": FIELDS[n % len(FIELDS)], "lang": "vi"},
        )
        answered = time.perf_counter()
        if not answer["ok"]:
            raise BenchFailed(f"a press was refused: {answer}")
        while (state := _call(port, f"/api/issue/{request_id}")["print"]["state"]) in (
            "queued",
            "sent",
        ):
            time.sleep(0.002)
        done = time.perf_counter()
        if state != "printed" or not firsts:
            raise BenchFailed(f"a slip was not printed: {state}")
        took.append((answered - pressed, firsts[0] - pressed, done - pressed))
    with sqlite3.connect(journal) as db:
        if (
            not db.execute("SELECT count(*) FROM presses WHERE source = ?", (source,)).fetchone()[0]
            >= PRESSES
        ):
            raise BenchFailed(f"the numbers did not come from the {source}")
    db.close()
    return took[3:]


def _figures(how: str, took: list[tuple[float, float, float]], aim: float) -> list[Figure]:
    answers, firsts, done = ([ms * 1e3 for ms in column] for column in zip(*took, strict=True))
    floor: dict[str, Any] = {"floor": percentile(answers, 50), "floor_is": "the answer alone, p50"}
    return [
        Figure(
            "kiosk",
            f"press → first byte, {how} (p99)",
            "ms",
            percentile(firsts, 99),
            p50=percentile(firsts, 50),
            p99=percentile(firsts, 99),
            aim=aim,
            **floor,
        ),
        Figure(
            "kiosk",
            f"press → paper done, {how} (p99)",
            "ms",
            percentile(done, 99),
            p50=percentile(done, 50),
            p99=percentile(done, 99),
            **floor,
        ),
    ]


def _drawing() -> list[Figure]:
    maker = SlipMaker(HERE.parent / "node_modules", HERE.parent / "ui" / "texts")
    centre = centre_of(read_centre(HERE.parent / "centres" / "thu_duc.yaml"))
    slip = sample_paper(centre, "vi")["content"]
    drawn, encoded = [], []
    for _ in range(DRAWN):
        begun = time.perf_counter()
        picture = maker.draw(dict(slip), 576, "Asia/Ho_Chi_Minh")
        middle = time.perf_counter()
        slip_job(picture, PROFILES["80mm"])
        drawn.append((middle - begun) * 1e3)
        encoded.append((time.perf_counter() - middle) * 1e3)
    return [
        Figure(
            "kiosk",
            "drawing a slip, 80 mm (p50)",
            "ms",
            percentile(drawn, 50),
            None,
            "",
            p50=percentile(drawn, 50),
            p99=percentile(drawn, 99),
        ),
        Figure(
            "kiosk",
            "encoding it for the printer (p50)",
            "ms",
            percentile(encoded, 50),
            None,
            "",
            p50=percentile(encoded, 50),
            p99=percentile(encoded, 99),
        ),
    ]


def _call(port: int, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
    data = json.dumps(body).encode() if body is not None else None
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}{path}", data, {"Content-Type": "application/json"}
    )
    try:
        with urllib.request.urlopen(request, timeout=15) as answer:
            return cast(dict[str, Any], json.load(answer))
    except urllib.error.HTTPError as refusal:
        return cast(dict[str, Any], json.load(refusal))


def _wait(
    port: int, ready: Callable[[dict[str, Any]], bool], what: str, seconds: float = 30
) -> None:
    end = time.monotonic() + seconds
    while not ready(status := _call(port, "/api/status")):
        if time.monotonic() > end:
            raise BenchFailed(f"waited {seconds} s for {what}: {status}")
        time.sleep(0.05)
