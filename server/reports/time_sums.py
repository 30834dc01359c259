"""What fills the time of a half hour or of a counter: counters open, serving and paused, people in
line.
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from domain.figures import Tally

from .places import Places
from .reading import Reading

HALF = 30 * 60_000
KINDS = ("open", "paused", "serving", "line")


class Stretch(NamedTuple):
    """From `begin` to `end` (ms) something filled time on a day; kind: one of KINDS."""

    kind: str
    day: str | None
    counter: str | None
    begin: int
    end: int


def stretches(reading: Reading) -> Iterator[Stretch]:
    """Everything that fills time: counters open and paused, services, waits."""
    for kind, spans_of in (("open", reading.counters), ("paused", reading.paused)):
        for day, own in spans_of.items():
            for counter, spans in own.items():
                yield from (Stretch(kind, day, counter, begin, end) for begin, end in spans)
    for visit in reading.seen:
        if "service" not in visit.broken:
            for part in visit.stretches:
                if part.kind == "service":
                    yield Stretch("serving", visit.day, part.counter, part.start, part.end)
        for leg in visit.legs:
            if leg.length:
                yield Stretch("line", visit.day, leg.counter, leg.start, leg.start + leg.length)


def halves(begin: int, end: int) -> Iterator[tuple[int, int]]:
    """The half hours (their first moment) of a stretch, each with its ms in it."""
    at = begin - begin % HALF
    while at < end:
        yield at, min(end, at + HALF) - max(begin, at)
        at += HALF


def take_times(
    reading: Reading, tallies: dict[str | None, Tally], key_of: Callable[[str | None, int], str]
) -> None:
    """Count the time of every half hour into the row `key_of(day, its first moment)`."""
    for stretch in stretches(reading):
        for at, length in halves(stretch.begin, stretch.end):
            tally = tallies[key_of(stretch.day, at)]
            _add(tally, stretch.kind, length)
            if stretch.kind == "line" and stretch.end > at + HALF:
                tally.line_at_end += 1


def take_counter_times(reading: Reading, places: Places, tallies: dict[str | None, Tally]) -> None:
    """Count the time of each counter into its row, as it was called then."""
    for stretch in stretches(reading):
        if stretch.counter is not None and stretch.kind != "line":
            row = places.of_counter(stretch.counter, stretch.begin)
            _add(tallies[row], stretch.kind, stretch.end - stretch.begin)


def _add(tally: Tally, kind: str, length: int) -> None:
    setattr(tally, f"{kind}_time", getattr(tally, f"{kind}_time") + length)
