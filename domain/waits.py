"""How long people waited: from the facts of tickets to their visits, waits and other stretches of
time.

Every duration comes from the journal and can be explained by two of its rows. What does not balance
is null and flagged, never guessed.
All times and durations are whole milliseconds.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

from .promises import promise_made
from .standing import FactView, standing
from .ticket import ABSENT, CALLED, CANCELLED, DONE, EXPIRED, PARKED, SERVING, TRANSITIONS, WAITING
from .visit import ENDS, ORIGINS, OUTCOMES, Leg, Stretch, Visit

__all__ = ["ENDS", "ORIGINS", "OUTCOMES", "Leg", "Stretch", "Visit", "visits"]

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
#: Up to which moment the waits of a service day that still run are looked at.
Until = Callable[[str], int]


def visits(
    facts: Iterable[FactView], windows: Windows | None = None, until: Until | None = None
) -> list[Visit]:
    """The Visit of every ticket among `facts`, in the order the tickets first appear.

    `windows(day)` gives the opening windows of a service day as [(from_ms, to_ms)]; without it the
    waits in opening hours stay None. `until(day)` is the moment at which waits that still run are
    looked at; without it they have the length up to a call that stands, or none. `day_closed` among
    the facts says when a day ended: nobody waited longer in it, however late their ticket came in.
    """
    tickets: dict[str, list[FactView]] = defaultdict(list)
    closed: dict[str, int] = {}
    for fact in standing(facts):
        if fact.ticket is not None and fact.kind in _TELL:
            tickets[fact.ticket].append(fact)
        elif fact.kind == "day_closed":
            closed[fact.day] = fact.at
    open_on: dict[str, Sequence[tuple[int, int]]] = {}
    all_visits: list[Visit] = []
    for ticket, story in tickets.items():
        visit = _Story(ticket, closed, until).visit_of(story)
        if windows is not None:
            _tell_open_waits(visit, windows, open_on)
        all_visits.append(visit)
    return all_visits


def _tell_open_waits(
    visit: Visit, windows: Windows, open_on: dict[str, Sequence[tuple[int, int]]]
) -> None:
    """The part of a visit's waits in opening hours; `open_on` keeps the days asked for."""
    if visit.day is None or not visit.legs:
        return
    if visit.day not in open_on:
        open_on[visit.day] = windows(visit.day)
    spans = open_on[visit.day]
    for leg in visit.legs:
        if leg.end is not None and not leg.broken:
            leg.open_length = overlap_ms(leg.start, leg.end, spans)
    first = visit.legs[0]
    if visit.wait is not None and first.called_at is not None:
        visit.wait_open = overlap_ms(first.start, first.called_at, spans)


def overlap_ms(start: int, end: int, windows: Iterable[tuple[int, int]]) -> int:
    """The part of start…end that lies inside the windows."""
    return sum(max(0, min(end, to) - max(start, since)) for since, to in windows)


class _Story:
    """Tells one ticket's facts as stretches: each state entered must be left once, by a fact that
    may leave it.
    """

    def __init__(self, ticket: str, closed: Mapping[str, int], until: Until | None) -> None:
        self.visit = Visit(ticket)
        self.closed, self.until = closed, until
        self.state: str | None = None
        self.entered = 0
        self.last_at: int | None = None
        # the last call that nobody has come to, no park, transfer or return since
        self.unanswered: int | None = None
        # the wait that runs, and how many stretches there were before the call that may end it
        self.leg: Leg | None = None
        self.before_call: int | None = None
        # the service wished for in each field the visit was in
        self.service_in: dict[str | None, str | None] = {}

    def visit_of(self, facts: Iterable[FactView]) -> Visit:
        for fact in facts:
            if self.last_at is not None and fact.at < self.last_at:
                self.visit.flags.add("clock")
            self.last_at = fact.at
            sources, after = TRANSITIONS[fact.kind]
            if self.state not in sources and not (self.state is None and fact.kind == "issued"):
                self._unbalanced(fact)
            _TELL[fact.kind](self, fact)
            if after is not None:
                self.state = after
        self._close()
        return self.visit

    def _unbalanced(self, fact: FactView) -> None:
        self.visit.flags.add("unbalanced")
        self.visit.broken.update(
            measure
            for measure in (_LEFT.get(self.state or ""), _HAPPENED.get(fact.kind))
            if measure
        )

    def _add(self, kind: str, start: int | None, end: int) -> Stretch | None:
        """A stretch at the place the visit is at; None, and flagged, if it would be negative."""
        visit = self.visit
        if start is None or end < start:
            visit.broken.add(kind)
            visit.flags.add("clock" if start is not None else "unbalanced")
            return None
        stretch = Stretch(
            kind,
            start,
            end,
            visit.at_field,
            visit.last_counter,
            visit.last_clerk,
            service=visit.at_service,
        )
        visit.stretches.append(stretch)
        return stretch

    def _deliver(self, fact: FactView) -> None:
        """What was recorded as delivered when a part of the visit ended."""
        visit = self.visit
        for code in fact.data.get("services") or ():
            place = visit.at_field, visit.last_counter, visit.last_clerk
            visit.delivered.append(Stretch("delivered", fact.at, fact.at, *place, service=code))

    # --- waits ---

    def _join_line(self, origin: str, start: int) -> None:
        if self.leg is not None:
            self._end_leg("unfinished", start)
        visit = self.visit
        self.leg = Leg(origin, start, visit.at_field, visit.at_service)
        self.before_call = None
        visit.legs.append(self.leg)

    def _end_leg(self, came_to: str, end: int) -> None:
        """The wait is over; unless a call ended it, what was told since that call falls."""
        leg, visit = self.leg, self.visit
        if leg is None:
            return
        leg.came_to, leg.end = came_to, end
        if came_to == "called":
            visit.stretches[self.before_call :] = [
                s for s in visit.stretches[self.before_call :] if s.kind != "wait"
            ]
        elif self.before_call is not None:
            del visit.stretches[self.before_call :]
        position = len(visit.stretches) if self.before_call is None else self.before_call
        later = visit.stretches[position:]
        del visit.stretches[position:]
        stretch = self._add("wait", leg.start, end)
        if stretch is not None:
            stretch.field, stretch.service = leg.field, leg.service
            stretch.counter, stretch.clerk = leg.counter, leg.clerk
            stretch.after_return = leg.after_return
        visit.stretches += later
        self.leg = self.before_call = None

    def _answered(self) -> Leg | None:
        """The call is answered: it ended the wait."""
        leg = self.leg
        if leg is None or leg.called_at is None or self.state != CALLED:
            return None
        self._end_leg("called", leg.called_at)
        return leg

    def _run_on(self) -> bool:
        """A call that was put back in line ended nothing: the wait goes on."""
        leg = self.leg
        if leg is None or self.before_call is None:
            return False
        del self.visit.stretches[self.before_call :]
        leg.called_at = leg.counter = leg.clerk = self.before_call = None
        return True

    def _go_to(self, fact: FactView) -> None:
        """The field, and the service there, that the visit is in from now on."""
        visit, data = self.visit, fact.data
        visit.at_field = data.get("field") or visit.at_field
        visit.at_service = data.get("service") or self.service_in.get(visit.at_field)
        self.service_in[visit.at_field] = visit.at_service

    # --- facts ---

    def _unanswered_until(self, fact: FactView) -> None:
        if self.unanswered is not None:
            self._add("no_response", self.unanswered, fact.at)
        self.unanswered = None

    def _end_service(self, fact: FactView, done: bool) -> None:
        """A stretch of service ends; `done`: the service itself does, too."""
        if self.state == SERVING:
            stretch = self._add("service", self.entered, fact.at)
            if stretch is not None and done:
                self.visit.services_done.append(stretch)
        self.unanswered = None

    def _issued(self, fact: FactView) -> None:
        visit = self.visit
        visit.number, visit.field, visit.at_field, visit.day = (
            fact.number,
            fact.field,
            fact.field,
            fact.day,
        )
        visit.service_code = visit.at_service = fact.data.get("service")
        self.service_in[visit.field] = visit.service_code
        visit.priority, visit.channel = fact.data.get("priority"), _channel(fact)
        visit.promise = promise_made(fact.data.get("promise"))
        visit.issued_at = self.entered = fact.data.get("issued_at") or fact.at
        self._join_line("taken", visit.issued_at)
        if visit.issued_at > fact.at:
            visit.flags.add("clock")
            visit.broken.add("wait")

    def _joined(self, fact: FactView) -> None:
        """A ticket that a clerk had called by hand: its kiosk says when it was taken, and the wait
        began then.
        """
        visit, taken = self.visit, fact.data["issued_at"]
        visit.service_code = fact.data.get("service") or visit.service_code
        visit.priority, visit.channel = fact.data.get("priority"), "kiosk_alone"
        if visit.at_field == visit.field and visit.at_service is None:
            visit.at_service = self.service_in[visit.field] = visit.service_code
        first = visit.legs[0] if visit.legs else None
        if first is not None and first.service is None:
            first.service = visit.service_code
        if visit.issued_at is None or taken > visit.issued_at:
            return
        for stretch in visit.stretches[:1]:
            stretch.start = min(stretch.start, taken) if stretch.kind == "wait" else stretch.start
        if first is not None and first.origin == "taken":
            first.start = min(first.start, taken)
        visit.issued_at = taken

    def _called(self, fact: FactView) -> None:
        visit, leg = self.visit, self.leg
        counter, clerk = fact.counter, fact.data.get("clerk")
        if leg is not None and not visit.calls and fact.data.get("reason") == "walk_in":
            visit.walk_direct = True
            visit.legs.remove(leg)
            leg = self.leg = None
        if self.state == PARKED and self.unanswered is None:
            self._add("parked", self.entered, fact.at)
        self._unanswered_until(fact)
        visit.calls += 1
        visit.last_counter, visit.last_clerk = counter, clerk
        if leg is not None and self.state == WAITING:
            leg.called_at, leg.counter, leg.clerk = fact.at, counter, clerk
            self.before_call = len(visit.stretches)
            self._add("wait", leg.start, fact.at)
        if visit.first_called_at is None:
            visit.first_called_at, visit.first_counter, visit.first_clerk = fact.at, counter, clerk
        self.entered, self.unanswered = fact.at, fact.at

    def _recalled(self, fact: FactView) -> None:
        self.visit.recalls += 1
        self._unanswered_until(fact)
        self.unanswered = self.entered = fact.at

    def _started(self, fact: FactView) -> None:
        leg = self._answered()
        if leg is not None:
            leg.started_at = fact.at
        self._add("walk_up", self.entered if self.state == CALLED else None, fact.at)
        self.unanswered, self.entered = None, fact.at

    def _parked(self, fact: FactView) -> None:
        if self.state == CALLED:
            self._end_leg("sent_on", fact.at)
        self._end_service(fact, done=False)
        self.entered = fact.at

    def _transferred(self, fact: FactView) -> None:
        if self.state == CALLED:
            self._end_leg("sent_on", fact.at)
        self._end_service(fact, done=True)
        self._deliver(fact)
        self._go_to(fact)
        self.entered = fact.at
        self._join_line("sent", fact.at)

    def _field_changed(self, fact: FactView) -> None:
        """The wait goes on, for another field: it counts there as a whole."""
        self._go_to(fact)
        self._own_choice()
        if self.leg is not None:
            self.leg.field, self.leg.service = self.visit.at_field, self.visit.at_service

    def _let_passed(self, fact: FactView) -> None:
        self._own_choice()

    def _own_choice(self) -> None:
        """What was told with the number was told for another place in line, where the first wait
        still runs.
        """
        if self.leg is not None and len(self.visit.legs) == 1:
            self.visit.promise = None

    def _missed(self, fact: FactView) -> None:
        self._answered()
        self.visit.misses += 1

    def _requeued(self, fact: FactView) -> None:
        if self._run_on():
            self.unanswered = None
        else:
            self._unanswered_until(fact)
            self._join_line("returned", fact.at)
        self.entered = fact.at

    def _service_begun(self, fact: FactView) -> None:
        self._served_until(fact)
        self._go_to(fact)
        self.entered = fact.at

    def _finished(self, fact: FactView) -> None:
        self._served_until(fact)
        self.visit.ended_at = fact.at

    def _served_until(self, fact: FactView) -> None:
        if self.state == CALLED:
            self._answered()
            self.visit.flags.add("finished_without_start")
            self.visit.broken.add("walk_up")
            stretch = self._add("service", self.entered, fact.at)
            if stretch is not None:
                self.visit.services_done.append(stretch)
        self._end_service(fact, done=True)
        self._deliver(fact)

    def _cancelled(self, fact: FactView) -> None:
        self._leave("cancelled", fact.at)

    def _expired(self, fact: FactView) -> None:
        visit = self.visit
        closed = fact.at if visit.day is None else self.closed.get(visit.day, fact.at)
        since = self.leg.start if self.leg else visit.issued_at
        # somebody whose number came in after the day had closed waited until it closed
        self._leave("unfinished", fact.at if since is None else max(since, min(fact.at, closed)))

    def _leave(self, otherwise: str, end: int) -> None:
        """The end without a service at hand: who was waiting has left, who had not come to the call
        is a no-show.
        """
        visit = self.visit
        visit.ended_at = end
        if self.state == WAITING:
            visit.outcome = "abandoned"
            self._end_leg("left", end)
        else:
            self._end_leg(otherwise, end)
            came = self.state not in (ABSENT, CALLED) or (self.state == CALLED and not visit.misses)
            visit.outcome = otherwise if came else "no_show"
        if self.state == SERVING:
            visit.flags.add("open_at_close")

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
        self._close_legs()
        sums: Counter[str] = Counter()
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

    def _close_legs(self) -> None:
        """A wait that runs is looked at; one left behind by facts that do not balance is cut."""
        visit, leg = self.visit, self.leg
        if leg is not None:
            if self.state in (WAITING, CALLED):
                if self.until is not None and visit.day is not None:
                    leg.end = max(leg.start, self.until(visit.day))
                else:
                    leg.end = leg.called_at
            else:
                leg.came_to = "unfinished"
        if "wait" in visit.broken:
            for each in visit.legs:
                each.broken = True
            return
        first = visit.legs[0] if visit.legs and not visit.walk_direct else None
        stands = first is not None and (
            first.came_to == "called" or (first is leg and self.state == CALLED)
        )
        if first is not None and first.called_at is not None and stands:
            visit.wait = first.called_at - first.start


def _channel(issued: FactView) -> str:
    if issued.data.get("device") is None:
        return "staff"
    return "kiosk" if issued.data.get("issued_at") is None else "kiosk_alone"


_TELL = {kind: getattr(_Story, f"_{kind}") for kind in TRANSITIONS if hasattr(_Story, f"_{kind}")}
