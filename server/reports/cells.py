"""The tickets behind a figure: which visits and waits were counted in a cell."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any

from domain.visit import ENDS, ORIGINS, Leg, Visit

from .places import Places, weekday_of
from .question import BY, BadQuestion
from .reading import Reading
from .reasons import REASONS, Reasons
from .time_sums import halves

MINUTE = 60_000
#: Minutes that part the waits of the distribution: 0–5, 5–10, …, over 120.
WAITED = (5, 10, 15, 20, 30, 45, 60, 90, 120)
#: Rows beside those of the table of waits.
OTHER_BY = ("weekday_hour", "waited", "why", "all", "left_hour")
WHOLE = "all"


def waited_key(ms: int) -> str:
    """The bin of a wait, by the minutes it begins with: "05" is five to ten minutes."""
    return f"{max((start for start in (0, *WAITED) if ms >= start * MINUTE), default=0):03d}"


#: what → whether a wait is one of them
OF_LEGS: dict[str, Callable[[Leg], bool]] = {
    "leg_all": lambda leg: True,
    "leg_over_15": lambda leg: (leg.length or 0) > 15 * MINUTE,
    "leg_within_15": lambda leg: leg.came_to == "called" and _within(leg, 15),
    "leg_within_30": lambda leg: leg.came_to == "called" and _within(leg, 30),
    **{f"leg_{end}": lambda leg, end=end: leg.came_to == end for end in ENDS},  # type: ignore[misc]
    **{f"leg_{way}": lambda leg, way=way: leg.origin == way for way in ORIGINS},  # type: ignore[misc]
}


def _waited_in_all(visit: Visit) -> bool:
    """Whether a visit counts in the sum of all waits together."""
    return visit.outcome == "served" and not visit.walk_direct and visit.citizen_wait is not None


#: what → whether a visit is one of them
OF_VISITS: dict[str, Callable[[Visit], bool]] = {
    "issued": lambda visit: True,
    "called": lambda visit: visit.calls > 0,
    "walk_direct": lambda visit: visit.walk_direct,
    "served": lambda visit: visit.outcome == "served",
    "abandoned": lambda visit: visit.outcome == "abandoned",
    "no_shows": lambda visit: visit.outcome == "no_show",
    "cancelled": lambda visit: visit.outcome == "cancelled",
    "open": lambda visit: visit.outcome == "open",
    "visits_waiting": lambda visit: visit.outcome == "waiting",
    "unfinished": lambda visit: visit.outcome == "unfinished",
    "flagged": lambda visit: bool(visit.flags),
    "recalls": lambda visit: visit.recalls > 0,
    "returned": lambda visit: visit.returned,
    "first_wait": lambda visit: visit.wait is not None,
    "within_15": lambda visit: visit.wait is not None and visit.wait <= 15 * MINUTE,
    "within_30": lambda visit: visit.wait is not None and visit.wait <= 30 * MINUTE,
    "total_wait": _waited_in_all,
}
#: Services and results, each in the row it ended or was recorded in; a ticket stands there once for
#: each of them. serving: who was served at some time of the row.
OF_SERVICES = ("services", "delivered", "serving")
#: Who was in line at some time of a row of time, and at the end of its half hour.
OF_LINES = ("in_line", "unserved")
LINES_BY = ("half_hour", "weekday_hour", "all")
WHATS = (*OF_LEGS, *OF_VISITS, *OF_SERVICES, *OF_LINES)


def _within(leg: Leg, minutes: int) -> bool:
    return leg.length is not None and leg.length <= minutes * MINUTE


def check_cell(by: str, what: str) -> None:
    """Raises BadQuestion for rows or figures there are not."""
    if by not in (*BY, *OTHER_BY):
        raise BadQuestion("by", "one_of", expected=", ".join((*BY, *OTHER_BY)))
    if what not in WHATS:
        raise BadQuestion("what", "one_of", expected=", ".join(WHATS))
    if what in OF_LINES and by not in LINES_BY:
        raise BadQuestion("by", "one_of", expected=", ".join(LINES_BY))


Listed = tuple[Visit, Leg | None]


def tickets_in(reading: Reading, by: str, key: str | None, what: str) -> Iterator[Listed]:
    """The visits, or each wait of them, in the row `key` of `by` that were counted as `what`. With
    `by` all, or without a key of a total, every row.
    """
    rows = _Rows(reading, by)
    for visit in reading.seen:
        if what in OF_VISITS:
            if OF_VISITS[what](visit) and (by == WHOLE or rows.of_visit(visit) == key):
                yield visit, visit.legs[0] if visit.legs else None
        elif what in OF_SERVICES:
            for place in rows.of_services(visit, what):
                if by == WHOLE or place == key:
                    yield visit, visit.legs[0] if visit.legs else None
        elif what in OF_LINES:
            for leg in visit.legs:
                own = rows.of_line(visit, leg, at_end=what == "unserved")
                if own and (by == WHOLE or key in own):
                    yield visit, leg
        else:
            for leg in visit.legs:
                if OF_LEGS[what](leg) and (by == WHOLE or rows.of_leg(visit, leg) == key):
                    yield visit, leg


def length_of(ticket: Listed) -> int:
    """How long (ms) a ticket of a list waited."""
    return (ticket[1] and ticket[1].length) or 0


class _Rows:
    """Which row a visit or a wait stands in."""

    def __init__(self, reading: Reading, by: str) -> None:
        self.by = by
        question = replace(reading.question, by=by if by in BY else "field")
        self.places = Places(reading.centre, question, reading.history, reading.span)
        self.reasons = Reasons(reading) if by == "why" else None

    def of_visit(self, visit: Visit) -> Any:
        if self.by == "weekday_hour":
            return f"{weekday_of(visit.day)} {self.places.hour_of(visit.issued_at)}"
        return self.places.home(visit)

    def of_leg(self, visit: Visit, leg: Leg) -> Any:
        if self.by == "weekday_hour":
            return f"{weekday_of(visit.day)} {self.places.hour_of(leg.start)}"
        if self.by == "left_hour":
            return self.places.hour_of(leg.end)
        if self.by == "waited":
            return None if leg.length is None else waited_key(leg.length)
        if self.reasons is not None:
            return self.reasons.of(visit, leg)["why"] if leg.length else None
        return self.places.of_leg(visit, leg)

    def of_services(self, visit: Visit, what: str) -> Iterable[Any]:
        """The rows of the services or results of a visit, or in which it was served: each once."""
        if what == "delivered":
            return [self.places.of_delivered(visit, result) for result in visit.delivered]
        if what == "services":
            return [self.places.of_service(visit, service) for service in visit.services_done]
        served = [stretch for stretch in visit.stretches if stretch.kind == "service"]
        if "service" in visit.broken or not served:
            return []
        if self.by == WHOLE:
            return [WHOLE]
        if self.by in LINES_BY:
            return {
                self._half(visit, at)
                for stretch in served
                for at, _ in halves(stretch.start, stretch.end)
            }
        return {self.places.of_service(visit, stretch) for stretch in served}

    def of_line(self, visit: Visit, leg: Leg, at_end: bool) -> set[str]:
        """The rows of time in which, or `at_end` of whose half hour, somebody was in line."""
        if not leg.length:
            return set()
        own = [at for at, _ in halves(leg.start, leg.start + leg.length)]
        return {self._half(visit, at) for at in (own[:-1] if at_end else own)}

    def _half(self, visit: Visit, at: int) -> str:
        if self.by == "weekday_hour":
            return f"{weekday_of(visit.day)} {self.places.hour_of(at)}"
        return str(self.places.half_hour_of(at))


__all__ = [
    "OF_LEGS",
    "OF_VISITS",
    "REASONS",
    "WAITED",
    "WHATS",
    "check_cell",
    "length_of",
    "tickets_in",
    "waited_key",
]
