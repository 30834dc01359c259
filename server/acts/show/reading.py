"""One reading of a centre's hall, from which every snapshot is made."""

import json
from functools import cached_property, lru_cache
from typing import Any

from domain.booked_calls import BookedCalls
from domain.day import CLOSED, MINUTE, OPEN
from domain.dispatch import at_work, order
from domain.opening import Availability, availability, current_day
from domain.ticket import AT_COUNTER, Ticket

from ...store import calls, lines, notes, people
from ..act import ActContext
from ..clock_state import day_in_force
from ..estimates import CallsFrom, FieldEstimate, idle_fields, shown_estimate
from ..pairing import mark_of_displays
from ..views import staff_ticket, with_note
from .consoles import Consoles
from .shapes import Head

#: What a kiosk said of itself counts for this long.
KNOWN_MS = 12 * 60 * MINUTE
Device = dict[str, Any]


@lru_cache(maxsize=2_000)
def _status_of(text: str) -> dict[str, Any]:
    """What a device said of itself; shared, so nobody writes into it."""
    status: dict[str, Any] = json.loads(text)
    return status


class CentreReading:
    """One reading of a centre's hall, from which every snapshot is made."""

    def __init__(
        self, context: ActContext, code: str, before: "CentreReading | None" = None
    ) -> None:
        self.context, self.now, self.centre = context, context.clock(), context.centre(code)
        with context.store.read() as conn:
            self.seq = lines.seq_of(conn, code)
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
        self.at = {str(t.counter): t for t in self.tickets if t.state in AT_COUNTER}
        self.at_work = at_work(self.centre.counters, self.states)
        self.idle = idle_fields(self.centre.counters, self.states, self.at)
        self._consoles_before = before.__dict__.get("consoles") if before else None
        mark = before.__dict__.get("mark_of_displays") if before else None
        self._mark_before = mark if before and before.centre is self.centre else None
        self._tickets: dict[str, dict[str, Any]] = {}
        self._estimates: dict[str, FieldEstimate] = {}
        self._available: dict[str, Availability] = {}

    @cached_property
    def consoles(self) -> Consoles:
        """What all consoles of the hall show alike."""
        shared = Consoles(self, self._consoles_before)
        self._consoles_before = None
        return shared

    @cached_property
    def in_line(self) -> list[lines.InLine]:
        """Everybody who waits, in the order of the line."""
        with self.read() as conn:
            return lines.waiting(conn, self.centre.code, self.day.date if self.day else "")

    @cached_property
    def mark_of_displays(self) -> str:
        """What changes with what the centre's file says of its screens."""
        return self._mark_before or mark_of_displays(self.centre)

    def read(self) -> Any:
        """A connection, for what only one kind of snapshot needs."""
        return self.context.store.read()

    def head(self) -> Head:
        """The keys every snapshot begins with."""
        return {**self._head}

    @cached_property
    def _head(self) -> Head:
        centre = self.centre
        day = self.day
        if day is not None and day.date < centre.date_of(self.now) and day.state != OPEN:
            day = None
        return {
            "seq": self.seq,
            "at": self.now,
            "centre": {
                "code": centre.code,
                "name": centre.name,
                "timezone": centre.timezone,
                "locales": list(centre.locales),
            },
            "day": {
                "date": day.date if day else centre.date_of(self.now),
                "state": day.state if day else "none",
                "issuing": day is None or day.issuing,
            },
        }

    def waiting(self, prefix: str) -> tuple[int, int | None]:
        """How many wait in a field, and since when the first of them."""
        counted: tuple[int, int | None] = self.fields.get(prefix, (0, None))
        return counted

    @cached_property
    def names(self) -> dict[str, str]:
        """`{staff id: full name}`."""
        with self.read() as conn:
            return people.full_names(conn, self.centre.code)

    @cached_property
    def devices(self) -> list[Device]:
        """Every device that is not shut off, with what it said of itself."""
        with self.read() as conn:
            rows = people.devices(conn, self.centre.code)
        return [
            {
                "device": row.name,
                "role": row.role,
                "online": False,
                "seen_at": row.seen_at,
                "status": _status_of(row.status),
                "id": row.id,
            }
            for row in rows
            if row.revoked_at is None
        ]

    @cached_property
    def calls_from(self) -> CallsFrom | None:
        """When the counters call again, where they are closed now."""
        return self.context.estimates.calls_from(self.centre, self.now)

    def estimate(self, prefix: str) -> FieldEstimate:
        """What somebody who took a number now would be told: `estimate`, `no_estimate` and
        `calls_from`.
        """
        shown = self._estimates.get(prefix)
        if shown is None:
            shown = self._estimates[prefix] = self._estimated(prefix)
        return shown

    def _estimated(self, prefix: str) -> FieldEstimate:
        waiting, idle = self.waiting(prefix)[0], prefix in self.idle
        estimates = self.context.estimates
        promised = estimates.promised(self.centre, prefix, waiting, idle, self.now)
        return {**shown_estimate(promised), "calls_from": self.calls_from}

    def state_of(self, number: str | None) -> str:
        """open, paused or closed."""
        row = self.states.get(str(number))
        return row.state if row else CLOSED

    @property
    def wanting(self) -> tuple[str, ...]:
        """The counters that wait for the next arrival, the one waiting longest first."""
        return self.day.wanting if self.day is not None and self.day.state == OPEN else ()

    def message(self, prefix: str) -> dict[str, str] | None:
        """What a manager said when closing this field early, or None."""
        if self.day is None or self.day.state != OPEN:
            return None
        return self.day.closed_fields.get(prefix)

    def ticket(self, row: Ticket) -> dict[str, Any]:
        """A ticket at hand as staff see it in a snapshot."""
        view = self._tickets.get(row.id)
        if view is None:
            view = self._tickets[row.id] = with_note(staff_ticket(self.centre, row), self.notes)
        return view

    def order(self, counter: Any, waiting: Any, clerk: str | None, most: int = 8) -> Any:
        """`[(row, reason)]` of whoever would be called next by a counter."""
        return order(
            counter,
            waiting,
            self.now,
            self.centre.rules,
            clerk,
            most,
            self.at_work,
            self.booked_calls,
        )

    @cached_property
    def booked_calls(self) -> BookedCalls | None:
        """What booked people may take of the next calls; None while nobody who booked waits."""
        if self.centre.booking is None or not self.centre.booking.on:
            return None
        with self.read() as conn:
            return calls.booked_calls(conn, self.centre, self.day, self.in_line)

    @property
    def always(self) -> bool:
        """Whether the centre goes by no opening hours."""
        return bool(self.context.hours == "always")

    def availability(self, prefix: str) -> Availability:
        """Whether a field gives numbers now, and when again."""
        given = self._available.get(prefix)
        if given is None:
            given = self._available[prefix] = self._availability(prefix)
        return given

    def _availability(self, prefix: str) -> Availability:
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
