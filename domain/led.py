"""What the LED board of a counter and the lamp of a call pad are told, read from the lobby board's
snapshot: small, flat, and without anybody's name.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

#: How often a board hears that the hub is there. It takes the hub for gone after 13 s without.
HEARTBEAT_S = 5.0
GONE = {"up": 0}


def hub_now(snapshot: Mapping[str, Any], at: int) -> dict[str, Any]:
    """The heartbeat: the time (ms), the service day whose numbers are good, and the hall's hour for
    the brightness.
    """
    hall = datetime.fromtimestamp(at / 1000, ZoneInfo(snapshot["centre"]["timezone"]))
    return {"up": 1, "t": at, "day": snapshot["day"]["date"], "hm": hall.strftime("%H:%M")}


def counters_now(snapshot: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """`{counter: {n, seq, day, state, calls}}` of every counter.

    `seq` is that of the newest call of its number; 0 when that is long ago, and nothing blinks for
    it.
    """
    called: dict[tuple[str, str], int] = {}
    for call in snapshot["calls"]:
        called.setdefault((str(call["counter"]), call["number"]), call["seq"])
    counters: dict[str, dict[str, Any]] = {}
    for row in snapshot["counters"]:
        counter, number = str(row["counter"]), row["number"] or ""
        state = {"CALLED": "called", "SERVING": "serving"}.get(
            row["ticket_state"], "idle" if row["state"] == "open" else row["state"]
        )
        counters[counter] = {
            "n": number,
            "seq": called.get((counter, number), 0) if number else 0,
            "day": snapshot["day"]["date"],
            "state": state,
            "calls": row["calls"],
        }
    return counters
