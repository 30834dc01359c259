"""Putting a centre's document in force, and what that means for whoever is in the hall now."""

import json
from collections import Counter as Count
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from domain.centre import Centre
from domain.day import CLOSED, OPEN, CounterState, ServiceDay
from domain.facts import CentreLoaded
from domain.languages import COMMAND_LINE
from domain.ticket import AT_COUNTER, PARKED

from ..accounts.actor import Actor
from ..centre import CentreDocument, centre_of, read_stored, to_store
from ..centre.sentences import in_words
from ..store import centres, lines
from ..store.centres import NOWHERE, Connection, Origin
from .act import Act, ActContext, Refusal, new_id, run

#: What may not change while a service day is open: (section, key). Another clock would end the day
#: and expire whoever waits; another form would show a number of today in two ways.
BETWEEN_DAYS = (("site", "timezone"), ("site", "reset_time"), ("site", "ticket_format"))


@dataclass(frozen=True, slots=True)
class Consequence:
    """What a new document means for the open tickets. `refuses`: it may not come into force now."""

    code: str
    params: Mapping[str, Any] = field(default_factory=dict)
    refuses: bool = False

    def sentence(self, lang: str = COMMAND_LINE) -> str:
        """It in words, with the mend."""
        return in_words("consequences", self.code, self.params, lang)


@dataclass(frozen=True, slots=True)
class _OpenDay:
    """Who is in the hall on the open service day."""

    day: ServiceDay
    at_hand: Sequence[Any]
    waiting: Sequence[Any]
    counters: Mapping[str, CounterState]
    given: Mapping[str, int]
    #: field → how many of its tickets wait, are parked, absent or at a counter
    states: Mapping[str, Count[str]]

    @property
    def open(self) -> int:
        return len(self.at_hand) + len(self.waiting)


def consequences(
    conn: Connection, now: int, old: CentreDocument, new: CentreDocument
) -> list[Consequence]:
    """What it means for the hall when `new` replaces `old` now; empty when it touches nobody."""
    day = lines.last_day(conn, old.code)
    if day is None or day.state != OPEN:
        return []
    before, after = centre_of(old), centre_of(new)
    open_day = _open_day(conn, before, day)
    return [
        *_of_fields(before, after, open_day),
        *_of_counters(before, after, open_day),
        *_of_codes(after, open_day),
        *_of_rules(before, after, open_day, now),
        *_of_later(old, new, open_day),
    ]


def _open_day(conn: Connection, centre: Centre, day: ServiceDay) -> _OpenDay:
    at_hand = lines.at_hand(conn, centre.code, day.date)
    waiting = lines.waiting(conn, centre.code, day.date)
    states: dict[str, Count[str]] = {}
    for ticket in at_hand:
        if ticket.state in AT_COUNTER:
            state = "at a counter"
        else:
            state = "parked" if ticket.state == PARKED else "absent"
        states.setdefault(ticket.field, Count())[state] += 1
    for row in waiting:
        states.setdefault(row.field, Count())["waiting"] += 1
    given: dict[str, int] = {}
    for prefix in centre.fields:
        series = lines.series_of(conn, centre.code, day.date, prefix)
        if series is not None:
            given[prefix] = series.issued
    counters = lines.counter_states(conn, centre.code)
    return _OpenDay(day, at_hand, waiting, counters, given, states)


def _of_fields(before: Centre, after: Centre, open_day: _OpenDay) -> Iterator[Consequence]:
    for prefix, states in sorted(open_day.states.items()):
        served = any(prefix in c.served for c in after.counters.values())
        here = {"field": prefix, "states": dict(states)}
        if prefix not in after.fields and prefix in before.fields:
            yield Consequence("field_vanishes", here, refuses=True)
        elif prefix in after.fields and not served:
            yield Consequence("field_unserved", here, refuses=True)


def _of_counters(before: Centre, after: Centre, open_day: _OpenDay) -> Iterator[Consequence]:
    held = {t.counter: t for t in open_day.at_hand if t.state in AT_COUNTER}
    for number in before.counters.keys() - after.counters.keys():
        state = open_day.counters.get(number)
        if number in held:
            params = {"counter": number, "number": held[number].number}
            yield Consequence("counter_vanishes_with", params, refuses=True)
        elif state is not None and state.state != CLOSED:
            params = {"counter": number, "state": state.state}
            yield Consequence("counter_vanishes_at_work", params, refuses=True)
        sent = [row.number for row in open_day.waiting if row.to_counter == number]
        if sent:
            yield Consequence("sent_to_vanishing", {"numbers": ", ".join(sent), "counter": number})


def _of_codes(after: Centre, open_day: _OpenDay) -> Iterator[Consequence]:
    """Tickets whose service or priority class is no longer known: they keep number and place."""
    tickets = [*open_day.at_hand, *open_day.waiting]
    for what, key, codes_there in (
        ("service", "service", after.services),
        ("class", "priority", after.priorities),
    ):
        codes = Count(
            code for t in tickets if (code := getattr(t, key)) and code not in codes_there
        )
        for code, n in sorted(codes.items()):
            yield Consequence(f"{what}_vanishes{'_one' if n == 1 else ''}", {"code": code, "n": n})
    dropped = {c for t in open_day.at_hand for c in t.then_services if c not in after.services}
    for code in sorted(dropped):
        yield Consequence("service_of_visits_vanishes", {"code": code})


def _of_rules(before: Centre, after: Centre, open_day: _OpenDay, now: int) -> Iterator[Consequence]:
    for prefix in sorted(before.fields.keys() & after.fields.keys()):
        old_cap, cap = before.fields[prefix].cap, after.fields[prefix].cap
        given = open_day.given.get(prefix, 0)
        if cap is not None and given >= cap and (old_cap is None or given < old_cap):
            yield Consequence("cap_reached_now", {"field": prefix, "given": given, "cap": cap})
    if before.is_open("tickets", now) and not after.is_open("tickets", now):
        yield Consequence("closed_now", {"open": open_day.open})
    if before.rules.finish_the_line and not after.rules.finish_the_line:
        yield Consequence("line_not_finished", {"waiting": len(open_day.waiting)})


def _of_later(
    old: CentreDocument, new: CentreDocument, open_day: _OpenDay
) -> Iterator[Consequence]:
    for section, key in _held(old, new):
        yield Consequence(
            f"{key}_later",
            {
                "old": getattr(getattr(old, section), key),
                "new": getattr(getattr(new, section), key),
                "open": open_day.open,
                "given": sum(open_day.given.values()),
                "day": open_day.day.date,
            },
        )


def _held(old: CentreDocument, new: CentreDocument) -> list[tuple[str, str]]:
    """Which changes have to wait until the service day ends."""
    return [
        (section, key)
        for section, key in BETWEEN_DAYS
        if getattr(getattr(old, section), key) != getattr(getattr(new, section), key)
    ]


def load_centre(
    context: ActContext,
    actor: Actor,
    request_id: str,
    document: CentreDocument,
    replaces: int | None = None,
    reason: str = "",
    source: str = "file",
    settle: Callable[[Act, int], object] | None = None,
) -> dict[str, Any]:
    """Put the actor's centre's document in force, or insert the centre. Answers `{version, later}`:
    `later` names what takes effect only when the open service day ends.

    Open tickets, counters and numbers stay as they are; a running hub takes the new rules at its
    next act. Refused with load_refused (`reasons`: codes and parameters of `consequences`) when a
    field with open tickets or a counter that is not closed would vanish; and, where the document
    was made of the one in force (`replaces`: its version), when another came into force meanwhile
    or waits for the end of the day.

    `reason` (the person's words) and `source` are kept with the version (store/centres.py: Origin).
    `settle(act, version)` does more in the same transaction, once the document is in force.
    """
    if document.code != actor.centre:
        raise ValueError(f"{actor.centre} cannot load the document of {document.code}")
    stored = to_store(document)
    with context.store.read() as conn:
        is_loaded = centres.stored(conn, actor.centre) is not None
    if not is_loaded:
        with context.store.change() as conn:
            centres.add(conn, actor.centre, stored)

    def work(act: Act) -> dict[str, Any]:
        if replaces is not None:
            _refuse_if_moved_on(act, replaces)
        origin = Origin(act.actor.id, reason, source)
        answer = (
            _put_in_force(act, document, origin)
            if is_loaded
            else _write(act, document, None, origin=origin)
        )
        if settle is not None:
            settle(act, answer["version"])
        return answer

    answer: dict[str, Any] = run(context, actor, request_id, "load_centre", stored, work)
    context.forget(actor.centre)
    return answer


def load_first_centre(context: ActContext, stored: Mapping[str, Any]) -> str:
    """Put the first centre of a new hub in force, its document in the form it is stored in; returns
    its code.
    """
    document, _ = read_stored(stored)
    actor = Actor(document.code, "hub:first-run", "admin")
    load_centre(context, actor, new_id(), document, source="first_run")
    return document.code


def _refuse_if_moved_on(act: Act, version: int) -> None:
    """Nobody's change is undone by a document that was made without knowing of it."""
    held = centres.stored(act.tx.conn, act.tx.centre)
    if held is None or held[0] != version:
        raise Refusal("load_refused", reasons=[{"code": "changed_meanwhile", "params": {}}])
    if centres.waiting(act.tx.conn, act.tx.centre) is not None:
        raise Refusal("load_refused", reasons=[{"code": "waits_for_the_day", "params": {}}])


def _put_in_force(act: Act, document: CentreDocument, origin: Origin) -> dict[str, Any]:
    held = centres.stored(act.tx.conn, act.tx.centre)
    assert held is not None, "the centre's row is locked by this transaction"
    before, _ = read_stored(json.loads(held[1]))
    reasons = [c for c in consequences(act.tx.conn, act.now, before, document) if c.refuses]
    if reasons:
        raise Refusal(
            "load_refused", reasons=[{"code": c.code, "params": dict(c.params)} for c in reasons]
        )
    day = act.tx.day()
    # a day closed by hand may be opened again as long as it lasts
    lasts = day is not None and (day.state == OPEN or day.date >= act.centre.date_of(act.now))
    later = _held(before, document) if lasts else []
    if not later:
        return _write(act, document, None, origin=origin)
    site = document.site.model_copy(
        update={key: getattr(before.site, key) for section, key in later if section == "site"}
    )
    in_force_now = document.model_copy(update={"site": site})
    return _write(act, in_force_now, document, later, origin)


def _write(
    act: Act,
    document: CentreDocument,
    waiting: CentreDocument | None,
    later: Iterable[tuple[str, str]] = (),
    origin: Origin = NOWHERE,
) -> dict[str, Any]:
    version = act.tx.version + 1
    centres.replace(
        act.tx.conn,
        act.tx.centre,
        version,
        to_store(document),
        act.now,
        to_store(waiting) if waiting is not None else None,
        origin,
    )
    act.day = act.tx.day()
    act.record(CentreLoaded(version=version))
    return {"version": version, "later": [f"{section}.{key}" for section, key in later]}


def take_up_waiting(act: Act) -> bool:
    """Between two service days: what was loaded for after the first comes into force. Returns
    whether there was anything.
    """
    text = centres.waiting(act.tx.conn, act.tx.centre)
    if text is None:
        return False
    document, _ = read_stored(json.loads(text))
    origin = Origin(act.actor.id, source="later")
    version = _write(act, document, None, origin=origin)["version"]
    act.as_loaded = act.centre = centre_of(document, version)
    return True
