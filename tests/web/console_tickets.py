"""The tickets of a morning at counter 5, in the form of docs/sockets.md: those of the look's picture."""

import time
from pathlib import Path

import yaml

from tests.support.centres import centre_from

ROOT = Path(__file__).parents[2]
PROFILE = yaml.safe_load((ROOT / "centres" / "thu_duc.yaml").read_text("utf-8"))
CENTRE = centre_from(PROFILE)
MINUTE = 60_000


def now():
    return int(time.time() * 1000)


def ticket(number, service, minutes, state="WAITING", **more):
    """One ticket taken `minutes` ago, in the form of docs/sockets.md."""
    at, field = now() - int(minutes * MINUTE), number.rstrip("0123456789")
    base = dict.fromkeys(
        (
            "priority",
            "called_at",
            "first_called_at",
            "started_at",
            "ended_at",
            "counter",
            "reason",
            "to_counter",
            "come_back",
            "parked_at",
            "park_reason",
            "missed_at",
            "rejoin_until",
            "outcome",
            "to_clerk",
            "remind_at",
            "note",
            "dossiers",
        )
    )
    return {
        **base,
        "then": [],
        "needs": {"outcome": False, "services": False},
        "id": f"t_{number}",
        "number": number,
        "field": field,
        "service": {"code": service, "name": CENTRE.services[service].name},
        "state": state,
        "lang": "vi",
        "issued_at": at,
        "line_at": at,
        "since": at,
        "calls": 0,
        "expected_minutes": round(CENTRE.fields[field].minutes),
        **more,
    }


def morning():
    """The tickets of the picture."""
    at = now() - int(3.7 * MINUTE)
    aged = {"code": "NCT75", "name": CENTRE.priorities["NCT75"].name, "credit_minutes": 20}
    rows = [
        ticket(
            "A113",
            "copy",
            21.7,
            "SERVING",
            called_at=at,
            first_called_at=at,
            started_at=at,
            calls=1,
            reason="longest_wait",
            counter=5,
        ),
        ticket("A127", "copy", 6, priority=aged, line_at=now() - 26 * MINUTE),
        ticket("B043", "birth", 22),
        ticket("A119", "signature", 17),
        ticket("A120", "copy", 16, lang="en"),
        ticket("A121", "contract", 15),
        *(ticket(f"A{n}", "copy", 14 - n % 10) for n in range(122, 127)),
        *(ticket(f"A{n}", "copy", 6 - n % 10) for n in range(130, 135)),
        ticket("A109", "copy", 50, "PARKED", parked_at=now() - 12 * MINUTE, park_reason="copy"),
        ticket("A114", "copy", 40, "PARKED", parked_at=now() - 4 * MINUTE, park_reason="fee"),
        ticket(
            "A111",
            "copy",
            50,
            "ABSENT",
            calls=3,
            called_at=now() - 12 * MINUTE,
            missed_at=now() - 11 * MINUTE,
            rejoin_until=now() + 18 * MINUTE,
        ),
        ticket(
            "A116",
            "copy",
            40,
            "ABSENT",
            calls=3,
            called_at=now() - 6 * MINUTE,
            missed_at=now() - 5 * MINUTE,
            rejoin_until=now() + 24 * MINUTE,
        ),
    ]
    return {row["number"]: row for row in rows}
