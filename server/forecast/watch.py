"""One hall followed by its journal: what is learned of it, and the forecast of the moment."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from domain.centre import Centre
from domain.day import MINUTE, OPEN, PAUSED, CounterState, ServiceDay, local, moment
from domain.dispatch import InLine
from domain.estimate import (
    OpenTime,
    Promise,
    called_before,
    open_time_of,
    pace,
    promise,
    strength_of,
)
from domain.facts import (
    Called,
    Cancelled,
    Expired,
    Fact,
    FieldChanged,
    Finished,
    Issued,
    LetPassed,
    Missed,
    Parked,
    Requeued,
    Transferred,
    Undone,
)
from domain.promises import Forecast, Outlook
from domain.ticket import CALLED, SERVING, Ticket

from ..centre import CentreDocument, centre_of
from ..store import calls as last_calls
from ..store import journal, lines, paces
from ..store.engine import Store
from ..store.paces import Connection
from .attendance import chance_to_come
from .corrections import MODEL, Corrections, Telling
from .follow import Follower
from .hall import CounterNow, HallNow, outlook
from .learned import Learned
from .paths import BETWEEN, BINS, EXPECTED, HORIZON_MS, IDLE, ON_BREAK, OUT, Real
from .paths import SERVING as AT_IT

DAY_MS = 24 * 60 * MINUTE
#: After the end of a visit a counter is between two calls for so long; then it waits, or, with
#: somebody to call, is taken to be on a break.
BETWEEN_MS = 4 * MINUTE
#: Calls are read this far back, and so often.
READ_BACK_MS, PACES_KEPT_MS = 5 * 60 * MINUTE, 15_000
#: Facts read at once.
AT_ONCE = 500


@dataclass(slots=True)
class _Wait:
    """Where somebody waits: the field, and since when."""

    field: str
    since: int


class HallWatch:
    """Follows one centre. `catch_up` reads its journal, `foresee` makes the forecast."""

    def __init__(
        self, store: Store, document: CentreDocument, version: int, always_open: bool
    ) -> None:
        self._store, self._always_open = store, always_open
        self.centre: Centre = centre_of(document, version)
        grades = {
            grade.code: grade.credit_minutes * MINUTE
            for grade in self.centre.priorities.values()
            if grade.credit_minutes
        }
        minutes = {field.prefix: field.minutes for field in self.centre.fields.values()}
        self.learned = Learned(
            minutes,
            grades,
            configured_day(document, self.centre),
            clerks_apart=document.reports.clerk_speeds,
        )
        self.corrections = Corrections(list(minutes))
        self.seq, self._day = 0, ""
        self._paces: tuple[int, dict[str, float]] = (0, {})
        self._seed = 0
        self._begin("")

    # The journal ---------------------------------------------------------------------------------

    def catch_up(self) -> int:
        """Read what the journal holds by now, some hundred facts at most; how many there were."""
        with self._store.read() as conn:
            facts = journal.since(conn, self.centre.code, self.seq, AT_ONCE)
        for fact in facts:
            if fact.day and fact.day > self._day:
                self._begin(fact.day)
            if fact.day == self._day:
                self._take(fact)
            self.seq = int(fact.seq or self.seq)
        return len(facts)

    def _begin(self, day: str) -> None:
        if self._day:
            self.learned.night()
            self.corrections.new_day()
        self._day = day
        self._midnight = moment(day, "00:00", self.centre.timezone) if day else 0
        windows = self._windows(self._midnight + DAY_MS // 2) if day else ()
        self._follower = Follower(self.learned, self._midnight, windows)
        self._line: dict[str, _Wait] = {}
        self._tellings: dict[str, tuple[Telling, bool] | None] = {}
        self._at_counter: dict[str, str] = {}
        self._ended: dict[str, int] = {}
        self._worked: set[str] = set()

    def _take(self, fact: Fact) -> None:
        ticket = fact.ticket or ""
        match fact:
            case Issued():
                self._follower.came(fact.since, str(fact.field), fact.priority)
                self._line[ticket] = _Wait(str(fact.field), fact.since)
            case Called():
                self._called(fact, ticket)
            case Finished() | Parked() | Missed():
                self._ends(ticket, fact.at, missed=isinstance(fact, Missed))
            case Transferred():
                self._ends(ticket, fact.at, to=fact.to_field)
                self._line[ticket] = _Wait(fact.to_field or str(fact.field), fact.at)
            case Requeued() | LetPassed():
                self._never_came(ticket)
                self._tellings[ticket] = None
                self._line[ticket] = _Wait(str(fact.field), fact.at)
            case FieldChanged():
                self._tellings[ticket] = None
                self._line[ticket] = _Wait(str(fact.field), fact.at)
            case Cancelled() | Expired():
                self._never_came(ticket)
                self._line.pop(ticket, None)
            case Undone(verb="called"):
                self._never_came(ticket)

    def _called(self, fact: Called, ticket: str) -> None:
        counter, waited = str(fact.counter), self._line.pop(ticket, None)
        self._worked.add(counter)
        self._at_counter[ticket] = counter
        clerk, prefix = fact.clerk or "", str(fact.field)
        since = waited.since if waited is not None else fact.at
        self._follower.called(fact.at, counter, clerk, prefix, since)
        telling = self._tellings.pop(ticket, None)
        if telling is not None and waited is not None:
            self.corrections.called(prefix, telling[1], telling[0], (fact.at - since) / MINUTE)

    def _ends(self, ticket: str, at: int, missed: bool = False, to: str | None = None) -> None:
        counter = self._at_counter.pop(ticket, None)
        if counter is not None:
            self._follower.ended(at, counter, missed, to)
            self._ended[counter] = at

    def _never_came(self, ticket: str) -> None:
        counter = self._at_counter.pop(ticket, None)
        if counter is not None:
            self._follower.taken_back(counter)

    # The moment ----------------------------------------------------------------------------------

    def foresee(self, now: int) -> Forecast | None:
        """The forecast of this moment; None while no day is open."""
        with self._store.read() as conn:
            day = lines.last_day(conn, self.centre.code)
            if day is None or day.state != OPEN:
                return None
            states = lines.counter_states(conn, self.centre.code)
            waiting: Sequence[Any] = lines.waiting(conn, self.centre.code, day.date)
            at_hand = lines.at_hand(conn, self.centre.code, day.date)
            booked = last_calls.booked_calls(conn, self.centre, day, waiting)
            minutes = self._minutes_a_call(conn, day, states, now)
        centre = self.centre.with_assigned(day.assigned)
        open_time = self._open_time(now)
        counters = self._counters(centre, states, at_hand, waiting, open_time, now)
        midnight = moment(local(now, centre.timezone).date().isoformat(), "00:00", centre.timezone)
        self._seed += 1
        hall = HallNow(
            now, midnight, open_time.windows, waiting, counters, self._follower.so_far, booked
        )
        view = outlook(centre, self.learned, hall, seed=self._seed)
        in_field = {prefix: [p for p in waiting if p.field == prefix] for prefix in centre.fields}
        newcomers = {}
        for prefix, line in in_field.items():
            for code, credit in [(None, 0), *self.learned.grades.items()]:
                before = _before(line, now - credit, credit, now, minutes[prefix], centre)
                paths = view.newcomers[prefix, code is not None]
                telling = self._tell(
                    prefix, code is not None, paths, before, minutes, open_time, now
                )
                if telling is not None:
                    newcomers[prefix, code] = Outlook(telling.promise, before)
        those_waiting = {}
        for number, person in enumerate(waiting):
            if person.field not in in_field or person.to_counter or person.to_clerk:
                continue
            credit = person.since - person.line_at
            others = in_field[person.field]
            if credit > 0:
                others = [one for one in others if one.id != person.id]
            before = _before(others, person.line_at, credit, now, minutes[person.field], centre)
            telling = self._tell(
                person.field, bool(person.priority), view.waiting[number], before, minutes,
                open_time, now,
            )  # fmt: skip
            if telling is None:
                continue
            those_waiting[person.id] = Outlook(telling.promise, before)
            if person.id not in self._tellings and now - person.since < MINUTE:
                self._tellings[person.id] = telling, bool(person.priority)
        return Forecast(MODEL, now, newcomers, those_waiting)

    def _tell(
        self,
        prefix: str,
        priority: bool,
        paths: Real,
        before: int,
        minutes: Mapping[str, float],
        open_time: OpenTime,
        now: int,
    ) -> Telling | None:
        """What one person is told; None where no path calls them in time."""
        if paths[len(paths) // 2] >= HORIZON_MS / MINUTE:
            return None
        plain = promise(before, False, minutes[prefix], now, open_time)
        mean = (before + 1) * minutes[prefix]
        rule = (plain, mean) if isinstance(plain, Promise) else None
        telling = self.corrections.tell(prefix, priority, paths, rule)
        return telling if telling.promise.high <= HORIZON_MS / MINUTE else None

    def _minutes_a_call(
        self, conn: Connection, day: ServiceDay, states: Mapping[str, CounterState], now: int
    ) -> dict[str, float]:
        """The plain rule's minutes between two calls by field, at most 15 s old."""
        if 0 <= now - self._paces[0] < PACES_KEPT_MS:
            return self._paces[1]
        centre = self.centre
        calls = paces.calls_since(conn, centre.code, now - READ_BACK_MS)
        counts = lines.field_counts(conn, centre.code, day.date)
        minutes = {field.prefix: field.minutes for field in centre.fields.values()}
        ordinary = [c for c in centre.counters.values() if c.mode == "normal"]
        serving = [
            counter
            for number, counter in centre.counters.items()
            if number in states and states[number].state == OPEN
        ]
        strength = strength_of(serving or ordinary, minutes)
        usual = strength_of(ordinary, minutes)
        open_time = self._open_time(now)
        paced = {
            prefix: pace(
                calls.get(prefix, []),
                now,
                open_time,
                configured,
                strength.get(prefix) or usual.get(prefix, 0.0),
                head_since=counts.get(prefix, (0, None))[1],
            )
            for prefix, configured in minutes.items()
        }
        self._paces = now, paced
        return paced

    def _counters(
        self,
        centre: Centre,
        states: Mapping[str, CounterState],
        at_hand: Sequence[Ticket],
        waiting: Sequence[InLine],
        open_time: OpenTime,
        now: int,
    ) -> list[CounterNow]:
        visits = {t.counter: t for t in at_hand if t.state in (CALLED, SERVING) and t.counter}
        counters = []
        for number, counter in centre.counters.items():
            state, visit = states.get(number), visits.get(number)
            clerk = (state.clerk if state is not None else None) or ""
            rested = self._follower.has_rested(number, now)
            if visit is not None:
                since = visit.called_at or now
                counters.append(
                    CounterNow(counter, AT_IT, since, clerk, visit.field, rested=rested)
                )
            elif state is None or state.state not in (OPEN, PAUSED):
                come = self._comes(number, counter.mode, open_time, now)
                counters.append(
                    CounterNow(counter, EXPECTED if come else OUT, now, clerk, None, come)
                )
            elif open_time.opens(now) != now:
                counters.append(CounterNow(counter, EXPECTED, now, clerk))
            elif state.state == PAUSED:
                counters.append(CounterNow(counter, ON_BREAK, state.since, clerk))
            else:
                ended = max(self._ended.get(number, 0), state.since)
                wanted = any(person.field in counter.fields for person in waiting)
                doing = IDLE
                if wanted:
                    doing = BETWEEN if now - ended < BETWEEN_MS else ON_BREAK
                counters.append(CounterNow(counter, doing, ended, clerk, rested=rested))
        return counters

    def _comes(self, number: str, mode: str, open_time: OpenTime, now: int) -> float:
        """The chance that somebody opens a closed counter at the next opening."""
        if mode == "reserve" and number not in self._worked:
            return 0.0
        return chance_to_come(self.learned, number, number in self._worked, open_time, now)

    def _open_time(self, now: int) -> OpenTime:
        if self._always_open:
            return OpenTime(((now - DAY_MS, now + DAY_MS),))
        return open_time_of(self.centre, now)

    def _windows(self, noon: int) -> Sequence[tuple[int, int]]:
        return self._open_time(noon).windows

    # What is kept --------------------------------------------------------------------------------

    def document(self) -> dict[str, Any]:
        """What is kept over a restart, as JSON: sums without citizens. `seq`: up to where the
        journal is in it.
        """
        return {
            "seq": self.seq,
            "day": self._day,
            "learned": self.learned.document(),
            "corrections": self.corrections.document(),
        }

    def restore(self, document: Mapping[str, Any]) -> None:
        """Go on from what was kept. Raises ValueError when it cannot be read."""
        try:
            seq, day = int(document["seq"]), str(document["day"])
            self.learned.restore(document["learned"])
            self.corrections.restore(document["corrections"])
        except (KeyError, TypeError, IndexError) as error:
            raise ValueError(f"what was learned cannot be read: {error}") from None
        self.seq = seq
        if day:
            self._begin(day)

    def clerks(self) -> set[str]:
        """The staff ids that something is known of."""
        return {clerk for clerk, _ in self.learned.services if clerk}


def _before(
    line: Sequence[Any],
    line_at: int,
    credit: int,
    now: int,
    minutes_a_call: float,
    centre: Centre,
) -> int:
    """How many of a field are called before a place in line, as the hub counts them."""
    ahead = sum(
        1 for p in line if p.line_at < line_at and p.to_counter is None and p.to_clerk is None
    )
    if credit <= 0:
        return ahead
    guard = centre.rules.guard_minutes
    return max(ahead, called_before(line, line_at, now, minutes_a_call, guard))


def configured_day(document: CentreDocument, centre: Centre) -> Real:
    """People by field and bin of 15 minutes of a usual day, as the centre's file has it: the
    arrivals it names, else evenly over ordinary hours.
    """
    usual = float(document.site.tickets_per_day.usual or 100)
    shares = [field.share for field in centre.fields.values()]
    whole = sum(shares) or 1.0
    curve = np.zeros(BINS)
    for row in document.arrivals:
        begin, end = _bin(row.begin), _bin(row.end)
        curve[begin:end] += row.share / max(1, end - begin)
    if not curve.sum():
        curve[28:64] = 1.0
    of_fields = np.array([share / whole for share in shares])
    return np.asarray(usual * np.outer(of_fields, curve / curve.sum()))


def _bin(clock: str) -> int:
    return min(BINS, int(clock[:2]) * 4 + int(clock[3:5]) // 15)


def kept(text: str) -> Mapping[str, Any]:
    """A kept document from its text. Raises ValueError."""
    document = json.loads(text)
    if not isinstance(document, dict):
        raise ValueError("what was learned cannot be read: no object")
    return document
