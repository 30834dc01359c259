"""What a touch kiosk shows."""

from typing import Any, Literal

from domain.centre import Centre
from domain.day import CLOSED, local
from domain.opening import current_day, why_closed

from ...store import journal, lines
from ..series import shown_block
from .reading import CentreReading
from .shapes import DayHead, KioskField, KioskSnapshot


def kiosk(reading: CentreReading, device: str | None = None) -> KioskSnapshot:
    """What a touch kiosk shows: fields, lines, hours, where its list of procedures is, and the
    numbers it holds for the time without a hub.
    """
    centre, head = reading.centre, reading.head()
    fields: list[KioskField] = []
    for f in centre.fields.values():
        given = reading.availability(f.prefix)
        fields.append(
            {
                "field": f.prefix,
                "name": f.name,
                "short": f.short,
                "kind": f.kind,
                "zone": centre.zones[f.zone]["name"],
                "minutes": f.minutes,
                "state": given.state,
                "message": reading.message(f.prefix),
                "again_at": given.again_at,
                "waiting": reading.waiting(f.prefix)[0],
                **reading.estimate(f.prefix),
                "counters": centre.counters_of(f.prefix),
                # where a counter takes many dossiers at once, the kiosk asks how many
                "bulk_from": (
                    centre.rules.bulk_from
                    if any(x.bulk and f.prefix in x.fields for x in centre.counters.values())
                    else None
                ),
            }
        )
    is_open = any(f["state"] != "closed" for f in fields)
    date = local(reading.now, centre.timezone).date().isoformat()
    blocks, lost = _blocks(reading, device)
    following = centre.calendar.next_date(head["day"]["date"])
    day = current_day(centre.calendar, reading.day_in_force, reading.now)
    # what decides whether numbers are given, for a kiosk that cannot ask (domain/opening.py)
    decided: DayHead = {
        **head["day"],
        "by_hand": day is not None and day.by_hand,
        "closed_fields": dict(day.closed_fields) if day is not None else {},
    }
    return {
        **head,
        "catalogue": reading.context.catalogues.of(centre).at,
        "day": decided,
        "calendar": {**centre.calendar.sent(date), "always": reading.always},
        "ticket_format": centre.ticket_format,
        "open": is_open,
        "again_at": (
            None if is_open else min((f["again_at"] for f in fields if f["again_at"]), default=None)
        ),
        "why": None if is_open else why_closed(centre.calendar, reading.day_in_force, reading.now),
        "fields": fields,
        "blocks": blocks,
        "lost": lost,
        "reset_time": centre.reset_time,
        "next": {"date": following, "hours": {"tickets": _spans(centre, "tickets", following)}},
        "slip": centre.slip,
        "phone_url": reading.context.phone_url,
        "limits": {
            "kiosk_min_seconds_between_tickets": centre.rules.kiosk_min_seconds_between_tickets
        },
        "priority": {
            "badge": centre.badge,
            "classes": [
                {
                    "code": p.code,
                    "credit_minutes": p.credit_minutes,
                    "age_from": p.age_from,
                    "age_to": p.age_to,
                    "name": p.name,
                }
                for p in centre.priorities.values()
            ],
        },
        "wizard": centre.wizard,
        "hours": {kind: _spans(centre, kind, date) for kind in ("service", "tickets")},
        "booking": {"on": centre.booking is not None and centre.booking.on},
        "promises_kept": reading.context.estimates.public_line(centre, reading.now),
    }


def _blocks(reading: CentreReading, device: str | None) -> tuple[list[dict[str, Any]], int | None]:
    """What the kiosk's present journal file holds, today and ahead; and the seq at which this hub
    was found to have lost part of today, or null.
    """
    if not device or reading.day is None:
        return [], None
    with reading.read() as conn:
        leases = journal.leases(conn, reading.centre.code, reading.day.date, and_later=True)
        used = {
            day: lines.numbers_of_device(conn, reading.centre.code, day, device)
            for day in {lease.day for lease in leases}
        }
    mine = [lease for lease in leases if lease.device == device]
    held = [
        lease
        for lease in mine
        if lease.journal == mine[-1].journal
        and (reading.day.state != CLOSED or lease.day != reading.day.date)
    ]
    return (
        [
            shown_block(lease, lease.day, reading.centre.ticket_format, used[lease.day])
            for lease in held
        ],
        next(
            (
                lease.seq
                for lease in leases
                if lease.device == journal.LOST and lease.day == reading.day.date
            ),
            None,
        ),
    )


def _spans(centre: Centre, kind: Literal["service", "tickets"], date: str) -> list[list[str]]:
    return [
        [f"{local(a, centre.timezone):%H:%M}", f"{local(b, centre.timezone):%H:%M}"]
        for a, b in centre.windows(kind, date)
    ]
