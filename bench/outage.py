"""After an outage: how long until the sixty tickets an hour gives out stand in the hub's line, from
the moment the cable is whole again.

A real kiosk process, a real hub, a line between them that is cut. The floor is the same number of
tickets sent by a bare client on an open line: the hub's own work.
"""

import json
import threading
import time
import urllib.request
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import socketio

from server.demo.children import port_to_use
from tests.support.breakable_link import BreakableLink

from .figures import Figure
from .hub import BenchFailed, Caller, RunningHub, running_hub

TICKETS, PAUSE_S = 60, 0.1  # long enough for the kiosk to knock as seldom as it ever does
FIELDS, OTHER_FIELDS = "ABC", "EHK"

#: How a kiosk of a folder and port is run in a hall with a printer, asked, and waited for.
RunKiosk = Callable[[Path, int, RunningHub, str], AbstractContextManager[None]]
Call = Callable[[int, str, dict[str, Any]], dict[str, Any]]
Wait = Callable[[int, Callable[[dict[str, Any]], bool], str], None]


def run(kiosk: RunKiosk, call: Call, wait: Wait) -> Figure:
    """The figure; `kiosk`, `call` and `wait` are how a kiosk is run and spoken to
    (bench/kiosk.py).
    """
    with running_hub() as hub:
        folder, link, port = (
            Path(hub["folder"]) / "kiosk",
            BreakableLink(hub["port"]),
            port_to_use(0, "--port"),
        )
        folder.mkdir()
        try:
            with kiosk(folder, port, {**hub, "url": f"http://127.0.0.1:{link.port}"}, "virtual:"):
                wait(
                    port, lambda s: s["hub"] == "up" and s["left"], "the kiosk to have its numbers"
                )
                link.cut()
                wait(port, lambda s: s["hub"] == "down", "the kiosk to miss the hub")
                for n in range(TICKETS):
                    if not call(
                        port,
                        "/api/issue",
                        {"request_id": f"outage-{n:06d}", "field": FIELDS[n % 3]},
                    )["ok"]:
                        raise BenchFailed("a press was refused without the hub")
                    time.sleep(PAUSE_S)
                link.mend()
                back = time.perf_counter()
                while _waiting(hub) < TICKETS:
                    if time.perf_counter() - back > 30:
                        raise BenchFailed(
                            f"{_waiting(hub)} of {TICKETS} tickets in line after 30 s"
                        )
                    time.sleep(0.01)
                took = time.perf_counter() - back
                _first_is_called(hub)
                wait(port, lambda s: s["outbox"] == 0, "everything to be told")
        finally:
            link.remove()
        floor = _bare(hub)
    return Figure(
        "kiosk",
        f"return → {TICKETS} tickets in line",
        "ms",
        took * 1e3,
        floor * 1e3,
        "sent by a bare client on an open line",
        aim=5000,
    )


def _waiting(hub: RunningHub) -> int:
    asked = urllib.request.Request(
        f"{hub['url']}/api/v1/{hub['centre']}/snapshot/kiosk",
        headers={"Authorization": f"Bearer {hub['tokens']['kiosk']}"},
    )
    with urllib.request.urlopen(asked, timeout=5) as answer:
        return sum(field["waiting"] or 0 for field in json.load(answer)["fields"])


def _first_is_called(hub: RunningHub) -> None:
    caller = Caller(hub["port"], hub["tokens"]["counter"]["2"])
    try:
        path = f"/api/v1/{hub['centre']}/counters/2"
        caller.post(f"{path}/open", request_id="outage-open")
        number = caller.post(f"{path}/call_next", request_id="outage-call")["ticket"]["number"]
    finally:
        caller.close()
    if number != f"{FIELDS[0]}801":
        raise BenchFailed(f"{number} was called first after the outage, not {FIELDS[0]}801")


def _bare(hub: RunningHub) -> float:
    """Seconds for as many tickets of the same kiosk's other blocks, sent by a client that does
    nothing else.
    """
    heard: list[dict[str, Any]] = []
    there = threading.Event()
    client = socketio.Client(reconnection=False)

    def snapshot(news: dict[str, Any]) -> None:
        heard.append(news)
        there.set()

    client.on("snapshot", snapshot, namespace="/kiosk")
    client.connect(
        hub["url"],
        namespaces=["/kiosk"],
        transports=["websocket"],
        auth={"token": hub["tokens"]["kiosk"], "version": "bench"},
    )
    try:
        if not there.wait(10):
            raise BenchFailed("no snapshot for a bare kiosk client")
        first = {block["field"]: block for block in reversed(heard[0]["blocks"])}
        now = heard[0]["at"]
        tickets = [
            {
                "request_id": f"bare-{n:08d}",
                "day": first[f]["day"],
                "field": f,
                "number": f"{f}{first[f]['first'] + n // 3:03d}",
                "issued_at": now,
            }
            for n in range(TICKETS)
            for f in OTHER_FIELDS[n % 3]
        ]
        begun = time.perf_counter()
        for part in (tickets[:50], tickets[50:]):
            answer = client.call("upload", {"tickets": part}, namespace="/kiosk", timeout=20)
            if not answer["ok"] or not all(row.get("ok", True) for row in answer["tickets"]):
                raise BenchFailed(f"the hub refused an upload: {answer}")
        return time.perf_counter() - begun
    finally:
        client.disconnect()
