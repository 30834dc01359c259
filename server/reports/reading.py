"""What every view of a report is counted from, read once: the visits of the days asked for, the
names of then, the hash of it all and who signed it.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date as Date
from datetime import timedelta
from typing import Any

from domain.centre import Centre
from domain.opening import WEEKDAYS
from domain.report_hash import day_hash
from domain.visit import Visit
from domain.waits import visits

from ..store import lines
from ..store import reports as report_rows
from ..store.engine import Store
from .counter_spans import Spans, counter_spans
from .history import History
from .question import Question
from .signatures import hash_of, signed, still_open
from .span import end_of, span_of


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read for a question at `now` (ms); `span`: first and last moment of its days (ms),
    `seq`: up to which fact of the journal, `hash`: of the figures.
    """

    centre: Centre
    question: Question
    now: int
    span: tuple[int, int]
    history: History
    facts: Sequence[report_rows.ToldFact]
    seen: Sequence[Visit]
    seq: int
    hash: str
    still_open: bool
    signatures: list[dict[str, Any]]
    #: day → opening hours, and day → counter → when it was open
    windows: dict[str, Sequence[tuple[int, int]]]
    counters: dict[str, dict[str, Spans]]
    #: the same of when it was paused
    paused: dict[str, dict[str, Spans]]

    @property
    def days_seen(self) -> int:
        """On how many days somebody took a number."""
        return len({visit.day for visit in self.seen})

    @property
    def flagged(self) -> int:
        """How many visits are to be checked."""
        return sum(bool(visit.flags) for visit in self.seen)

    def weekdays_seen(self) -> Counter[str]:
        """How many days of each weekday there were on which somebody took a number."""
        return weekdays_of({visit.day for visit in self.seen if visit.day is not None})


def weekdays_of(days: Iterable[str]) -> Counter[str]:
    """How many of some days are which weekday ("mon")."""
    return Counter(WEEKDAYS[Date.fromisoformat(day).weekday()] for day in days)


def read(store: Store, centre: Centre, question: Question, now: int) -> Reading:
    """Read the journal of the days asked for, and tell the visits in it."""
    with store.read() as conn:
        seq = lines.seq_of(conn, centre.code)  # first: what comes in meanwhile counts as later
        facts = report_rows.facts_of(conn, centre.code, question.first, question.last)
        history = History.of(conn, centre.code)
        open_still = still_open(conn, centre, question, now)
        counters, paused = counter_spans(
            conn,
            centre.code,
            question.first,
            question.last,
            lambda day: min(now, end_of(centre, day)),
        )
    closed = {fact.day: fact.at for fact in facts if fact.kind == "day_closed"}
    windows: dict[str, Sequence[tuple[int, int]]] = {}

    def windows_of(day: str) -> Sequence[tuple[int, int]]:
        if day not in windows:
            then = history.at(closed.get(day, end_of(centre, day) - 1))
            windows[day] = _windows_around(then, day)
        return windows[day]

    seen = visits(
        facts,
        windows_of,
        lambda day: min(now, end_of(centre, day)),
    )
    own_hash = hash_of(centre.code, question, hashes_of(seen))
    with store.read() as conn:
        signatures = signed(conn, centre.code, question, facts, own_hash)
    return Reading(
        centre,
        question,
        now,
        span_of(centre, question),
        history,
        facts,
        seen,
        seq,
        own_hash,
        open_still,
        signatures,
        windows,
        counters,
        paused,
    )


def hashes_of(seen: Iterable[Visit]) -> dict[str, str]:
    """The hash of each service day that has visits."""
    by_day: dict[str, list[Visit]] = defaultdict(list)
    for visit in seen:
        if visit.day is not None:
            by_day[visit.day].append(visit)
    return {day: day_hash(visits_of_day) for day, visits_of_day in by_day.items()}


def _windows_around(centre: Centre, day: str) -> list[tuple[int, int]]:
    """The service windows a visit of a service day can lie in: a day goes on after midnight until
    its reset time, so the dates beside it count too.
    """
    dates = (Date.fromisoformat(day) + timedelta(days=days) for days in (-1, 0, 1))
    return [window for date in dates for window in centre.windows("service", date.isoformat())]
