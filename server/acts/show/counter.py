"""What the console of one counter shows."""

from typing import Any

from domain.day import CLOSED
from domain.facts import Called, Fact
from domain.ticket import ABSENT, PARKED

from ...store import lines
from ...store import people as people_rows
from ..sent import told_sender
from ..undo import undoable
from ..views import shown, waiting_ticket, with_note
from .hall import Hall
from .shapes import ConsoleSnapshot


def counter(
    hall: Hall, number: str, consoles: int = 1, clerk: str | None = None
) -> ConsoleSnapshot:
    """What the console of one counter shows.

    `clerk` is the staff id whose sent tickets count, if not the counter's own.
    """
    centre, mine = hall.centre, hall.centre.counters[number]
    row = hall.states.get(number)
    clerk = clerk or (row.clerk if row else None)
    with hall.read() as conn:
        waiting = lines.waiting_for(
            conn,
            centre.code,
            hall.day.date if hall.day else "",
            [*mine.fields, *mine.overflow],
            number,
            clerk,
        )
        names = people_rows.full_names(conn, centre.code)
        date = hall.day.date if hall.day else ""
        sent_back = told_sender(conn, centre.code, date, number, hall.now)
        seconds = hall.context.undo_seconds
        last = undoable(conn, centre.code, number, hall.day, hall.now, seconds)
    mine_or_help = [*mine.fields, *mine.overflow]
    at_hand = hall.at.get(number)
    return {
        **hall.head(),
        "counter": {
            "counter": mine.shown,
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
            "wants_next": number in hall.wanting,
        },
        "consoles": consoles,
        "mine": hall.ticket(at_hand) if at_hand else None,
        "next": [
            with_note(waiting_ticket(centre, t, reason), hall.notes)
            for t, reason in hall.order(mine, waiting, clerk)
        ],
        "waiting": len(waiting),
        "sent_back": [
            {
                "number": told["number"],
                "to": shown(told["to_counter"]) or names.get(told["to_clerk"], told["to_clerk"]),
                "at": told["at"],
            }
            for told in sent_back
        ],
        # whom a counter set aside that has closed since is anybody's of that field
        "parked": [
            hall.ticket(t)
            for t in hall.tickets
            if t.state == PARKED
            and (
                t.counter == number
                or (t.field in mine.fields and hall.state_of(t.counter) == CLOSED)
            )
        ],
        "absent": [
            hall.ticket(t)
            for t in hall.tickets
            if t.state == ABSENT and (t.counter == number or t.field in mine.fields)
        ],
        "fields": [
            {
                "field": p,
                "name": centre.fields[p].name,
                "short": centre.fields[p].short,
                "own": p in mine.fields,
                "waiting": hall.waiting(p)[0],
                "oldest_at": hall.waiting(p)[1],
            }
            for p in mine_or_help
            if p in centre.fields
        ],
        "undo": _undo_of(hall, last),
        "lists": {
            k: centre.lists.get(k) or []
            for k in ("outcomes", "park_reasons", "break_reasons", "jump_reasons")
        },
        "priorities": [
            {"code": p.code, "name": p.name, "credit_minutes": p.credit_minutes}
            for p in centre.priorities.values()
        ],
        "services": [
            {"code": s.code, "field": s.field, "name": s.name} for s in centre.services.values()
        ],
        "targets": {
            "fields": [{"field": f.prefix, "short": f.short} for f in centre.fields.values()],
            "counters": [
                {
                    "counter": d.shown,
                    "name": d.name,
                    "fields": list(d.fields),
                    "state": hall.state_of(d.number),
                }
                for d in centre.counters.values()
                if d.number != number
            ],
            "clerks": [
                {
                    "clerk": hall.states[n].clerk,
                    "name": names.get(str(hall.states[n].clerk), str(hall.states[n].clerk)),
                    "counter": shown(n),
                }
                for n in centre.counters
                if n in hall.at_work.counters and hall.states[n].clerk
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


def _undo_of(hall: Hall, facts: list[Fact]) -> dict[str, Any] | None:
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
        "until": facts[0].at + hall.context.undo_seconds * 1000,
    }
