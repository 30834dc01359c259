"""What somebody in the hall should be told of: a table of rules over the hall as it is, their
thresholds from the centre's file, and what would help.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .alert_rules import AlertRule
from .day import MINUTE
from .lengths import Censored

#: Waits that ended within this time say how long people wait now.
RECENT_MS = 60 * MINUTE
#: How far back the begin of a long wait is looked for, in steps of a minute.
LOOK_BACK_MINUTES = 60
#: A machine that has been away for longer was put away.
PUT_AWAY_MS = 12 * 60 * MINUTE
#: Somebody who takes an alert has so long; it comes back earlier when it has grown by half.
TAKEN_FOR_MS = 15 * MINUTE
GROWN = 1.5
#: Steps of the course of the last hour.
STEP_MS = 5 * MINUTE


@dataclass(frozen=True, slots=True)
class FieldNow:
    """A field's line. waiting: since when each waits (ms); called: (since, called at) of the calls
    of the last hours, in order of time.
    """

    field: str
    waiting: tuple[int, ...] = ()
    open_counters: int = 0
    called: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class CounterNow:
    """A counter that is open. idle_since: since when nobody is at it (ms), None while somebody
    is.
    """

    counter: str
    fields: tuple[str, ...]
    overflow: tuple[str, ...] = ()
    idle_since: int | None = None


@dataclass(frozen=True, slots=True)
class MachineNow:
    """A kiosk or board: when it was last heard of, and whether it is connected."""

    device: str
    role: str
    online: bool
    seen_at: int | None
    paper: str | None = None


@dataclass(frozen=True, slots=True)
class TicketNow:
    """Somebody who waits, and the minutes they were told at most; None where nothing was told."""

    number: str
    field: str
    since: int
    told_high: int | None


@dataclass(frozen=True, slots=True)
class HallNow:
    """The hall at a moment, as far as the rules ask. opened_at: when the service day was opened;
    None while none is open.
    """

    at: int
    fields: Sequence[FieldNow] = ()
    counters: Sequence[CounterNow] = ()
    machines: Sequence[MachineNow] = ()
    tickets: Sequence[TicketNow] = ()
    opened_at: int | None = 0


@dataclass(frozen=True, slots=True)
class Alert:
    """What somebody should be told. about: the field, counter, machine or number it is about; at:
    since when; size: what it is measured by, so that growth is seen.
    """

    code: str
    about: str
    level: str
    params: Mapping[str, Any]
    at: int | None
    to: str
    size: float = 1.0

    @property
    def key(self) -> str:
        """By which it is named when somebody takes it."""
        return f"{self.code}:{self.about}"


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule: its figures with what holds where the file leaves them out, and what it finds:
    (about, level, params, since, size) each.
    """

    figures: Mapping[str, float]
    find: Callable[
        [HallNow, Mapping[str, float]],
        Iterator[tuple[str, str, dict[str, Any], int | None, float]],
    ]


Finding = Iterator[tuple[str, str, dict[str, Any], int | None, float]]


def p90_at(field: FieldNow, at: int) -> int | None:
    """How long 9 of 10 waited (ms) as it stood at a moment: those called within the hour before it
    and those who waited then, who count as censored; None where nobody did.
    """
    times = [
        (called_at - since, True)
        for since, called_at in field.called
        if at - RECENT_MS < called_at <= at
    ]
    times += [(at - since, False) for since, called_at in field.called if since <= at < called_at]
    times += [(at - since, False) for since in field.waiting if since <= at]
    value = Censored(times).percentile(90).value
    return None if value is None else round(value)


def _over_since(field: FieldNow, limit: int, at: int, long_enough: int) -> int | None:
    """Since when the p90 has been over a limit (ms), None where it is not or not yet long enough.
    Looked at once a minute.
    """
    since = None
    steps = LOOK_BACK_MINUTES + -(-long_enough // MINUTE)
    for minute in range(steps + 1):
        then = at - minute * MINUTE
        p90 = p90_at(field, then)
        if p90 is None or p90 <= limit:
            break
        since = then
    return since if since is not None and at - since >= long_enough else None


def _wait_p90_over(hall: HallNow, figures: Mapping[str, float]) -> Finding:
    """9 of 10 wait longer than `minutes`, for `for_seconds` at least, and somebody waits."""
    limit, long_enough = round(figures["minutes"] * MINUTE), round(figures["for_seconds"] * 1000)
    for field in hall.fields:
        if not field.waiting:
            continue
        since = _over_since(field, limit, hall.at, long_enough)
        if since is not None:
            p90 = p90_at(field, hall.at) or 0
            minutes = p90 // MINUTE
            params = {"field": field.field, "minutes": minutes, "waiting": len(field.waiting)}
            yield field.field, "bad", params, since, minutes


def _field_unstaffed(hall: HallNow, figures: Mapping[str, float]) -> Finding:
    """`waiting` people wait and no counter of the field is open."""
    for field in hall.fields:
        waiting = len(field.waiting)
        if waiting >= figures["waiting"] and not field.open_counters:
            params = {"field": field.field, "waiting": waiting}
            yield field.field, "bad", params, min(field.waiting), waiting


def _idle_while_overflow_waits(hall: HallNow, figures: Mapping[str, float]) -> Finding:
    """A counter has been idle for `idle_seconds` while `waiting` people wait in a field it helps
    with.
    """
    for counter, field in idle_beside(hall, figures["idle_seconds"], figures["waiting"]):
        if field.field in counter.overflow:
            waiting = len(field.waiting)
            params = {"counter": counter.counter, "field": field.field, "waiting": waiting}
            yield counter.counter, "warn", params, counter.idle_since, waiting


def _kiosk_paper_low(hall: HallNow, figures: Mapping[str, float]) -> Finding:
    """A kiosk is short of paper."""
    for machine in hall.machines:
        if machine.role == "kiosk" and machine.paper in ("near_end", "low"):
            yield machine.device, "warn", {"device": machine.device}, machine.seen_at, 1


def _device_offline(hall: HallNow, figures: Mapping[str, float]) -> Finding:
    """A kiosk or board that was there lately has been gone for `seconds` of an open day: before it
    opens and after it closed they are switched on and off.
    """
    if hall.opened_at is None:
        return
    for machine in hall.machines:
        if machine.online or machine.seen_at is None:
            continue
        gone_ms = hall.at - max(machine.seen_at, hall.opened_at)
        if gone_ms >= figures["seconds"] * 1000 and hall.at - machine.seen_at < PUT_AWAY_MS:
            level = "bad" if machine.role == "kiosk" else "warn"
            yield machine.device, level, {"device": machine.device}, machine.seen_at, 1


def _ticket_forgotten(hall: HallNow, figures: Mapping[str, float]) -> Finding:
    """Somebody waits longer than `eta_factor` times what they were told at most."""
    for ticket in hall.tickets:
        waited = hall.at - ticket.since
        if ticket.told_high and waited > figures["eta_factor"] * ticket.told_high * MINUTE:
            params = {
                "number": ticket.number,
                "field": ticket.field,
                "minutes": waited // MINUTE,
                "told": ticket.told_high,
            }
            yield ticket.number, "warn", params, ticket.since, waited // MINUTE


#: Every rule by its code: what the centre's file may say and what holds where it says less.
RULES: Mapping[str, Rule] = {
    "wait_p90_over": Rule({"minutes": 15, "for_seconds": 300}, _wait_p90_over),
    "field_unstaffed": Rule({"waiting": 1}, _field_unstaffed),
    "idle_while_overflow_waits": Rule(
        {"idle_seconds": 300, "waiting": 3}, _idle_while_overflow_waits
    ),
    "kiosk_paper_low": Rule({}, _kiosk_paper_low),
    "device_offline": Rule({"seconds": 180}, _device_offline),
    "ticket_forgotten": Rule({"eta_factor": 2}, _ticket_forgotten),
}


def alerts_of(hall: HallNow, rules: Iterable[AlertRule]) -> list[Alert]:
    """Everything the rules find, in their order."""
    return [
        Alert(rule.code, about, level, params, since, rule.to, size)
        for rule in rules
        for about, level, params, since, size in RULES[rule.code].find(
            hall, {**RULES[rule.code].figures, **rule.figures}
        )
    ]


def idle_beside(
    hall: HallNow, idle_seconds: float, waiting: float
) -> list[tuple[CounterNow, FieldNow]]:
    """Counters that have been idle for so long with nobody of their own waiting, each beside the
    longest line of at least `waiting` people of another field.
    """
    lines = {field.field: field for field in hall.fields}
    longest = sorted(
        (field for field in hall.fields if len(field.waiting) >= waiting),
        key=lambda field: (-len(field.waiting), min(field.waiting, default=0)),
    )
    pairs = []
    for counter in hall.counters:
        if counter.idle_since is None or hall.at - counter.idle_since < idle_seconds * 1000:
            continue
        if any(lines[own].waiting for own in counter.fields if own in lines):
            continue
        helped = sorted(longest, key=lambda field: field.field not in counter.overflow)
        other_field = next((field for field in helped if field.field not in counter.fields), None)
        if other_field is not None:
            pairs.append((counter, other_field))
    return pairs


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A counter that is idle beside a line it could help with. overflow: the fields it would help
    with then; since when it is idle (ms).
    """

    counter: str
    field: str
    waiting: int
    idle_since: int
    fields: tuple[str, ...]
    overflow: tuple[str, ...]


def suggestions_of(hall: HallNow, rules: Iterable[AlertRule]) -> list[Suggestion]:
    """Which idle counter could take which line: one counter for each field, one field for each
    counter. A counter that helps with the field already needs no more than to call.
    """
    figures = RULES["idle_while_overflow_waits"].figures
    for rule in rules:
        if rule.code == "idle_while_overflow_waits":
            figures = {**figures, **rule.figures}
    made: dict[str, Suggestion] = {}
    for counter, field in idle_beside(hall, figures["idle_seconds"], figures["waiting"]):
        if field.field in counter.overflow or field.field in made:
            continue
        made[field.field] = Suggestion(
            counter.counter,
            field.field,
            len(field.waiting),
            counter.idle_since or hall.at,
            counter.fields,
            (*counter.overflow, field.field),
        )
    return list(made.values())


def still_taken(taken: Mapping[str, Any] | None, size: float, now: int) -> bool:
    """Whether an alert of this size is still somebody's: taken ({at, size}) no longer ago than a
    quarter of an hour, and not grown by half since.
    """
    if taken is None:
        return False
    return 0 <= now - int(taken["at"]) < TAKEN_FOR_MS and size < GROWN * float(taken["size"])


def course(
    waiting: Iterable[int], gone: Iterable[tuple[int, int]], at: int, steps: int = 12
) -> list[int]:
    """How many waited, every five minutes of the last hour, the oldest first, now last. waiting:
    since when each waits; gone: (since, until) of those who were called or left.
    """
    waiting, gone = tuple(waiting), tuple(gone)
    return [
        sum(since <= then for since in waiting)
        + sum(since <= then < until for since, until in gone)
        for then in (at - step * STEP_MS for step in range(steps, -1, -1))
    ]
