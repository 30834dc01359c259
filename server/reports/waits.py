"""How long people waited, by field, service, hour, weekday, counter, clerk or day."""

from collections import defaultdict
from dataclasses import replace
from typing import Any

from domain.centre import Centre
from domain.figures import DEFINITIONS_VERSION, Tally
from domain.visit import Visit
from domain.waits import calls_taken_back

from ..store.engine import Store
from .balance import balance_of
from .charts import charts_of
from .places import Places
from .pressed import pressed_often
from .question import Question
from .reading import Reading, read
from .words import text


def waits(store: Store, centre: Centre, question: Question, now: int) -> dict[str, Any]:
    """The report as a dict of JSON form: rows by `question.by`, their total, whether they balance,
    and what each figure means. Times in it are seconds.

    `now` (ms) is the moment at which waits that still run are looked at, and what "the last hour"
    of the charts ends with.
    """
    return report_of(read(store, centre, question, now), question.by)


def report_of(reading: Reading, by: str) -> dict[str, Any]:
    """The report of what was read, with rows by `by`."""
    question = replace(reading.question, by=by)
    places = Places(reading.centre, question, reading.history, reading.span)
    report = _Report(places)
    for visit in reading.seen:
        report.take(visit)
    report.sum_up()
    total = report.total.row()
    answer = {
        "ok": True,
        "centre": reading.centre.code,
        "from": question.first,
        "to": question.last,
        "by": by,
        "rows": report.rows(),
        "total": total,
        "balance": balance_of(total),
        "pressed_often": pressed_often(reading.seen, calls_taken_back(reading.facts)),
        "seq": reading.seq,
        "hash": reading.hash,
        "still_open": reading.still_open,
        "signatures": reading.signatures,
        "definitions_version": DEFINITIONS_VERSION,
        "definitions": text(question.lang, "definitions"),
    }
    if question.charts:
        answer["charts"] = charts_of(places, reading.seen, reading.now)
    return answer


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
        for stretch in visit.delivered:
            self.tallies[self.places.of_delivered(visit, stretch)].take_delivered()
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
                **({"official": self.places.official(key)} if self.places.by == "service" else {}),
                **self.tallies[key].row(),
            }
            for key in sorted(self.tallies, key=self.places.order)
        ]
