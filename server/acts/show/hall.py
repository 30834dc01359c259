"""One reading of a centre's hall, from which every snapshot is made."""

from domain.day import CLOSED, OPEN
from domain.dispatch import at_work, order
from domain.opening import Availability, availability, current_day
from domain.ticket import AT_COUNTER

from ...store import lines, notes
from ..clock_state import day_in_force
from ..estimates import idle_fields, shown_estimate
from ..views import staff_ticket, with_note


class Hall:
    """One reading of a centre's hall, from which every snapshot is made."""

    def __init__(self, context, code):
        self.context, self.now, self.centre = context, context.clock(), context.centre(code)
        with context.store.read() as conn:
            self.seq = lines.seqs(conn).get(code, 0)
            stored = lines.last_day(conn, code)
            self.day = stored
            #: the day as the opening rules see it; the same unless the clock is in doubt
            self.day_in_force = day_in_force(context, stored, self.centre.date_of(self.now))
            self.centre = context.for_day(self.centre, stored)
            date = stored.date if stored else ""
            self.tickets = lines.at_hand(conn, code, date)
            self.fields = lines.field_counts(conn, code, date)
            self.states = lines.counter_states(conn, code)
            self.latest = lines.latest_calls(conn, code, date)
            self.issued = lines.issued_counts(conn, code, date)
            self.notes = notes.of_centre(conn, code)
        self.at = {t.counter: t for t in self.tickets if t.state in AT_COUNTER}
        self.at_work = at_work(self.centre.counters, self.states)
        self.idle = idle_fields(self.centre.counters, self.states, self.at)

    def read(self):
        """A connection, for what only one kind of snapshot needs."""
        return self.context.store.read()

    def head(self):
        """The keys every snapshot begins with."""
        c = self.centre
        current = self.day is not None and (
            self.day.date >= c.date_of(self.now) or self.day.state == OPEN
        )
        return {
            "seq": self.seq,
            "at": self.now,
            "centre": {
                "code": c.code,
                "name": c.name,
                "timezone": c.timezone,
                "locales": list(c.locales),
            },
            "day": {
                "date": self.day.date if current else c.date_of(self.now),
                "state": self.day.state if current else "none",
                "issuing": not current or self.day.issuing,
            },
        }

    def waiting(self, prefix):
        """How many wait in a field, and since when the first of them."""
        return self.fields.get(prefix, (0, None))

    def estimate(self, prefix):
        """What somebody who took a number now would be told: `estimate` and `no_estimate`."""
        waiting, idle = self.waiting(prefix)[0], prefix in self.idle
        estimates = self.context.estimates
        return shown_estimate(estimates.told(self.centre, prefix, waiting, idle, self.now))

    def state_of(self, number):
        """open, paused or closed."""
        row = self.states.get(number)
        return row.state if row else CLOSED

    def today_is(self, state):
        """Whether there is a service day in this state."""
        return self.day is not None and self.day.state == state

    def message(self, prefix):
        """What a manager said when closing this field early, or None."""
        return self.day.closed_fields.get(prefix) if self.today_is(OPEN) else None

    def ticket(self, row, reason=None):
        """A ticket as staff see it in a snapshot."""
        return with_note(staff_ticket(self.centre, row, reason), self.notes)

    def order(self, counter, waiting, clerk, most=8):
        """`[(row, reason)]` of whoever would be called next by a counter."""
        return order(counter, waiting, self.now, self.centre.rules, clerk, most, self.at_work)

    @property
    def always(self) -> bool:
        """Whether the centre goes by no opening hours."""
        return bool(self.context.hours == "always")

    def availability(self, prefix: str) -> Availability:
        """Whether a field gives numbers now, and when again."""
        cap = self.centre.fields[prefix].cap
        today = current_day(self.centre.calendar, self.day_in_force, self.now)
        full = today is not None and cap is not None and self.issued.get(prefix, 0) >= cap
        return availability(
            self.centre.calendar,
            self.day_in_force,
            prefix,
            self.now,
            always=self.always,
            full=full,
        )
