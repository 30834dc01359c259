"""How long people waited, by field, service, hour, weekday, counter, clerk or day."""

from collections import defaultdict
from datetime import date as Date
from datetime import timedelta

from domain.centre import Centre
from domain.day import local
from domain.figures import Tally, called_within, percentile, seconds
from domain.opening import WEEKDAYS
from domain.waits import visits

from ..store import people
from ..store import reports as report_rows
from .words import name_in, text

#: The stretch of the live page's "last hour".
RECENT_MINUTES = 60


def waits(store, centre, question, now):
    """The report as a dict of JSON form: rows by `question.by`, their total, and what each figure
    means. Times in it are seconds.

    `now` (ms) only decides what "the last hour" of the charts is.
    """
    with store.read() as conn:
        facts = report_rows.facts_of(conn, centre.code, question.first, question.last)
        names = people.full_names(conn, centre.code) if question.by == "clerk" else {}
    seen = visits(facts, lambda day: _windows_around(centre, day))
    report = _Report(centre, question, names)
    for visit in seen:
        report.take(visit)
    report.sum_up()
    answer = {
        "ok": True,
        "centre": centre.code,
        "from": question.first,
        "to": question.last,
        "by": question.by,
        "rows": report.rows(),
        "total": report.total.row(),
        "definitions": text(question.lang, "definitions"),
    }
    if question.charts:
        answer["charts"] = _charts(centre, report, seen, now)
    return answer


def _windows_around(centre: Centre, day: str) -> list[tuple[int, int]]:
    """The service windows a visit of a service day can lie in: a day goes on after midnight until
    its reset time, so the dates beside it count too.
    """
    dates = (Date.fromisoformat(day) + timedelta(days=days) for days in (-1, 0, 1))
    return [window for date in dates for window in centre.windows("service", date.isoformat())]


class _Report:
    """Tallies by key.

    Counts and waits belong to where the number was taken; a later leg and a service to where they
    were spent.
    """

    def __init__(self, centre, question, names):
        self.centre, self.question, self.names = centre, question, names
        self.total = Tally()
        self.tallies = defaultdict(Tally)
        self.key, self._place = getattr(self, f"_{question.by}_of"), _PLACES.get(question.by)
        if question.by == "field":
            for prefix in centre.fields:
                self.tallies[prefix] = Tally()

    def take(self, visit):
        """Count a visit in the total and in its rows."""
        home = self.key(visit)
        self.tallies[home].take(visit)
        if visit.outcome == "waiting":
            self.tallies[visit.at_field if self.question.by == "field" else home].take_waiting()
        for leg in visit.legs:
            self.tallies[self._place(leg) if self._place else home].take_leg(leg.length)
        self._services(visit, home)

    def sum_up(self):
        """Fill the total from the rows: each visit and each leg stands in exactly one."""
        for tally in self.tallies.values():
            self.total.add(tally)

    def _services(self, visit, home):
        """The total knows one service per visit; a row the part of it that was given there."""
        if visit.service is None:
            return
        self.total.take_service(visit.service)
        here = defaultdict(int)
        for stretch in visit.stretches:
            if stretch.kind == "service":
                here[self._place(stretch) if self._place else home] += stretch.length
        for place, length in here.items():
            self.tallies[place].take_service(length)

    def _field_of(self, visit):
        return visit.field

    def _service_of(self, visit):
        return visit.service_code

    def _hour_of(self, visit):
        return self.hour_of(visit)

    def _weekday_of(self, visit):
        return weekday_of(visit.day)

    def _counter_of(self, visit):
        return visit.first_counter

    def _clerk_of(self, visit):
        return visit.first_clerk

    def _day_of(self, visit):
        return visit.day

    def hour_of(self, visit):
        """The local hour the number was taken in, "09"."""
        return (
            None
            if visit.issued_at is None
            else f"{local(visit.issued_at, self.centre.timezone).hour:02d}"
        )

    def rows(self):
        """The rows in the order people expect: fields as the centre lists them, counters by number,
        days by date; what has no key last.
        """
        return [
            {"key": key, "label": self._label(key), **self.tallies[key].row()}
            for key in sorted(self.tallies, key=self._place_in_order)
        ]

    def _place_in_order(self, key):
        lists = {
            "field": self.centre.fields,
            "service": self.centre.services,
            "counter": self.centre.counters,
            "weekday": WEEKDAYS,
        }
        places = list(lists.get(self.question.by, ()))
        by_name = self.names.get(key, key) if self.question.by == "clerk" else key
        return (key is None, places.index(key) if key in places else len(places), by_name or "")

    def _label(self, key):
        lang, by, centre = self.question.lang, self.question.by, self.centre
        words = text(lang, "report")
        if key is None:
            return words["without"][by]
        if by == "field":
            return name_in(lang, centre.fields[key].name) if key in centre.fields else key
        if by == "service":
            return name_in(lang, centre.services[key].name) if key in centre.services else key
        if by == "counter":
            return words["counter"].format(counter=key)
        if by == "clerk":
            return self.names.get(key, key)
        if by == "weekday":
            return words["weekdays"][key]
        if by == "hour":
            return words["hour"].format(hour=key)
        return key if lang == "en" else f"{Date.fromisoformat(key):%d/%m/%Y}"


#: where a stretch was spent; for the other questions a visit stays in one row
_PLACES = {
    "field": lambda stretch: stretch.field,
    "counter": lambda stretch: stretch.counter,
    "clerk": lambda stretch: stretch.clerk,
}


def weekday_of(day):
    """ "mon" … "sun" of a service day."""
    return None if day is None else WEEKDAYS[Date.fromisoformat(day).weekday()]


def _charts(centre, report, seen, now):
    cells, by_key, everyone = defaultdict(list), defaultdict(list), []
    taken, recent = defaultdict(int), defaultdict(list)
    for visit in seen:
        cell = (weekday_of(visit.day), report.hour_of(visit))
        taken[cell] += 1
        if visit.wait is None:
            continue
        cells[cell].append(visit.wait)
        by_key[report.key(visit)].append(visit.wait)
        everyone.append(visit.wait)
        if 0 <= now - visit.first_called_at <= RECENT_MINUTES * 60_000:
            recent[report.key(visit)].append(visit.wait)
    return {
        "heat": [
            {
                "weekday": weekday,
                "hour": hour,
                "issued": n,
                "called": len(cells[weekday, hour]),
                "p90_wait_s": seconds(percentile(sorted(cells[weekday, hour]), 90)),
            }
            for (weekday, hour), n in sorted(
                taken.items(),
                key=lambda item: (
                    WEEKDAYS.index(item[0][0]) if item[0][0] in WEEKDAYS else 7,
                    item[0][1] or "",
                ),
            )
        ],
        "called_within": {
            "minutes": 60,
            "total": called_within(everyone),
            "rows": {
                key: called_within(values) for key, values in by_key.items() if key is not None
            },
        },
        "recent": {
            "minutes": RECENT_MINUTES,
            "rows": {
                key: {
                    "called": len(values),
                    "p50_wait_s": seconds(percentile(values, 50)),
                    "p90_wait_s": seconds(percentile(values, 90)),
                }
                for key, values in ((k, sorted(v)) for k, v in recent.items())
                if key is not None
            },
        },
    }
