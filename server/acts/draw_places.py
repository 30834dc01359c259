"""Staff's own places of a day that are kept for a draw: nobody gives away what others ask for."""

from dataclasses import dataclass

from domain.booking_rules import NOBODY, BookingRules, is_bookable, slots_between
from domain.centre import Centre

from ..store import bookings
from ..store.draws import any_steps
from ..store.engine import Connection
from .draw_lists import DONE, VOID, all_draws


@dataclass(frozen=True)
class StaffDay:
    """Staff's own places of one day and queue. left: by the start of each time, how many nobody has
    yet; kept: how many of them are a draw's.
    """

    left: dict[int, int]
    kept: int

    @property
    def spare(self) -> int:
        """How many of them staff may give out; below zero where the day's places became fewer."""
        return sum(self.left.values()) - self.kept

    @classmethod
    def of(
        cls,
        conn: Connection,
        centre: Centre,
        rules: BookingRules,
        queue: str,
        date: str,
        now: int,
    ) -> "StaffDay":
        """What stands at this moment, as far as the rules look ahead."""
        offered = [
            slot
            for slot in slots_between(rules, centre.calendar, queue, date, date)
            if is_bookable(rules, centre.calendar, slot, now, True)
        ]
        if not offered:
            return cls({}, 0)
        first, last = offered[0].start, offered[-1].end
        taken = bookings.taken_between(conn, centre.code, first, last, queue)
        left = {}
        for slot in offered:
            there = taken.get((queue, slot.start), NOBODY)
            staffs = slot.staff - there.staff
            left[slot.start] = max(0, min(staffs, slot.places - there.public - there.staff))
        return cls(left, kept_by_day(conn, centre, rules, queue, now).get(date, 0))


def kept_by_day(
    conn: Connection, centre: Centre, rules: BookingRules, queue: str, now: int
) -> dict[str, int]:
    """`{date: how many}` of staff's own places that are promised to draws neither done nor void."""
    kept: dict[str, int] = {}
    if any_steps(conn, centre.code):
        for draw in all_draws(conn, centre.code).values():
            about = draw.opened
            if (
                about.date is not None
                and draw.state(now) not in (DONE, VOID)
                and rules.queue(str(about.field), about.service) == queue
            ):
                kept[about.date] = kept.get(about.date, 0) + about.places
    return kept


def full_days(
    conn: Connection, centre: Centre, rules: BookingRules, queue: str, now: int
) -> set[str]:
    """The days of which every place of staff's own that is left is promised to a draw."""
    days = kept_by_day(conn, centre, rules, queue, now)
    return {date for date in days if StaffDay.of(conn, centre, rules, queue, date, now).spare <= 0}
