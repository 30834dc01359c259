"""One reading of a centre's hall, from which every snapshot is made."""

from ...domain.day import CLOSED, OPEN
from ...domain.dispatch import MINUTE
from ...domain.ticket import AT_COUNTER
from ...store import lines


class Hall:
    """One reading of a centre's hall, from which every snapshot is made."""

    def __init__(self, desk, code):
        self.desk, self.now, self.centre = desk, desk.clock(), desk.centre(code)
        with desk.store.read() as conn:
            self.seq = lines.seqs(conn).get(code, 0)
            stored = lines.last_day(conn, code)
            self.day = stored
            date = stored.date if stored else ""
            self.tickets = lines.at_hand(conn, code, date)
            self.fields = lines.field_counts(conn, code, date)
            self.states = lines.counter_states(conn, code)
            self.latest = lines.latest_calls(conn, code, date)
            self.issued = lines.issued_counts(conn, code, date)
        self.at = {t.counter: t for t in self.tickets if t.state in AT_COUNTER}

    def read(self):
        """A connection, for what only one kind of snapshot needs."""
        return self.desk.store.read()

    def head(self):
        """The keys every snapshot begins with."""
        c = self.centre
        current = self.day is not None and (self.day.date >= c.date_of(self.now) or self.day.state == OPEN)
        return {
            "seq": self.seq, "at": self.now, "centre": {"code": c.code, "name": c.name, "timezone": c.timezone, "locales": list(c.locales)},
            "day": {"date": self.day.date if current else c.date_of(self.now), "state": self.day.state if current else "none"},
        }

    def waiting(self, prefix):
        """How many wait in a field, and since when the first of them."""
        return self.fields.get(prefix, (0, None))

    def estimate(self, prefix):
        """What somebody who took a number now would be told."""
        return self.desk.estimate(self.centre, prefix, self.waiting(prefix)[0], self.now)

    def state_of(self, number):
        """open, paused or closed."""
        row = self.states.get(number)
        return row.state if row else CLOSED

    def given_out(self, prefix):
        """(open | closed | full, when again) of a field's numbers."""
        if self.day is None or self.day.state != OPEN:
            opens = self.desk.hours == "always" or self.centre.is_open("tickets", self.now)
            blocked = self.day is not None and self.day.date >= self.centre.date_of(self.now)
            if not opens or blocked:
                return "closed", self.centre.opens_again("tickets", self.now, prefix)
        field = self.centre.fields[prefix]
        if field.cap is not None and self.issued.get(prefix, 0) >= field.cap:
            return "full", self.centre.opens_again("tickets", self.now + 12 * 60 * MINUTE, prefix)
        by_hand = self.desk.hours == "always" or (self.day is not None and self.day.state == OPEN and self.day.by_hand)
        if by_hand or (self.centre.is_open("tickets", self.now) and self.centre.field_works(prefix, self.centre.date_of(self.now))):
            return "open", None
        return "closed", self.centre.opens_again("tickets", self.now, prefix)
