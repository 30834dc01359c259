"""Booked times: which there are by the centre's rules, and how many places each has.

Times are worked out when somebody asks, never written down ahead: a rule that changes changes what
is offered from then on, and moves nobody who has booked.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date as Date
from datetime import timedelta

from .day import MINUTE, moment
from .opening import WEEKDAYS, Calendar


@dataclass(frozen=True, slots=True)
class SlotRule:
    """Times that can be booked of a field, or of one service of it.

    weekdays: on which, or `dates`: only on these, on which the rules by weekday then do not hold.
    begin, end: local times between which the slots lie, each `minutes` long. places: for
    everybody; staff_places: more, which only staff give out. valid_from, valid_until: first and
    last date.
    """

    field: str
    service: str | None
    weekdays: tuple[str, ...]
    begin: str
    end: str
    minutes: int
    places: int
    staff_places: int = 0
    valid_from: str | None = None
    valid_until: str | None = None
    dates: tuple[str, ...] = ()

    @property
    def queue(self) -> str:
        """The places it belongs to: the field's, or those of one service."""
        return queue_of(self.field, self.service)

    def holds_on(self, date: str) -> bool:
        """Whether it says anything of a date."""
        if (self.valid_from and date < self.valid_from) or (
            self.valid_until and date > self.valid_until
        ):
            return False
        if self.dates:
            return date in self.dates
        return WEEKDAYS[Date.fromisoformat(date).weekday()] in self.weekdays


@dataclass(frozen=True, slots=True)
class Closure:
    """A date, or hours of it, on which nobody can book; of all fields where none is named."""

    date: str
    begin: str | None = None
    end: str | None = None
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ClaimRules:
    """Numbers kept from home.

    share: of the hour's expected calls that may be kept; what is left is given at the door.
    head_start_minutes: a place counts from when it was kept, but at most so long before the
    check-in. expire_minutes: after the end of the hours that were told it is gone.
    """

    on: bool = False
    share: float = 0.4
    head_start_minutes: int = 15
    expire_minutes: int = 20


@dataclass(frozen=True, slots=True)
class BookingRules:
    """What a centre says of booked times and of numbers kept from home.

    share: of a field's last ten calls that booked people may take before the line.
    grace_minutes: so late one is still booked. late_credit_minutes: what an ordinary number of
    somebody who came later is put forward. lead_minutes: so long before a time it can be booked.
    days_ahead: how far. hold_minutes: how long a place is held until it is confirmed. per_person:
    open bookings of one person a day. releases: at which local times places that were given back
    appear again, each up to `release_jitter_minutes` later; at once if less than `soon_minutes`
    are left. proof_above: from more requests a minute on each brings a proof of work.
    preopen_line: numbers can be kept from home also before the doors open.
    """

    on: bool = False
    slots: tuple[SlotRule, ...] = ()
    closures: tuple[Closure, ...] = ()
    share: float = 0.4
    grace_minutes: int = 15
    late_credit_minutes: int = 10
    lead_minutes: int = 60
    days_ahead: int = 6
    hold_minutes: int = 5
    per_person: int = 2
    releases: tuple[str, ...] = ("12:00", "17:00")
    release_jitter_minutes: int = 10
    soon_minutes: int = 180
    proof_above: int = 60
    preopen_line: bool = True
    claims: ClaimRules = ClaimRules()

    def queue(self, field: str, service: str | None) -> str:
        """Where a service's bookings take their places: of its own, else the field's."""
        own = queue_of(field, service)
        return own if any(rule.queue == own for rule in self.slots) else field

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields of which times can be booked."""
        return tuple(dict.fromkeys(rule.field for rule in self.slots))


@dataclass(frozen=True, slots=True)
class Slot:
    """One time that can be booked; start, end in ms. staff: places beside the public ones."""

    queue: str
    start: int
    end: int
    public: int
    staff: int

    @property
    def places(self) -> int:
        """All of them."""
        return self.public + self.staff


@dataclass(frozen=True, slots=True)
class Taken:
    """How many places of a slot are taken, by the public and by staff."""

    public: int = 0
    staff: int = 0


NOBODY = Taken()


def queue_of(field: str, service: str | None) -> str:
    """The name of the places of a field, or of one service of it."""
    return f"{field}/{service}" if service else field


def slots_on(rules: BookingRules, calendar: Calendar, queue: str, date: str) -> dict[int, Slot]:
    """`{start: Slot}` of a queue on a local date, in order of time; nothing on holidays, outside
    opening hours and where it is closed. Rules that meet at one start add their places.
    """
    holding = [rule for rule in rules.slots if rule.queue == queue and rule.holds_on(date)]
    named = [rule for rule in holding if rule.dates]
    slots: dict[int, Slot] = {}
    for rule in named or holding:
        if not calendar.field_works(rule.field, date):
            continue
        for start, end in _spans(rule, calendar, date):
            if _is_closed(rules.closures, calendar, rule.field, date, start, end):
                continue
            before = slots.get(start, Slot(queue, start, end, 0, 0))
            slots[start] = Slot(
                queue,
                start,
                max(end, before.end),
                before.public + rule.places,
                before.staff + rule.staff_places,
            )
    return dict(sorted(slots.items()))


def slots_between(
    rules: BookingRules, calendar: Calendar, queue: str, first: str, last: str
) -> Iterator[Slot]:
    """The slots of a queue from a date to another."""
    date = Date.fromisoformat(first)
    while date.isoformat() <= last:
        yield from slots_on(rules, calendar, queue, date.isoformat()).values()
        date += timedelta(days=1)


def slot_at(rules: BookingRules, calendar: Calendar, queue: str, start: int) -> Slot | None:
    """The slot of a queue that begins at a moment, or None."""
    return slots_on(rules, calendar, queue, calendar.date_of(start)).get(start)


def is_bookable(
    rules: BookingRules, calendar: Calendar, slot: Slot, now: int, staff: bool = False
) -> bool:
    """Whether a slot lies neither too near nor too far; staff may book until it begins."""
    lead = 0 if staff else rules.lead_minutes * MINUTE
    last = Date.fromisoformat(calendar.date_of(now)) + timedelta(days=rules.days_ahead)
    return slot.start >= now + lead and calendar.date_of(slot.start) <= last.isoformat()


def free_places(slot: Slot, taken: Taken, staff: bool = False) -> int:
    """How many more may book a slot: of the public its own places, staff any that is left."""
    left = slot.places - taken.public - taken.staff
    if not staff:
        left = min(left, slot.public - taken.public)
    return max(0, left)


def release_at(rules: BookingRules, calendar: Calendar, start: int, now: int, jitter: float) -> int:
    """When a place that was given back appears again: at the next published time after now, a
    random while later (`jitter`, 0 to 1); at once when its time is near or comes before that.
    """
    if start - now < rules.soon_minutes * MINUTE or not rules.releases:
        return now
    today = Date.fromisoformat(calendar.date_of(now))
    for days in range(2):
        date = (today + timedelta(days=days)).isoformat()
        for clock in sorted(rules.releases):
            at = moment(date, clock, calendar.zone)
            if at > now:
                later = at + int(jitter * rules.release_jitter_minutes * MINUTE)
                return later if later < start - rules.lead_minutes * MINUTE else now
    return now


def conflicts(
    rules: BookingRules, calendar: Calendar, taken: Mapping[tuple[str, int], Taken]
) -> list[tuple[str, int, int]]:
    """What rules no longer offer of what was booked under others: `(queue, start, how many too
    many)` of each slot that is gone or has fewer places than are taken. Nobody is moved by it.
    """
    over = []
    for (queue, start), places in sorted(taken.items()):
        slot = slot_at(rules, calendar, queue, start)
        offered = slot.places if slot is not None else 0
        many = places.public + places.staff - offered
        if many > 0:
            over.append((queue, start, many))
    return over


#: Of the calls that are guaranteed to booked people so much may be booked, as measured
#: (tests/domain/booking_hall_test.py); less of longer slots, whose people come at once.
SAFE_SHARE, SAFE_SHARE_OF_LONG, LONG_MINUTES = 0.85, 0.75, 15


def advised_places(
    minutes_a_call: float, counters: float, share: float, slot_minutes: int, no_show: float
) -> int:
    """How many places of a slot can be kept: 85 % (75 % of slots over a quarter of an hour) of the
    calls that the share guarantees in it, over the share of booked people who come.
    minutes_a_call: of one counter.
    """
    if minutes_a_call <= 0 or counters <= 0:
        return 0
    guaranteed = slot_minutes / minutes_a_call * counters * share
    safe = SAFE_SHARE if slot_minutes <= LONG_MINUTES else SAFE_SHARE_OF_LONG
    return int(safe * guaranteed / max(0.1, 1 - no_show))


def _spans(rule: SlotRule, calendar: Calendar, date: str) -> Sequence[tuple[int, int]]:
    start, last = (moment(date, clock, calendar.zone) for clock in (rule.begin, rule.end))
    windows = calendar.windows("service", date)
    length = rule.minutes * MINUTE
    spans = []
    while start + length <= last:
        if any(begin <= start and start + length <= end for begin, end in windows):
            spans.append((start, start + length))
        start += length
    return spans


def _is_closed(
    closures: Sequence[Closure], calendar: Calendar, field: str, date: str, start: int, end: int
) -> bool:
    for closure in closures:
        if closure.date != date or (closure.fields and field not in closure.fields):
            continue
        begin = moment(date, closure.begin or "00:00", calendar.zone)
        until = moment(date, closure.end, calendar.zone) if closure.end else None
        if end > begin and (until is None or start < until):
            return True
    return False
