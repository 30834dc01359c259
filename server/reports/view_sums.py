"""What views count beside tallies, so that days can be added up: the line at its longest, who left
in which hour, how many waits were how long, why they were, and the longest of them.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from domain.lengths import Times
from domain.rollup import is_rough, packed_times
from domain.visit import Leg, Visit

from .cells import WAITED, waited_key
from .places import Places
from .reading import Reading
from .reasons import LATE_MS, REASONS, Reasons
from .time_sums import halves, stretches

#: So many of the longest waits are listed.
MOST_LISTED = 12
PARTS = ("wait_s", "closed_s", "unstaffed_s", "busy_s")


class ViewSums:
    """The sums of one day or of more. `line_most`: half hour → people in line at its end, at most;
    `left`: hour → how long those who left in it had waited; `waited`: bin of the distribution →
    what its waits came to; `why`: reason → `n` long waits and the ms of them in parts; `why_most`:
    reason → the longest (ms); `longest`: rows as `Reasons.of` tells each.
    """

    def __init__(self) -> None:
        self.line_most: dict[str, int] = {}
        self.left: dict[str, Times] = defaultdict(Times)
        self.waited: dict[str, Counter[str]] = {f"{start:03d}": Counter() for start in (0, *WAITED)}
        self.why: dict[str, Counter[str]] = {reason: Counter() for reason in REASONS}
        self.why_most: dict[str, int] = dict.fromkeys(REASONS, 0)
        self.longest: list[dict[str, Any]] = []

    def packed(self) -> dict[str, Any]:
        """In JSON form."""
        return {
            "line_most": self.line_most,
            "left": {
                hour: [*packed_times(times), is_rough(times)]
                for hour, times in sorted(self.left.items())
            },
            "waited": {key: dict(counts) for key, counts in self.waited.items()},
            "why": {reason: dict(counts) for reason, counts in self.why.items()},
            "why_most": self.why_most,
            "longest": self.longest,
        }

    def take(self, packed: Mapping[str, Any]) -> None:
        """Add what was packed."""
        for half_hour, most in packed["line_most"].items():
            self.line_most[half_hour] = max(most, self.line_most.get(half_hour, 0))
        for hour, (lengths, how_often, rough) in packed["left"].items():
            self.left[hour].take(lengths, how_often, rough)
        for mine, theirs in ((self.waited, packed["waited"]), (self.why, packed["why"])):
            for key, counts in theirs.items():
                mine[key].update(counts)
        for reason, most in packed["why_most"].items():
            self.why_most[reason] = max(most, self.why_most[reason])
        self.longest = _longest([*self.longest, *packed["longest"]])


def view_sums(reading: Reading) -> ViewSums:
    """The sums of what was read."""
    sums, reasons = ViewSums(), Reasons(reading)
    places = Places(
        reading.centre, replace(reading.question, by="half_hour"), reading.history, reading.span
    )
    _count_line(sums, reading, places)
    waits = [(visit, leg) for visit in reading.seen for leg in visit.legs if leg.length is not None]
    for visit, leg in waits:
        length = leg.length or 0
        sums.waited[waited_key(length)][leg.came_to] += 1
        if leg.came_to == "left":
            sums.left[places.hour_of(leg.end) or ""].add(length)
        if length > LATE_MS:
            _count_reason(sums, reasons.of(visit, leg))
    hurt = sorted(waits, key=_how_bad)
    sums.longest = [reasons.of(visit, leg) for visit, leg in hurt[:MOST_LISTED] if leg.length]
    return sums


def _how_bad(wait: tuple[Visit, Leg]) -> tuple[int, int]:
    leg = wait[1]
    return -(leg.open_length or 0), -(leg.length or 0)


def _longest(waits: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The longest waits within opening hours first."""
    return sorted(waits, key=lambda wait: (-(wait["open_wait_s"] or 0), -wait["wait_s"]))[
        :MOST_LISTED
    ]


def _count_line(sums: ViewSums, reading: Reading, places: Places) -> None:
    at_end: Counter[tuple[str | None, str | None]] = Counter()
    for stretch in stretches(reading):
        if stretch.kind == "line":
            own = [at for at, _ in halves(stretch.begin, stretch.end)]
            at_end.update((stretch.day, places.half_hour_of(at)) for at in own[:-1])
    for (_, half_hour), people in at_end.items():
        key = half_hour or ""
        sums.line_most[key] = max(people, sums.line_most.get(key, 0))


def _count_reason(sums: ViewSums, wait: Mapping[str, Any]) -> None:
    own, parts = sums.why[wait["why"]], {part: round(1000 * wait[part]) for part in PARTS}
    own.update(n=1, **parts)
    sums.why_most[wait["why"]] = max(sums.why_most[wait["why"]], parts["wait_s"])
