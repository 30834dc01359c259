"""The lobby board's page in a headless Chromium:

CPU while nobody is called, CPU per call, memory and elements after 10,000 calls.
The floor is the same browser with an empty page.
"""

import json
import logging
import os
import shutil
import statistics
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import Flask, Response, abort, send_file
from flask_socketio import SocketIO, emit
from werkzeug.security import safe_join
from werkzeug.serving import make_server

from server.demo.children import ROOT
from tests.support.stub_hub import TOYS

from .figures import Figure
from .hub import BenchFailed

if TYPE_CHECKING:
    from playwright.sync_api import Browser

CHROMIUM = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--autoplay-policy=no-user-gesture-required",
]
IDLE_S, CALLS_S, MANY, COUNTERS = 12, 12, 10_000, 12
TICK = os.sysconf("SC_CLK_TCK")


def run() -> list[Figure]:
    """Figures `board`: a share of one core in per cent, milliseconds of CPU a call, megabytes."""
    chromium = shutil.which("chromium")
    if chromium is None:
        raise BenchFailed("chromium is missing; run: apt-get install chromium")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        raise BenchFailed(
            "the benchmark of the board needs what the tests need; run `./luot test` once, or pip"
            " install -r requirements-test.txt"
        ) from None
    stage = Stage()
    try:
        with sync_playwright() as driver:
            browser = driver.chromium.launch(executable_path=chromium, args=CHROMIUM)
            empty = _idle(browser, stage, f"{stage.url}/empty")
            idle = _idle(browser, stage, f"{stage.url}/board/thu-duc?zone=K1&sound=0")
            a_call = _calls(browser, stage)
            before, after, elements = _many(browser, stage)
            browser.close()
    finally:
        stage.remove()
    return [
        Figure(
            "board", "an idle board page, of one core", "%", idle, empty, "an empty page", aim=3
        ),
        Figure("board", "one call shown, CPU of its page", "ms", a_call, None, "", aim=150),
        Figure(
            "board",
            f"memory after {MANY:,} calls",
            "MB",
            after,
            before,
            "after 200 calls",
            aim_ratio=1.3,
        ),
        Figure("board", f"elements after {MANY:,} calls", "", elements, None, ""),
    ]


def _seconds(pid: int) -> float:
    """CPU seconds a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICK


def _renderers() -> list[int]:
    """The renderer processes of the Chromiums that this process started."""
    parents: dict[int, int] = {}
    renderers: list[int] = []
    for place in Path("/proc").glob("[0-9]*"):
        try:
            parents[int(place.name)] = int(
                (place / "stat").read_text().rsplit(")", 1)[1].split()[1]
            )
            if b"--type=renderer" in (place / "cmdline").read_bytes():
                renderers.append(int(place.name))
        except (OSError, IndexError, ValueError):
            continue

    def ours(pid: int) -> bool:
        while pid > 1 and pid != os.getpid():
            pid = parents.get(pid, 0)
        return pid == os.getpid()

    return [pid for pid in renderers if ours(pid)]


def _used() -> dict[int, float]:
    return {pid: _seconds(pid) for pid in _renderers()}


def _spent(before: dict[int, float], after: dict[int, float]) -> float:
    return sum(seconds - before.get(pid, 0) for pid, seconds in after.items())


def _idle(browser: "Browser", stage: "Stage", address: str) -> float:
    """Per cent of one core that a page's renderer uses while nothing happens (a snapshot every ten
    seconds).
    """
    page = browser.new_page(viewport={"width": 1920, "height": 1080})
    page.goto(address)
    page.wait_for_timeout(3000)
    before = _used()
    begun = time.monotonic()
    while time.monotonic() - begun < IDLE_S:
        page.wait_for_timeout(IDLE_S * 500)
        stage.show()
    share = 100 * _spent(before, _used()) / (time.monotonic() - begun)
    page.close()
    return share


def _calls(browser: "Browser", stage: "Stage") -> float:
    """Milliseconds of the renderer's CPU for one call, what it uses when idle taken off: one call a
    second, the usual size of hall.
    """
    page = browser.new_page(viewport={"width": 1920, "height": 1080})
    page.goto(f"{stage.url}/board/thu-duc?zone=K1&sound=0")
    page.wait_for_timeout(3000)
    idle = []
    for _ in range(3):
        before = _used()
        page.wait_for_timeout(1000)
        idle.append(_spent(before, _used()))
    before = _used()
    for n in range(CALLS_S):
        stage.call(n)
        page.wait_for_timeout(1000)
    spent = _spent(before, _used()) / CALLS_S
    page.close()
    return max(0.0, (spent - statistics.median(idle)) * 1000)


def _many(browser: "Browser", stage: "Stage") -> tuple[float, float, int]:
    """`(MB after 200 calls, MB after MANY more, elements then)`, garbage collected."""
    page = browser.new_page(viewport={"width": 1920, "height": 1080})
    page.add_init_script(TOYS)
    page.goto(f"{stage.url}/board/thu-duc?zone=K1&sound=0")
    deadline = time.monotonic() + 20
    while not page.evaluate("() => !!(window.Luot && Luot.boardPage)"):
        if time.monotonic() > deadline:
            raise BenchFailed("the board's page did not start")
        page.wait_for_timeout(50)
    page.evaluate("snapshot => toy.begin(snapshot)", stage.snapshot)
    page.evaluate("toy.calls(200)")
    session = page.context.new_cdp_session(page)

    def megabytes() -> float:
        session.send("HeapProfiler.collectGarbage")
        return float(session.send("Runtime.getHeapUsage")["usedSize"]) / 1e6

    before = megabytes()
    for _ in range(10):
        page.evaluate(f"toy.calls({MANY // 10})")
    figures = before, megabytes(), page.evaluate("document.querySelectorAll('*').length")
    page.close()
    return figures


class Stage:
    """Serves the board's files and plays the hub's part: a hall of twelve counters."""

    def __init__(self) -> None:
        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        app = Flask("bench", static_folder=None)
        self.sockets = SocketIO(app, async_mode="threading", cors_allowed_origins="*")
        now = round(time.time() * 1000)
        names = {"vi": "Khu 1 – Tư pháp, xã hội", "en": "Zone 1 – Justice and social affairs"}
        self.snapshot: dict[str, Any] = {
            "seq": 812,
            "at": now,
            "centre": {
                "code": "thu-duc",
                "name": names,
                "timezone": "Asia/Ho_Chi_Minh",
                "locales": ["vi", "en"],
            },
            "day": {"date": "2026-11-23", "state": "open"},
            "zones": [{"id": "K1", "name": names, "audio_group": "hall-1"}],
            "calls": [],
            "notice": names,
            "badge": "ƯT",
            "counters": [
                {
                    "counter": n,
                    "name": None,
                    "zone": "K1",
                    "fields": ["A"],
                    "state": "open",
                    "number": f"A{n:03d}",
                    "ticket_state": "SERVING",
                    "calls": 1,
                    "called_at": now,
                    "priority": False,
                }
                for n in range(1, COUNTERS + 1)
            ],
            "fields": [
                {
                    "field": f,
                    "name": names,
                    "short": names,
                    "zone": "K1",
                    "state": "open",
                    "waiting": 9,
                    "estimate": {"low": 10, "high": 20},
                }
                for f in "ABKLXV"
            ],
        }
        for top, folder in (
            ("ui", ROOT / "ui"),
            ("display", ROOT / "display"),
            ("lib", ROOT / "node_modules"),
        ):
            app.add_url_rule(
                f"/{top}/<path:path>", top, lambda path, folder=folder: self._file(folder, path)
            )
        app.add_url_rule(
            "/board/<centre>", "board", lambda centre: self._file(ROOT / "display", "board.html")
        )
        app.add_url_rule(
            "/empty",
            "empty",
            lambda: Response("<!doctype html><title>.</title>", mimetype="text/html"),
        )
        app.add_url_rule(
            "/api/v1/<centre>/snapshot/board",
            "snapshot",
            lambda centre: Response(json.dumps(self.snapshot), mimetype="application/json"),
        )
        self.sockets.on_event(
            "connect", lambda auth=None: emit("snapshot", self.snapshot), namespace="/board"
        )
        for verb in ("played", "status"):
            self.sockets.on_event(
                verb, lambda body: {"ok": True, "seq": self.snapshot["seq"]}, namespace="/board"
            )
        self.server = make_server("127.0.0.1", 0, app, threaded=True)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @staticmethod
    def _file(folder: Path, path: str) -> Response:
        file = Path(safe_join(str(folder), path) or "/nowhere")
        return send_file(file) if file.is_file() else abort(404)

    def show(self) -> None:
        """The same hall once more, as the hub does every ten seconds."""
        self.snapshot = {**self.snapshot, "at": round(time.time() * 1000)}
        self.sockets.emit("snapshot", self.snapshot, namespace="/board")

    def call(self, n: int) -> None:
        """One call: its fact, then the snapshot."""
        now, counter, number = round(time.time() * 1000), n % COUNTERS + 1, f"A{100 + n:03d}"
        row = {
            "seq": self.snapshot["seq"] + 1,
            "number": number,
            "counter": counter,
            "zone": "K1",
            "calls": 1,
            "at": now,
            "state": "CALLED",
            "priority": False,
        }
        counters = [
            (
                {**c, "number": number, "ticket_state": "CALLED", "called_at": now}
                if c["counter"] == counter
                else c
            )
            for c in self.snapshot["counters"]
        ]
        self.snapshot = {
            **self.snapshot,
            "seq": row["seq"],
            "at": now,
            "counters": counters,
            "calls": [row, *self.snapshot["calls"]][:12],
        }
        self.sockets.emit("called", {**row, "say": []}, namespace="/board")
        self.sockets.emit("snapshot", self.snapshot, namespace="/board")

    def remove(self) -> None:
        """Ends the stage."""
        self.server.shutdown()
        self.server.server_close()
