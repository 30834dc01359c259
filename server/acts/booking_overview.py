"""What managers see of booked times: the rules and what they hold, what is taken, what a changed
rule no longer offers. Reads only, and moves nobody.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from domain import booking as life
from domain.booking_rules import (
    NOBODY,
    BookingRules,
    Slot,
    SlotRule,
    Taken,
    advised_places,
    conflicts,
    slots_between,
)
from domain.centre import Centre
from domain.day import MINUTE

from ..store import bookings
from .act import ActContext
from .bookings import rules_in_force

DAY_MS = 24 * 60 * MINUTE
#: No-shows are measured over so many days, from so many bookings on; else the usual share holds.
MEASURED_MS, MEASURED_FROM, USUAL_NO_SHOW = 60 * DAY_MS, 20, 0.15


@dataclass(frozen=True, slots=True)
class RuleSeen:
    """A rule beside what can be kept. pace: minutes between two calls of the field now; advised:
    places a slot; no_show: the share that does not come; longer: minutes that somebody who takes a
    number at the start of a full slot waits longer at most.
    """

    rule: SlotRule
    minutes: int
    pace: float
    advised: int
    no_show: float
    longer: int

    @property
    def too_many(self) -> bool:
        """Whether more places are offered than can be kept."""
        return self.rule.places + self.rule.staff_places > self.advised


@dataclass(frozen=True, slots=True)
class Day:
    """What is taken of a queue on a date, of how many places; and its fullest slots first."""

    date: str
    queue: str
    public: int
    staff: int
    places: int


@dataclass(frozen=True, slots=True)
class Overview:
    """All of it. conflicts: `(queue, start, how many too many)`."""

    rules: tuple[RuleSeen, ...]
    days: tuple[Day, ...]
    conflicts: tuple[tuple[str, int, int], ...]


def overview(context: ActContext, code: str) -> Overview:
    """The overview of a centre. Raises Refusal("bookings_off")."""
    centre, now = context.centre(code), context.clock()
    rules = rules_in_force(centre.booking)
    paces = context.estimates.field_paces(centre, now).minutes
    last = now + (rules.days_ahead + 60) * DAY_MS
    with context.store.read() as conn:
        taken = bookings.taken_between(conn, code, now, last)
        ended = bookings.in_state(conn, code, (life.HERE, life.MISSED), first=now - MEASURED_MS)
    seen = []
    for rule in rules.slots:
        of_field = [row for row in ended if row.field == rule.field]
        missed = sum(row.state == life.MISSED for row in of_field)
        measured = len(of_field) >= MEASURED_FROM
        no_show = missed / len(of_field) if measured else USUAL_NO_SHOW
        pace = paces.get(rule.field, 0.0)
        advised = advised_places(pace, 1, rules.share, rule.minutes, no_show)
        coming = (rule.places + rule.staff_places) * (1 - no_show)
        seen.append(RuleSeen(rule, rule.minutes, pace, advised, no_show, round(coming * pace)))
    return Overview(
        tuple(seen),
        tuple(_days(rules, centre, now, taken)),
        tuple(conflicts(rules, centre.calendar, taken)),
    )


def _days(
    rules: BookingRules, centre: Centre, now: int, taken: Mapping[tuple[str, int], Taken]
) -> Iterator[Day]:
    first, last = centre.date_of(now), centre.date_of(now + rules.days_ahead * DAY_MS)
    for queue in dict.fromkeys(rule.queue for rule in rules.slots):
        by_date: dict[str, list[Slot]] = {}
        for slot in slots_between(rules, centre.calendar, queue, first, last):
            by_date.setdefault(centre.date_of(slot.start), []).append(slot)
        for date, slots in by_date.items():
            counts = [taken.get((queue, slot.start), NOBODY) for slot in slots]
            yield Day(
                date,
                queue,
                sum(count.public for count in counts),
                sum(count.staff for count in counts),
                sum(slot.places for slot in slots),
            )
