"""What the lobby boards and counter signs show, and the calls they chime and speak."""

from domain.announce import say_of_call
from domain.day import PAUSED
from domain.opening import working

from ...store.media import hall_screens
from ..pairing import version_of

#: A board needs words only for calls it may still speak.
SPOKEN_CALLS = 6
CALLS_SHOWN = 12


def board(hall):
    """What the lobby board and the counter signs show.

    No personal data, no clerk's name, no class of priority.
    """
    c = hall.centre
    counters = []
    for counter in c.counters.values():
        ticket = hall.at.get(counter.number)
        counters.append(
            {
                "counter": counter.shown,
                "name": counter.name,
                "zone": counter.zone,
                "fields": list(counter.fields),
                "state": hall.state_of(counter.number),
                "number": ticket.number if ticket else None,
                "ticket_state": ticket.state if ticket else None,
                "calls": ticket.calls if ticket else 0,
                "called_at": ticket.called_at if ticket else None,
                "priority": bool(ticket and ticket.priority),
            }
        )
    fields = []
    for f in c.fields.values():
        fields.append(
            {
                "field": f.prefix,
                "name": f.name,
                "short": f.short,
                "zone": f.zone,
                "state": hall.availability(f.prefix).state,
                "waiting": hall.waiting(f.prefix)[0],
                **hall.estimate(f.prefix),
            }
        )
    with hall.read() as conn:
        version, _, emergency = hall_screens(conn, c.code)
    is_working, again_at = working(c.calendar, hall.day_in_force, hall.now, always=hall.always)
    for row in counters:
        # a break outside working hours ends with them; any other end is not known
        row["resume_at"] = again_at if row["state"] == PAUSED else None
    return {
        "screens": version_of(c, version),
        "emergency": emergency,
        "working": is_working,
        "again_at": again_at,
        **hall.head(),
        "zones": [
            {"id": z["id"], "name": z["name"], "audio_group": z["audio_group"]}
            for z in c.zones.values()
        ],
        "counters": counters,
        "calls": _calls(hall),
        "fields": fields,
        "notice": c.notice,
        "badge": c.badge,
    }


def _calls(hall):
    calls, told = [], set()
    for row in hall.latest:
        if row.ticket in told or row.called_to not in hall.centre.counters:
            continue
        told.add(row.ticket)
        counter = hall.centre.counters[row.called_to]
        here = {
            "seq": row.seq,
            "number": row.number,
            "counter": counter.shown,
            "zone": counter.zone,
            "calls": row.calls,
            "at": row.at,
            "state": row.state,
            "priority": bool(row.priority),
        }
        if len(calls) < SPOKEN_CALLS and row.state == "CALLED":
            here["say"] = say_of_call(row.number, counter.shown, row.calls, "vi", hall.centre.voice)
        calls.append(here)
        if len(calls) == CALLS_SHOWN:
            break
    return calls


def facts_for_boards(centre, facts, langs):
    """`[(event, payload)]` of the calls among facts: what boards chime and speak.

    `langs` maps ticket ids to their language and priority.
    """
    out = []
    for fact in facts:
        if fact.kind not in ("called", "recalled") or fact.counter not in centre.counters:
            continue
        counter_ = centre.counters[fact.counter]
        lang, priority = langs.get(fact.ticket, ("vi", False))
        out.append(
            (
                fact.kind,
                {
                    "seq": fact.seq,
                    "number": fact.number,
                    "counter": counter_.shown,
                    "calls": fact.calls,
                    "at": fact.at,
                    "zone": counter_.zone,
                    "priority": priority,
                    "say": say_of_call(fact.number, counter_.shown, fact.calls, lang, centre.voice),
                },
            )
        )
    return out
