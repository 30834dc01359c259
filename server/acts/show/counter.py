"""What the console of one counter shows."""

from typing import Any

from domain.day import CLOSED
from domain.facts import Called, Fact
from domain.ticket import ABSENT, PARKED

from ..undo import undoable
from ..views import counter_label
from .reading import CentreReading
from .shapes import ConsoleSnapshot


def counter(
    reading: CentreReading, number: str, consoles: int = 1, clerk: str | None = None
) -> ConsoleSnapshot:
    """What the console of one counter shows.

    `clerk` is the staff id whose sent tickets count, if not the counter's own.
    """
    if clerk is not None:
        return {**_made(reading, number, clerk), "consoles": consoles}
    made = reading.consoles.made(number)
    if made is None:
        made = _made(reading, number)
        reading.consoles.keep(number, made)
    return {**made, **reading.head(), "consoles": consoles}


def _made(reading: CentreReading, number: str, clerk: str | None = None) -> ConsoleSnapshot:
    centre, mine = reading.centre, reading.centre.counters[number]
    row = reading.states.get(number)
    clerk = clerk or (row.clerk if row else None)
    shared = reading.consoles
    names = shared.names
    waiting = shared.waiting_for(mine.served, number, clerk)
    last = undoable(
        shared.last_acts, number, reading.day, reading.now, reading.context.undo_seconds
    )
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
            "break_wanted": bool(row.break_wanted) if row else False,
        },
        "consoles": 1,
        "mine": reading.ticket(at_hand) if at_hand else None,
        "next": [
            shared.waiting_view(row, reason)
            for row, reason in reading.order(mine, waiting.values(), clerk)
        ],
        "waiting": len(waiting),
        "sent_back": [
            {
                "number": fact.number,
                "to": counter_label(fact.to_counter)
                or names.get(str(fact.to_clerk), fact.to_clerk),
                "at": fact.at,
            }
            for fact in shared.sent_back.get(number, ())
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
                **reading.estimate(p),
            }
            for p in mine.served
            if p in centre.fields
        ],
        "undo": _undo_of(reading, last),
        "lists": shared.fixed["lists"],
        "priorities": shared.fixed["priorities"],
        "targets": {
            "fields": shared.fixed["fields"],
            "counters": shared.targets(number),
            "clerks": shared.clerk_targets,
        },
        "ticket_format": centre.ticket_format,
        "rules": shared.fixed["rules"],
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
    "break_wanted": "break_after",
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
    # a break that came by itself is taken back with what ended the visit
    last = next((fact for fact in reversed(facts) if fact.ticket), facts[-1])
    verb = (
        _CALLED_BY.get(last.reason, "call_next") if isinstance(last, Called) else _VERB[last.kind]
    )
    return {
        "verb": verb,
        "number": last.number,
        "at": facts[0].at,
        "until": facts[0].at + reading.context.undo_seconds * 1000,
    }
