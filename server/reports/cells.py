"""The tickets behind a figure: which visits and waits were counted in a cell."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from domain.visit import ENDS, ORIGINS, Leg, Visit

from .places import Places, weekday_of
from .question import BY, BadQuestion
from .reading import Reading
from .reasons import REASONS, Reasons

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
}


def _within(leg: Leg, minutes: int) -> bool:
    return leg.length is not None and leg.length <= minutes * MINUTE


def check_cell(by: str, what: str) -> None:
    """Raises BadQuestion for rows or figures there are not."""
    if by not in (*BY, *OTHER_BY):
        raise BadQuestion("by", "one_of", expected=", ".join((*BY, *OTHER_BY)))
    if what not in OF_LEGS and what not in OF_VISITS:
        raise BadQuestion("what", "one_of", expected=", ".join((*OF_LEGS, *OF_VISITS)))


def tickets_in(
    reading: Reading, by: str, key: str | None, what: str
) -> list[tuple[Visit, Leg | None]]:
    """The visits, or each wait of them, in the row `key` of `by` that were counted as `what`; the
    longest wait first. With `by` all, or without a key of a total, every row.
    """
    return sorted(
        _waits_of(reading, by, key, what), key=lambda pair: -((pair[1] and pair[1].length) or 0)
    )


def _waits_of(
    reading: Reading, by: str, key: str | None, what: str
) -> Iterator[tuple[Visit, Leg | None]]:
    rows = _Rows(reading, by)
    for visit in reading.seen:
        if what in OF_VISITS:
            if OF_VISITS[what](visit) and (by == WHOLE or rows.of_visit(visit) == key):
                yield visit, visit.legs[0] if visit.legs else None
            continue
        for leg in visit.legs:
            if OF_LEGS[what](leg) and (by == WHOLE or rows.of_leg(visit, leg) == key):
                yield visit, leg


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


__all__ = ["OF_LEGS", "OF_VISITS", "REASONS", "WAITED", "check_cell", "tickets_in", "waited_key"]
