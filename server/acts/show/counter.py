"""What the console of one counter shows."""

from typing import Any

from domain.day import CLOSED
from domain.facts import Called, Fact
from domain.ticket import ABSENT, PARKED

from ...store import lines
from ...store import people as people_rows
from ..sent import told_sender
from ..undo import undoable
from ..views import counter_label, waiting_ticket, with_note
from .reading import CentreReading
from .shapes import ConsoleSnapshot


def counter(
    reading: CentreReading, number: str, consoles: int = 1, clerk: str | None = None
) -> ConsoleSnapshot:
    """What the console of one counter shows.

    `clerk` is the staff id whose sent tickets count, if not the counter's own.
    """
    centre, mine = reading.centre, reading.centre.counters[number]
    row = reading.states.get(number)
    clerk = clerk or (row.clerk if row else None)
    with reading.read() as conn:
        waiting = lines.waiting_for(
            conn,
            centre.code,
            reading.day.date if reading.day else "",
            [*mine.fields, *mine.overflow],
            number,
            clerk,
        )
        names = people_rows.full_names(conn, centre.code)
        date = reading.day.date if reading.day else ""
        sent_back = told_sender(conn, centre.code, date, number, reading.now)
        seconds = reading.context.undo_seconds
        last = undoable(conn, centre.code, number, reading.day, reading.now, seconds)
    mine_or_help = [*mine.fields, *mine.overflow]
    at_hand = reading.at.get(number)
    return {
        **reading.head(),
        "catalogue": reading.context.catalogues.of(centre).at,
        "counter": {
            "counter": mine.label,
            "name": mine.name,
            "zone": centre.zones[mine.zone]["name"],
            "fields": list(mine.fields),
            "overflow": list(mine.overflow),
            "mode": mine.mode,
            "assigned": mine.assigned,
            "state": row.state if row else CLOSED,
            "since": row.since if row else None,
            "pause_reason": row.reason if row and row.state == "paused" else None,
            "clerk": names.get(str(row.clerk)) if row else None,
            "wants_next": number in reading.wanting,
        },
        "consoles": consoles,
        "mine": reading.ticket(at_hand) if at_hand else None,
        "next": [
            with_note(waiting_ticket(centre, t, reason), reading.notes)
            for t, reason in reading.order(mine, waiting, clerk)
        ],
        "waiting": len(waiting),
        "sent_back": [
            {
                "number": sent["number"],
                "to": counter_label(sent["to_counter"])
                or names.get(sent["to_clerk"], sent["to_clerk"]),
                "at": sent["at"],
            }
            for sent in sent_back
        ],
        # whom a counter set aside that has closed since is anybody's of that field
        "parked": [
            reading.ticket(t)
            for t in reading.tickets
            if t.state == PARKED
            and (
                t.counter == number
                or (t.field in mine.fields and reading.state_of(t.counter) == CLOSED)
            )
        ],
        "absent": [
            reading.ticket(t)
            for t in reading.tickets
            if t.state == ABSENT and (t.counter == number or t.field in mine.fields)
        ],
        "fields": [
            {
                "field": p,
                "name": centre.fields[p].name,
                "short": centre.fields[p].short,
                "own": p in mine.fields,
                "waiting": reading.waiting(p)[0],
                "oldest_at": reading.waiting(p)[1],
            }
            for p in mine_or_help
            if p in centre.fields
        ],
        "undo": _undo_of(reading, last),
        "lists": {
            k: centre.lists.get(k) or []
            for k in ("outcomes", "park_reasons", "break_reasons", "jump_reasons")
        },
        "priorities": [
            {"code": p.code, "name": p.name, "credit_minutes": p.credit_minutes}
            for p in centre.priorities.values()
        ],
        "targets": {
            "fields": [
                {"field": f.prefix, "name": f.name, "short": f.short}
                for f in centre.fields.values()
            ],
            "counters": [
                {
                    "counter": d.label,
                    "name": d.name,
                    "fields": list(d.fields),
                    "state": reading.state_of(d.number),
                }
                for d in centre.counters.values()
                if d.number != number
            ],
            "clerks": [
                {
                    "clerk": reading.states[n].clerk,
                    "name": names.get(str(reading.states[n].clerk), str(reading.states[n].clerk)),
                    "counter": counter_label(n),
                }
                for n in centre.counters
                if n in reading.at_work.counters and reading.states[n].clerk
            ],
        },
        "ticket_format": centre.ticket_format,
        "rules": {
            "arrive_grace_seconds": centre.rules.arrive_grace_seconds,
            "calls_before_no_show": centre.rules.calls_before_no_show,
            "target_minutes": centre.rules.target_minutes,
            "guard_minutes": centre.rules.guard_minutes,
            "overflow_after_minutes": centre.rules.overflow_after_minutes,
            "badge": centre.badge,
            "auto_recall_seconds": centre.rules.auto_recall_seconds,
            "auto_no_show": centre.rules.auto_no_show,
            "bulk_from": centre.rules.bulk_from,
        },
    }


#: the fact a clerk may take back → the verb it came from
_VERB = {
    "recalled": "recall",
    "started": "start",
    "finished": "finish",
    "missed": "miss",
    "requeued": "requeue",
    "parked": "park",
    "transferred": "transfer",
    "service_added": "add_service",
    "service_dropped": "drop_service",
    "service_begun": "finish",
    "cancelled": "cancel",
    "counter_opened": "open",
    "counter_paused": "pause",
    "counter_resumed": "resume",
    "counter_closed": "close",
}


#: the reason of a call → the verb it came from, where that is not call_next
_CALLED_BY = {"by_hand": "call", "walk_in": "walk_direct", "stored": "store_next"}


def _undo_of(reading: CentreReading, facts: list[Fact]) -> dict[str, Any] | None:
    if not facts:
        return None
    last = facts[-1]
    verb = (
        _CALLED_BY.get(last.reason, "call_next") if isinstance(last, Called) else _VERB[last.kind]
    )
    return {
        "verb": verb,
        "number": last.number,
        "at": facts[0].at,
        "until": facts[0].at + reading.context.undo_seconds * 1000,
    }
