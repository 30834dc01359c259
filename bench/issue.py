"""`issue`: durable tickets a second over HTTP,
beside a bare sqlite3 loop that writes the very rows the hub wrote (WAL, synchronous FULL), and
beside a bare server that does so at each request.
"""

import asyncio
import os
import secrets
import time
from typing import Any

from .bare import bare_loop, bare_server
from .figures import Figure, percentile
from .hub import Caller, crowd, running_hub

ONE, CROWD, CALLERS = 2000, 2000, 16
FIELDS = "ABCEHKLMXVUT"


def presses(count: int) -> list[dict[str, Any]]:
    """Payloads of different presses over all fields."""
    return [
        {"request_id": secrets.token_hex(12), "field": FIELDS[n % len(FIELDS)]}
        for n in range(count)
    ]


def run() -> list[Figure]:
    """Both figures, one hub."""
    with running_hub() as hub:
        path, token = f"/api/v1/{hub['centre']}/tickets", hub["tokens"]["kiosk"]
        caller = Caller(hub["port"], token)
        for press in presses(50):
            caller.post(path, **press)
        took, begun = [], time.perf_counter()
        for press in presses(ONE):
            pressed = time.perf_counter()
            caller.post(path, **press)
            took.append(time.perf_counter() - pressed)
        alone = ONE / (time.perf_counter() - begun)
        caller.close()
        everything = presses(CROWD)
        begun = time.perf_counter()
        crowd_took = asyncio.run(
            crowd(hub["port"], token, path, [everything[n::CALLERS] for n in range(CALLERS)])
        )
        many = CROWD / (time.perf_counter() - begun)
        file = None if os.environ.get("LUOT_DATABASE_URL") else hub["folder"] / "luot.db"
        floor, server = (bare_loop(file), bare_server(file)) if file else (None, None)
    shared: dict[str, Any] = {
        "floor": floor,
        "floor_is": "bare sqlite3, same rows",
        "better": "more",
        "unit": "tickets/s",
    }
    return [
        Figure(
            "issue",
            "1 caller (p50, p99 in ms)",
            ours=alone,
            p50=percentile(took, 50) * 1e3,
            p99=percentile(took, 99) * 1e3,
            aim=700,
            aim_ratio=0.15,
            **shared,
        ),
        Figure(
            "issue",
            "the same 1 caller",
            ours=alone,
            **{**shared, "floor": server, "floor_is": "a bare server, same rows"},
        ),
        Figure(
            "issue",
            f"{CALLERS} callers (p50, p99 in ms)",
            ours=many,
            p50=percentile(crowd_took, 50) * 1e3,
            p99=percentile(crowd_took, 99) * 1e3,
            **shared,
        ),
    ]
