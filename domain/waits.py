"""How long people waited: from a ticket's facts to its stretches of time, and from many tickets to
the figures of a report.

Every duration comes from the journal and can be explained by two of its rows. What does not balance
is null and flagged, never guessed.
All times and durations are whole milliseconds.
"""

import dataclasses
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from .facts import Fact
from .ticket import ABSENT, CALLED, CANCELLED, DONE, EXPIRED, PARKED, SERVING, TRANSITIONS, WAITING

#: A call taken back within this time never happened, for a report; one that stood longer was seen
#: and heard in the hall.
ACCIDENTAL_CALL_MS = 10_000

#: What a ticket came to; every ticket has exactly one. `open` is at a counter, parked or
#: absent-but-still-expected right now.
OUTCOMES = ("served", "waiting", "open", "no_show", "abandoned", "cancelled", "unfinished")

#: The measure that breaks when a state is left, or a fact happens, out of order.
_LEFT = {
    WAITING: "wait",
    SERVING: "service",
    PARKED: "parked",
    CALLED: "walk_up",
    ABSENT: "no_response",
}
_HAPPENED = {
    "called": "wait",
    "recalled": "no_response",
    "started": "walk_up",
    "missed": "no_response",
    "requeued": "no_response",
    "parked": "service",
    "transferred": "service",
    "service_begun": "service",
    "finished": "service",
}


#: The opening windows of a service day, as (from, to).
Windows = Callable[[str], Sequence[tuple[int, int]]]


@dataclass(slots=True)
class Stretch:
    """One stretch of a visit and where it was spent. kind: wait, walk_up, no_response, service or
    parked; `after_return` marks a wait after a no-show.
    """

    kind: str
    start: int
    end: int
    field: str | None
    counter: str | None = None
    clerk: str | None = None
    after_return: bool = False

    @property
    def length(self) -> int:
        return self.end - self.start


@dataclass(slots=True)
class Visit:
    """One ticket's story in durations.

    A duration is None when it never came about or cannot be told (then `flags` says why).
    """

    ticket: str
    number: str | None = None
    day: str | None = None
    field: str | None = None
    service_code: str | None = None
    issued_at: int | None = None
    state: str | None = None
    outcome: str = "waiting"
    at_field: str | None = None
    first_counter: str | None = None
    first_clerk: str | None = None
    last_counter: str | None = None
    last_clerk: str | None = None
    first_called_at: int | None = None
    ended_at: int | None = None
    calls: int = 0
    recalls: int = 0
    misses: int = 0
    returned: bool = False
    wait: int | None = None
    wait_open: int | None = None
    service: int | None = None
    parked: int | None = None
    no_response: int | None = None
    visit: int | None = None
    stretches: list[Stretch] = dataclasses.field(default_factory=list)
    flags: set[str] = dataclasses.field(default_factory=set)
    broken: set[str] = dataclasses.field(default_factory=set)

    def total(self, kind: str) -> int | None:
        """The sum of the stretches of one kind, or None when that measure does not balance."""
        return (
            None if kind in self.broken else sum(s.length for s in self.stretches if s.kind == kind)
        )

    @property
    def legs(self) -> list[Stretch]:
        """The waits of this visit in order, each in the field it was waited in."""
        return [] if "wait" in self.broken else [s for s in self.stretches if s.kind == "wait"]

    @property
    def citizen_wait(self) -> int | None:
        """The sum of all waits of the visit, or None before the first call."""
        return self.total("wait") if self.calls else None


def standing(facts: Iterable[Fact]) -> "list[Fact | _TakenBack]":
    """The facts that still count, in order of `seq`: those named by an `undone` are gone, except a
    call that stood longer than 10 s.

    Give it whole days: one act may have touched several tickets, and its `undone` may name the
    facts of all of them.
    """
    facts = sorted(facts, key=lambda f: f.seq)
    taken_back: dict[int, int] = {}
    for fact in reversed(facts):
        if fact.kind == "undone" and fact.seq not in taken_back:
            for seq in fact.data.get("undoes") or ():
                taken_back[seq] = fact.at
    kept: list[Fact | _TakenBack] = []
    after_call: dict[int, _TakenBack] = {}
    for fact in facts:
        undone_at = taken_back.get(fact.seq)
        if undone_at is None:
            if fact.kind == "undone":
                kept.extend(
                    after_call.pop(seq)
                    for seq in fact.data.get("undoes") or ()
                    if seq in after_call
                )
            else:
                kept.append(fact)
        elif fact.kind == "called" and undone_at - fact.at > ACCIDENTAL_CALL_MS:
            kept.append(fact)
            after_call[fact.seq] = _TakenBack(fact.ticket, fact.seq, undone_at)
    return kept


@dataclass(slots=True)
class _TakenBack:
    """Stands where a call that had been seen in the hall was taken back."""

    ticket: str | None
    seq: int
    at: int
    kind: str = "taken_back"


def visits(facts: Iterable[Fact], windows: Windows | None = None) -> list[Visit]:
    """The Visit of every ticket among `facts`, in the order the tickets first appear.

    `windows(day)` gives the opening windows of a service day as [(from_ms, to_ms)]; without it
    `wait_open` stays None.
    """
    tickets: dict[str, list[Fact | _TakenBack]] = defaultdict(list)
    for fact in standing(facts):
        if fact.ticket is not None and (fact.kind in _TELL or fact.kind == "taken_back"):
            tickets[fact.ticket].append(fact)
    open_on: dict[str, Sequence[tuple[int, int]]] = {}
    all_visits: list[Visit] = []
    for ticket, story in tickets.items():
        visit = _Story(ticket).told(story)
        if windows is not None and visit.wait is not None:
            _tell_open_wait(visit, windows, open_on)
        all_visits.append(visit)
    return all_visits


def _tell_open_wait(
    visit: Visit, windows: Windows, open_on: dict[str, Sequence[tuple[int, int]]]
) -> None:
    """The part of a visit's wait in opening hours; `open_on` keeps the days asked for."""
    if visit.issued_at is None or visit.first_called_at is None or visit.day is None:
        return
    if visit.day not in open_on:
        open_on[visit.day] = windows(visit.day)
    visit.wait_open = within(visit.issued_at, visit.first_called_at, open_on[visit.day])


def within(start: int, end: int, windows: Iterable[tuple[int, int]]) -> int:
    """The part of start…end that lies inside the windows."""
    return sum(max(0, min(end, to) - max(start, since)) for since, to in windows)


class _Story:
    """Tells one ticket's facts as stretches: each state entered must be left once, by a fact that
    may leave it.
    """

    def __init__(self, ticket: str) -> None:
        self.visit = Visit(ticket)
        self.state: str | None = None
        self.before_call: str | None = None
        self.entered = 0
        self.last_at: int | None = None
        # the last call that nobody has come to, no park, transfer or return since
        self.unanswered: int | None = None
        self.returning = False
        self.waiting = False  # a wait is running; not after a call that was taken back

    def told(self, facts: Iterable[Fact | _TakenBack]) -> Visit:
        for fact in facts:
            if self.last_at is not None and fact.at < self.last_at:
                self.visit.flags.add("clock")
            self.last_at = fact.at
            if isinstance(fact, _TakenBack):
                self.state = self.before_call
                self.waiting = False
                continue
            sources, after = TRANSITIONS[fact.kind]
            if self.state not in sources and not (self.state is None and fact.kind == "issued"):
                self._unbalanced(fact)
            _TELL[fact.kind](self, fact)
            if after is not None:
                self.state = after
        self._close()
        return self.visit

    def _unbalanced(self, fact: Fact) -> None:
        self.visit.flags.add("unbalanced")
        self.visit.broken.update(
            measure
            for measure in (_LEFT.get(self.state or ""), _HAPPENED.get(fact.kind))
            if measure
        )

    def _add(
        self,
        kind: str,
        start: int | None,
        fact: Fact,
        place: tuple[str | None, str | None] | None = None,
        after_return: bool = False,
    ) -> None:
        visit = self.visit
        if start is None or fact.at < start:
            visit.broken.add(kind)
            visit.flags.add("clock" if start is not None else "unbalanced")
            return
        counter, clerk = (visit.last_counter, visit.last_clerk) if place is None else place
        visit.stretches.append(
            Stretch(kind, start, fact.at, visit.at_field, counter, clerk, after_return)
        )

    def _unanswered_until(self, fact: Fact) -> None:
        if self.unanswered is not None:
            self._add("no_response", self.unanswered, fact)
        self.unanswered = None

    def _end_service(self, fact: Fact) -> None:
        if self.state == SERVING:
            self._add("service", self.entered, fact)
        self.unanswered = None

    def _issued(self, fact: Fact) -> None:
        visit = self.visit
        visit.number, visit.field, visit.at_field, visit.day = (
            fact.number,
            fact.field,
            fact.field,
            fact.day,
        )
        visit.service_code = fact.data.get("service")
        visit.issued_at = self.entered = fact.data.get("issued_at") or fact.at
        self.waiting = True
        if visit.issued_at > fact.at:
            visit.flags.add("clock")
            visit.broken.add("wait")

    def _joined(self, fact: Fact) -> None:
        """A ticket that a clerk had called by hand: its kiosk says when it was taken, and the wait
        began then.
        """
        visit, taken = self.visit, fact.data["issued_at"]
        visit.service_code = fact.data.get("service") or visit.service_code
        if visit.issued_at is None or taken > visit.issued_at:
            return
        if visit.wait is not None:
            visit.wait += visit.issued_at - taken
        for stretch in visit.stretches[:1]:
            stretch.start = min(stretch.start, taken) if stretch.kind == "wait" else stretch.start
        visit.issued_at = taken
        if visit.wait is None and self.waiting:
            self.entered = min(self.entered, taken)

    def _called(self, fact: Fact) -> None:
        visit = self.visit
        counter, clerk = fact.counter, fact.data.get("clerk")
        if self.state == WAITING and self.waiting:
            self._add("wait", self.entered, fact, (counter, clerk), self.returning)
        elif self.state == PARKED and self.unanswered is None:
            self._add("parked", self.entered, fact)
        self._unanswered_until(fact)
        if visit.first_called_at is None:
            visit.first_called_at, visit.first_counter, visit.first_clerk = fact.at, counter, clerk
            if visit.issued_at is not None and "wait" not in visit.broken:
                visit.wait = fact.at - visit.issued_at
        visit.calls += 1
        visit.last_counter, visit.last_clerk = counter, clerk
        self.before_call, self.entered, self.unanswered = self.state, fact.at, fact.at
        self.waiting = False

    def _recalled(self, fact: Fact) -> None:
        self.visit.recalls += 1
        self._unanswered_until(fact)
        self.unanswered = self.entered = fact.at

    def _started(self, fact: Fact) -> None:
        self._add("walk_up", self.entered if self.state == CALLED else None, fact)
        self.unanswered, self.entered, self.returning = None, fact.at, False

    def _parked(self, fact: Fact) -> None:
        self._end_service(fact)
        self.entered = fact.at

    def _transferred(self, fact: Fact) -> None:
        self._end_service(fact)
        self.visit.at_field = fact.data.get("field") or self.visit.at_field
        self.entered, self.waiting, self.returning = fact.at, True, False

    def _missed(self, fact: Fact) -> None:
        self.visit.misses += 1

    def _requeued(self, fact: Fact) -> None:
        self._unanswered_until(fact)
        self.entered, self.waiting, self.returning = fact.at, True, True

    def _service_begun(self, fact: Fact) -> None:
        self._served_until(fact)
        self.visit.at_field = fact.data.get("field") or self.visit.at_field
        self.entered, self.returning = fact.at, False

    def _finished(self, fact: Fact) -> None:
        self._served_until(fact)
        self.visit.ended_at = fact.at

    def _served_until(self, fact: Fact) -> None:
        if self.state == CALLED:
            self.visit.flags.add("finished_without_start")
            self.visit.broken.add("walk_up")
            self._add("service", self.entered, fact)
        self._end_service(fact)

    def _cancelled(self, fact: Fact) -> None:
        self._leave(fact, "cancelled")

    def _expired(self, fact: Fact) -> None:
        self._leave(fact, "unfinished")

    def _leave(self, fact: Fact, otherwise: str) -> None:
        """The end without a service at hand: who was waiting has left, who had not come to the call
        is a no-show.
        """
        visit = self.visit
        visit.ended_at = fact.at
        if self.state == WAITING:
            visit.outcome = "abandoned"
        elif self.state == ABSENT or (self.state == CALLED and visit.misses):
            visit.outcome = "no_show"
        else:
            visit.outcome = otherwise
        if self.state == SERVING:
            visit.flags.add("open_at_close")
            visit.broken.add("service")

    def _close(self) -> None:
        visit = self.visit
        visit.state = self.state
        if self.state == DONE:
            visit.outcome = "served"
        elif self.state == ABSENT:
            visit.outcome = "no_show"
        elif self.state not in (CANCELLED, EXPIRED):
            visit.outcome = "waiting" if self.state == WAITING else "open"
        visit.returned = visit.misses > 0 and visit.outcome == "served"
        if "wait" in visit.broken:
            visit.wait = None
        sums = {"service": 0, "parked": 0, "no_response": 0, "wait": 0, "walk_up": 0}
        served_until = None
        for stretch in visit.stretches:
            sums[stretch.kind] += stretch.end - stretch.start
            if stretch.kind == "service":
                served_until = stretch.end
        visit.parked = None if "parked" in visit.broken else sums["parked"]
        visit.no_response = None if "no_response" in visit.broken else sums["no_response"]
        if served_until is not None and "service" not in visit.broken:
            visit.visit = served_until - visit.issued_at if visit.issued_at is not None else None
            if self.state == DONE:
                visit.service = sums["service"]


_TELL = {kind: getattr(_Story, f"_{kind}") for kind in TRANSITIONS if hasattr(_Story, f"_{kind}")}
