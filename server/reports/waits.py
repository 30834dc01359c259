"""How long people waited, by field, service, hour, weekday, counter, clerk or day."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date as Date
from datetime import timedelta
from typing import Any

from domain.centre import Centre
from domain.day import moment
from domain.figures import DEFINITIONS_VERSION, Tally
from domain.report_hash import day_hash
from domain.visit import Visit
from domain.waits import calls_taken_back, visits

from ..store import lines
from ..store import reports as report_rows
from ..store.engine import Store
from .balance import balance_of
from .charts import charts_of
from .history import History
from .places import Places
from .pressed import pressed_often
from .question import Question
from .signatures import hash_of, signed, still_open
from .words import text


def waits(store: Store, centre: Centre, question: Question, now: int) -> dict[str, Any]:
    """The report as a dict of JSON form: rows by `question.by`, their total, whether they balance,
    and what each figure means. Times in it are seconds.

    `now` (ms) is the moment at which waits that still run are looked at, and what "the last hour"
    of the charts ends with.
    """
    with store.read() as conn:
        seq = lines.seqs(conn).get(centre.code, 0)  # first: what comes in meanwhile counts as later
        facts = report_rows.facts_of(conn, centre.code, question.first, question.last)
        history = History.of(conn, centre.code, question.by)
        open_still = still_open(conn, centre, question, now)
    closed = {fact.day: fact.at for fact in facts if fact.kind == "day_closed"}
    seen = visits(
        facts,
        lambda day: _windows_around(history.at(closed.get(day, _end_of(centre, day) - 1)), day),
        lambda day: min(now, _end_of(centre, day)),
    )
    span = (
        moment(question.first, centre.reset_time, centre.timezone),
        _end_of(centre, question.last) - 1,
    )
    places = Places(centre, question, history, span)
    report = _Report(places)
    for visit in seen:
        report.take(visit)
    report.sum_up()
    total = report.total.row()
    own_hash = hash_of(centre.code, question, hashes_of(seen))
    with store.read() as conn:
        signatures = signed(conn, centre.code, question, facts, own_hash)
    answer = {
        "ok": True,
        "centre": centre.code,
        "from": question.first,
        "to": question.last,
        "by": question.by,
        "rows": report.rows(),
        "total": total,
        "balance": balance_of(total),
        "pressed_often": pressed_often(seen, calls_taken_back(facts)),
        "seq": seq,
        "hash": own_hash,
        "still_open": open_still,
        "signatures": signatures,
        "definitions_version": DEFINITIONS_VERSION,
        "definitions": text(question.lang, "definitions"),
    }
    if question.charts:
        answer["charts"] = charts_of(places, seen, now)
    return answer


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


def _end_of(centre: Centre, day: str) -> int:
    """The last moment a service day can have: its reset time on the date after it."""
    next_date = (Date.fromisoformat(day) + timedelta(days=1)).isoformat()
    return moment(next_date, centre.reset_time, centre.timezone)


class _Report:
    """Tallies by key."""

    def __init__(self, places: Places) -> None:
        self.places = places
        self.total = Tally()
        self.tallies: dict[str | None, Tally] = defaultdict(Tally)
        for row in places.expected():
            self.tallies[row] = Tally()

    def take(self, visit: Visit) -> None:
        """Count a visit in the total and in its rows."""
        home = self.places.home(visit)
        self.tallies[home].take(visit)
        if visit.outcome == "waiting":
            self.tallies[self.places.waits_in(visit)].take_waiting()
        for leg in visit.legs:
            self.tallies[self.places.of_leg(visit, leg)].take_leg(leg)
        self._services(visit)

    def sum_up(self) -> None:
        """Fill the total from the rows: each visit, wait and service stands in exactly one."""
        for tally in self.tallies.values():
            self.total.add(tally)

    def _services(self, visit: Visit) -> None:
        """A row knows what was served there; the total knows one sum for each finished visit."""
        here: dict[str | None, int] = defaultdict(int)
        for stretch in visit.stretches:
            if stretch.kind == "service" and "service" not in visit.broken:
                place = self.places.of_service(visit, stretch)
                here[place] += stretch.length
                self.tallies[place].take_service_time(stretch.length)
        for stretch in visit.services_done:
            self.tallies[self.places.of_service(visit, stretch)].take_service_done()
        if visit.service is None:
            return
        self.total.take_service(visit.service)
        for place, length in here.items():
            self.tallies[place].take_service(length)

    def rows(self) -> list[dict[str, Any]]:
        """The rows in the order people expect."""
        return [
            {
                "key": key,
                "label": self.places.label(key),
                **({"short": self.places.short(key)} if self.places.by == "field" else {}),
                **self.tallies[key].row(),
            }
            for key in sorted(self.tallies, key=self.places.order)
        ]
