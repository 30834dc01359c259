"""What the lobby boards and counter signs show, and the calls they chime and speak."""

from collections.abc import Iterable, Mapping
from typing import Any

from domain.announce import say_of_call
from domain.centre import Centre
from domain.day import PAUSED
from domain.facts import Called, Fact, Recalled
from domain.languages import DEFAULT
from domain.opening import working

from ...store.media import hall_screens
from ..views import board_call
from .reading import CentreReading
from .shapes import BoardCounter, BoardField, BoardSnapshot

#: A board needs words only for calls it may still speak.
SPOKEN_CALLS = 6
CALLS_SHOWN = 12


def board(reading: CentreReading) -> BoardSnapshot:
    """What the lobby board and the counter signs show.

    No personal data, no clerk's name, no class of priority.
    """
    centre = reading.centre
    counters: list[BoardCounter] = []
    for counter in centre.counters.values():
        ticket = reading.at.get(counter.number)
        counters.append(
            {
                "counter": counter.label,
                "name": counter.name,
                "zone": counter.zone,
                "fields": list(counter.fields),
                "state": reading.state_of(counter.number),
                "number": ticket.number if ticket else None,
                "ticket_state": ticket.state if ticket else None,
                "calls": ticket.calls if ticket else 0,
                "called_at": ticket.called_at if ticket else None,
                "priority": bool(ticket and ticket.priority),
                "resume_at": None,
            }
        )
    fields: list[BoardField] = []
    for f in centre.fields.values():
        fields.append(
            {
                "field": f.prefix,
                "name": f.name,
                "short": f.short,
                "zone": f.zone,
                "state": reading.availability(f.prefix).state,
                "waiting": reading.waiting(f.prefix)[0],
                **reading.estimate(f.prefix),
            }
        )
    with reading.read() as conn:
        version, _, emergency = hall_screens(conn, centre.code)
    is_working, again_at = working(
        centre.calendar, reading.day_in_force, reading.now, always=reading.always
    )
    for row in counters:
        # a break outside working hours ends with them; any other end is not known
        row["resume_at"] = again_at if row["state"] == PAUSED else None
    return {
        "screens": f"{version}-{reading.mark_of_displays}",
        "emergency": emergency,
        "working": is_working,
        "again_at": again_at,
        **reading.head(),
        "zones": [
            {"id": z["id"], "name": z["name"], "audio_group": z["audio_group"]}
            for z in centre.zones.values()
        ],
        "counters": counters,
        "calls": _calls(reading),
        "fields": fields,
        "notice": centre.notice,
        "badge": centre.badge,
        "promises_kept": reading.context.estimates.public_line(centre, reading.now),
    }


def _calls(reading: CentreReading) -> list[dict[str, Any]]:
    calls: list[dict[str, Any]] = []
    tickets: set[str] = set()
    for row in reading.latest:
        if row.ticket in tickets or row.called_to not in reading.centre.counters:
            continue
        tickets.add(row.ticket)
        counter = reading.centre.counters[row.called_to]
        here = {
            "seq": row.seq,
            "number": row.number,
            "counter": counter.label,
            "zone": counter.zone,
            "calls": row.calls,
            "at": row.at,
            "state": row.state,
            "priority": bool(row.priority),
        }
        if len(calls) < SPOKEN_CALLS and row.state == "CALLED":
            here["say"] = say_of_call(
                row.number, counter.label, row.calls, row.lang, reading.centre.voice
            )
        calls.append(here)
        if len(calls) == CALLS_SHOWN:
            break
    return calls


def facts_for_boards(
    centre: Centre, facts: Iterable[Fact], langs: Mapping[str, tuple[str, bool]]
) -> list[tuple[str, dict[str, Any]]]:
    """`[(event, payload)]` of the calls among facts: what boards chime and speak.

    `langs` maps ticket ids to their language and priority.
    """
    calls = []
    for fact in facts:
        if isinstance(fact, Called | Recalled) and fact.counter in centre.counters:
            counter = centre.counters[str(fact.counter)]
            lang, priority = langs.get(str(fact.ticket), (DEFAULT, False))
            calls.append((fact.kind, board_call(centre, counter, fact, lang, priority)))
    return calls
