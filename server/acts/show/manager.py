"""The hall as its manager watches it."""

from typing import Any

from domain.day import CLOSED, MINUTE, OPEN

from ...store import lines
from ..outside import receivers_off
from .clock import clock_alerts, reopening
from .phones import phone_alerts
from .reading import KNOWN_MS, CentreReading
from .shapes import ManagerCounter, ManagerField, ManagerSnapshot
from .watch import Online, Watch, key_of

#: How long somebody's call for help at a kiosk is shown.
HELP_FOR_MS = 5 * MINUTE


#: A board tells how it is every 30 s; older word of its sound is no word.
MUTE_KNOWN_MS = 120_000
#: A kiosk's clock may be off by so much before staff hear of it.
CLOCK_OFF_MS = 120_000


def manager(reading: CentreReading, online: Online | None = None) -> ManagerSnapshot:
    """The hall as its manager watches it; `online` says which devices are connected."""
    centre = reading.centre
    with reading.read() as conn:
        counts = lines.state_counts(conn, centre.code, reading.day.date if reading.day else "")
        doubted = lines.doubted_counts(conn, centre.code, reading.day.date if reading.day else "")
    shown_devices = [{**device} for device in reading.devices]
    watch = Watch(reading, shown_devices, online)
    totals = dict.fromkeys(
        ("waiting", "called", "serving", "parked", "absent", "done", "cancelled", "expired"), 0
    )
    by_field: dict[str, tuple[int, int]] = {}
    for field, state, n, _ in counts:
        totals[state.lower()] += n
        issued, served = by_field.get(field, (0, 0))
        by_field[field] = (issued + n, served + (n if state == "DONE" else 0))
    fields: list[ManagerField] = [
        {
            "field": f.prefix,
            "name": f.name,
            "short": f.short,
            "zone": f.zone,
            "waiting": reading.waiting(f.prefix)[0],
            "oldest_at": reading.waiting(f.prefix)[1],
            **reading.estimate(f.prefix),
            "open_counters": sum(
                1
                for d in centre.counters.values()
                if f.prefix in d.fields and reading.state_of(d.number) == OPEN
            ),
            "state": reading.availability(f.prefix).state,
            "message": reading.message(f.prefix),
            "course": watch.course(f.prefix),
            "issued": by_field.get(f.prefix, (0, 0))[0],
            "served": by_field.get(f.prefix, (0, 0))[1],
        }
        for f in centre.fields.values()
    ]
    counters: list[ManagerCounter] = []
    for d in centre.counters.values():
        row, ticket = reading.states.get(d.number), reading.at.get(d.number)
        counters.append(
            {
                "counter": d.label,
                "name": d.name,
                "zone": d.zone,
                "fields": list(d.fields),
                "overflow": list(d.overflow),
                "mode": d.mode,
                "assigned": d.assigned,
                "wants_next": d.number in reading.wanting,
                "break_wanted": bool(row.break_wanted) if row else False,
                "state": reading.state_of(d.number),
                "since": row.since if row else None,
                "pause_reason": row.reason if row and row.state == "paused" else None,
                "clerk": reading.names.get(str(row.clerk)) if row and row.state != CLOSED else None,
                "number": ticket.number if ticket else None,
                "ticket_state": ticket.state if ticket else None,
                "ticket_since": (ticket.started_at or ticket.called_at) if ticket else None,
            }
        )
    return {
        **reading.head(),
        "reopen": reopening(reading),
        "totals": {"issued": sum(totals.values()), **totals, "no_shows": totals["absent"]},
        "fields": fields,
        "counters": counters,
        "devices": shown_devices,
        "alerts": _joined(_alerts(reading, fields, shown_devices), watch.alerts())
        + _doubted(reading, doubted),
        "suggestions": watch.suggestions(),
        "rules": {
            "target_minutes": centre.rules.target_minutes,
            "guard_minutes": centre.rules.guard_minutes,
        },
    }


def told_to(reading: CentreReading, role: str, online: Online | None = None) -> list[Any]:
    """What the centre's rules tell clerks or greeters, in the shape of a snapshot's alerts."""
    if not any(rule.to == role for rule in reading.centre.alerts):
        return []
    own = ("kiosk_paper_low",)  # told beside the kiosks whatever the rules say
    return [
        alert
        for alert in Watch(reading, reading.devices, online).alerts()
        if alert["to"] == role and alert["code"] not in own
    ]


def _joined(always: list[dict[str, Any]], by_rules: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What is told always and what the file's rules find, each once, with whom the file names."""
    named = {key_of(alert): alert["to"] for alert in by_rules}
    alerts = [{**alert, "to": named.pop(key_of(alert), "manager")} for alert in always]
    return alerts + [alert for alert in by_rules if key_of(alert) in named]


def _alerts(
    reading: CentreReading, fields: list[ManagerField], devices: list[Any]
) -> list[dict[str, Any]]:
    alerts = []
    for f in fields:
        if (
            f["oldest_at"]
            and reading.now - f["oldest_at"] > reading.centre.rules.guard_minutes * MINUTE
        ):
            alerts.append(
                {
                    "code": "wait_over_guard",
                    "level": "warn",
                    "params": {
                        "field": f["field"],
                        "minutes": int((reading.now - f["oldest_at"]) / MINUTE),
                        "waiting": f["waiting"],
                    },
                    "at": f["oldest_at"],
                }
            )
    return (
        clock_alerts(reading)
        + alerts
        + _machine_alerts(reading, devices)
        + _mute_boards(reading, devices)
        + _boards_that_skip(reading, devices)
        + phone_alerts(reading, devices)
        + _crowds(reading)
        + _receivers_off(reading)
    )


def _receivers_off(reading: CentreReading) -> list[dict[str, Any]]:
    """Programs outside that said they are gone, and providers that take our token no more: nothing
    is sent there until somebody looks.
    """
    return [
        {"code": f"{kind}_off", "level": "warn", "params": {kind: receiver}, "at": at}
        for kind, receiver, at in receivers_off(reading.context, reading.centre.code)
    ]


def _crowds(reading: CentreReading) -> list[dict[str, Any]]:
    """Many bookings from one place: worth a look, and nobody is blocked by it."""
    return [
        {
            "code": f"crowd_{crowd.kind}",
            "level": "warn",
            "params": {"count": crowd.count},
            "at": crowd.at,
        }
        for crowd in reading.context.public_limits.crowds(reading.centre.code)
    ]


def _doubted(reading: CentreReading, counts: dict[str, int]) -> list[dict[str, Any]]:
    """Kiosks that gave numbers at times which cannot be right; the arrival counts for these."""
    return [
        {
            "code": "kiosk_time_doubted",
            "level": "warn",
            "params": {"device": device, "count": count},
            "at": reading.now,
        }
        for device, count in sorted(counts.items())
    ]


def _mute_boards(reading: CentreReading, devices: list[Any]) -> list[dict[str, Any]]:
    """Boards that should speak and cannot: the browser waits for a touch, the sound card stands
    still, or there is none.
    """
    return [
        {
            "code": f"board_{d['status']['sound']}",
            "level": "warn",
            "params": {"device": d["device"]},
            "at": d["seen_at"],
        }
        for d in devices
        if d["role"] == "board"
        and d["status"].get("sound") in ("blocked", "stuck")
        and d["seen_at"]
        and reading.now - d["seen_at"] < MUTE_KNOWN_MS
    ]


def _boards_that_skip(reading: CentreReading, devices: list[Any]) -> list[dict[str, Any]]:
    """Boards that cannot play something of their playlist; the rest goes on."""
    return [
        {
            "code": "board_media",
            "level": "warn",
            "params": {"device": d["device"], "what": str(d["status"]["media"])},
            "at": d["seen_at"],
        }
        for d in devices
        if d["role"] == "board"
        and d["status"].get("media") not in (None, "ok")
        and d["seen_at"]
        and reading.now - d["seen_at"] < MUTE_KNOWN_MS
    ]


def machine_alerts(reading: CentreReading) -> list[dict[str, Any]]:
    """What is wrong with the kiosks, who calls for help there, and which boards are mute: also for
    consoles and greeters, who stand beside them.
    """
    there = [device for device in reading.devices if device["role"] in ("kiosk", "board")]
    return _machine_alerts(reading, there) + _mute_boards(reading, there)


def _machine_alerts(reading: CentreReading, devices: list[Any]) -> list[dict[str, Any]]:
    alerts = []
    for d in devices:
        helped = d["status"].get("help")
        if (
            d["role"] == "kiosk"
            and isinstance(helped, int)
            and 0 <= reading.now - helped < HELP_FOR_MS
        ):
            alerts.append(
                {
                    "code": "kiosk_help",
                    "level": "bad",
                    "params": {
                        "device": d["device"],
                        "screen": str(d["status"].get("help_screen", "")),
                    },
                    "at": helped,
                }
            )
        paper = d["status"].get("paper")
        if d["role"] == "kiosk" and paper in ("near_end", "low", "out"):
            alerts.append(
                {
                    "code": "kiosk_paper_out" if paper == "out" else "kiosk_paper_low",
                    "level": "bad" if paper == "out" else "warn",
                    "params": {"device": d["device"]},
                    "at": d["seen_at"],
                }
            )
        elif d["role"] == "kiosk" and d["status"].get("printer") not in (None, "ok", "ready"):
            alerts.append(
                {
                    "code": "kiosk_printer",
                    "level": "bad",
                    "params": {"device": d["device"], "printer": d["status"]["printer"]},
                    "at": d["seen_at"],
                }
            )
        if d["role"] == "kiosk" and d["seen_at"] and reading.now - d["seen_at"] < KNOWN_MS:
            counts = {key: value for key, value in d["status"].items() if isinstance(value, int)}
            alerts += [
                {
                    "code": code,
                    "level": level,
                    "params": {"device": d["device"], "count": count},
                    "at": d["seen_at"],
                }
                for code, level, count in (
                    ("kiosk_unprinted", "warn", counts.get("failed", 0)),
                    ("kiosk_rejected", "bad", counts.get("rejected", 0)),
                    (
                        "kiosk_clock",
                        "warn",
                        (
                            abs(counts.get("clock", 0)) // 1000
                            if abs(counts.get("clock", 0)) > CLOCK_OFF_MS
                            else 0
                        ),
                    ),
                )
                if count
            ]
    return alerts
