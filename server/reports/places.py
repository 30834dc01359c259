"""Which row of a report a visit, a wait or a service belongs to, and what a row is called."""

from collections.abc import Iterable
from datetime import date as Date
from datetime import timedelta
from functools import cached_property

from domain.centre import Centre, Name
from domain.day import local
from domain.languages import DEFAULT
from domain.opening import WEEKDAYS
from domain.visit import Leg, Stretch, Visit

from .history import NAMED, Called, History
from .question import Question
from .span import end_of
from .words import date_form, name_in, text


def weekday_of(day: str | None) -> str | None:
    """ "mon" … "sun" of a service day."""
    return None if day is None else WEEKDAYS[Date.fromisoformat(day).weekday()]


#: How a number was taken.
CHANNELS = ("kiosk", "kiosk_alone", "staff", "counter")


def period_of(day: str | None, by: str) -> str | None:
    """The weekday, week, month or quarter a service day lies in, as a row's key; the day itself for
    any other view: "mon", "2026-W48", "2026-11", "2026-Q4".
    """
    if day is None or by not in ("weekday", "week", "month", "quarter"):
        return day
    date = Date.fromisoformat(day)
    if by == "weekday":
        return WEEKDAYS[date.weekday()]
    if by == "week":
        year, week, _ = date.isocalendar()
        return f"{year}-W{week:02d}"
    return day[:7] if by == "month" else f"{date.year}-Q{(date.month + 2) // 3}"


def period_words(key: str, by: str, lang: str) -> str:
    """A day, week, month or quarter in words."""
    words = text(lang, "report.periods")
    if by == "day":
        return f"{Date.fromisoformat(key):{date_form(lang, 'full')}}"
    year, _, part = key.partition("-")
    if by != "week":
        return str(words[by]).format(n=part.lstrip("Q"), year=year)
    monday = Date.fromisocalendar(int(year), int(part[1:]), 1)
    form = date_form(lang, "day")
    ends = {"first": f"{monday:{form}}", "last": f"{monday + timedelta(days=6):{form}}"}
    return str(words["week"]).format(n=int(part[1:]), year=year, **ends)


class Places:
    """The rows of one question.

    A visit stands where its number was taken (by counter and clerk: where it was called first); a
    wait and a service where they were spent. What was renamed within the time asked for has a row
    for each name: the last under its plain key, an earlier one under `key@2026-11-12T18:00`, the
    local minute until which it was called so.
    """

    def __init__(
        self,
        centre: Centre,
        question: Question,
        history: History,
        span: tuple[int, int],
        plain: bool = False,
    ) -> None:
        """`span`: the first and last moment (ms) of the days asked for. `plain`: rows are keys,
        whatever they were called.
        """
        self.plain = plain
        self.centre, self.by, self.lang = centre, question.by, question.lang
        self.history, self.span = history, span
        by_official = question.by == "official_field"
        self._official_fields = history.official_fields(*span) if by_official else {}
        self._names: dict[str, list[Called]] = {}
        #: row → (plain key, what it is called)
        self._rows: dict[str, tuple[str, Called]] = {}

    def home(self, visit: Visit) -> str | None:
        """The row a visit belongs to."""
        match self.by:
            case "field":
                return self._row(visit.field, visit.issued_at)
            case "service":
                return self._row(visit.service_code, visit.issued_at)
            case "official_field":
                return self._official_field(visit.service_code, visit.field, visit.issued_at)
            case "counter":
                return self._row(visit.first_counter, visit.first_called_at)
            case "clerk":
                return self._row(visit.first_clerk, visit.first_called_at)
            case "hour":
                return self.hour_of(visit.issued_at)
            case "half_hour":
                return self.half_hour_of(visit.issued_at)
            case "zone":
                return self._zone(visit.first_counter, visit.field, visit.issued_at)
            case "channel":
                return "counter" if visit.walk_direct else visit.channel
            case "priority":
                return self._row(visit.priority, visit.issued_at)
        return period_of(visit.day, self.by)

    def waits_in(self, visit: Visit) -> str | None:
        """The row in which somebody waits now."""
        if self.by == "official_field" and visit.legs:
            return self.of_leg(visit, visit.legs[-1])
        if self.by != "field":
            return self.home(visit)
        return self._row(visit.at_field, visit.legs[-1].start if visit.legs else visit.issued_at)

    def of_leg(self, visit: Visit, leg: Leg) -> str | None:
        """The row a wait belongs to; by hour, that in which it began."""
        return self._spent(visit, leg, leg.start)

    def of_service(self, visit: Visit, stretch: Stretch) -> str | None:
        """The row a stretch of service belongs to; by hour, that in which it began."""
        return self._spent(visit, stretch, stretch.start)

    def of_delivered(self, visit: Visit, delivered: Stretch) -> str | None:
        """The row of a result that was delivered; by field, the centre's or the national one, that
        of the procedure itself, wherever it was recorded.
        """
        if self.by not in ("field", "official_field"):
            return self._spent(visit, delivered, delivered.start)
        service = self.history.at(delivered.start).services.get(str(delivered.service))
        field = service.field if service else delivered.field
        if self.by == "official_field":
            return self._official_field(delivered.service, field, delivered.start)
        return self._row(field, delivered.start)

    def _spent(self, visit: Visit, spent: Leg | Stretch, start: int) -> str | None:
        match self.by:
            case "field":
                return self._row(spent.field, start)
            case "service":
                return self._row(spent.service, start)
            case "official_field":
                return self._official_field(spent.service, spent.field, start)
            case "counter":
                return self._row(spent.counter, start)
            case "clerk":
                return self._row(spent.clerk, start)
            case "hour":
                return self.hour_of(start)
            case "half_hour":
                return self.half_hour_of(start)
            case "zone":
                return self._zone(spent.counter, spent.field, start)
        return self.home(visit)

    def _official_field(self, service: str | None, field: str | None, at: int | None) -> str | None:
        """The Vietnamese name of a procedure's field in the national list as it was at a moment;
        where it has none, of the centre's own field. Rows of one name are one.
        """
        moment = self.span[0] if at is None else at
        name = self.history.official_field(service, field, moment)
        return None if name is None else name[DEFAULT]

    def _zone(self, counter: str | None, field: str | None, at: int | None) -> str | None:
        """The zone of a counter; of who was never called, that of the field."""
        then = self.history.at(self.span[0] if at is None else at)
        if counter in then.counters:
            return self._row(then.counters[str(counter)].zone, at)
        return self._row(then.fields[str(field)].zone, at) if field in then.fields else None

    def _row(self, key: str | None, at: int | None) -> str | None:
        """The row of a field, service, counter or clerk as it was called at a moment."""
        if key is None or self.plain:
            return key
        names = self._names_of(key)
        called = names[-1]
        if at is not None and len(names) > 1:
            called = next((c for c in names if c.until is None or at < c.until), called)
        if called.until is None:
            return key
        return f"{key}@{local(called.until, self.centre.timezone):%Y-%m-%dT%H:%M}"

    def of_counter(self, counter: str | None, at: int) -> str | None:
        """The row of a counter as it was called at a moment."""
        return self._row(counter, at)

    def row_on(self, key: str, day: str) -> str | None:
        """The row of a key as it was called at the end of a service day."""
        return self._row(key, end_of(self.centre, day) - 1)

    def _names_of(self, key: str) -> list[Called]:
        if key not in self._names:
            self._names[key] = self.history.names_of(self.by, key, *self.span)
            for called in self._names[key]:
                row = self._row(key, None if called.until is None else called.until - 1)
                self._rows[str(row)] = (key, called)
        return self._names[key]

    def hour_of(self, at: int | None) -> str | None:
        """The local hour of a moment, "09"."""
        return None if at is None else f"{local(at, self.centre.timezone).hour:02d}"

    def half_hour_of(self, at: int | None) -> str | None:
        """The local half hour of a moment, "09:30"."""
        if at is None:
            return None
        then = local(at, self.centre.timezone)
        return f"{then.hour:02d}:{then.minute // 30 * 30:02d}"

    def expected(self) -> list[str]:
        """The rows there are even if nobody waited in them: the fields at the end of the time."""
        fields = self.history.at(self.span[1]).fields if self.by == "field" else ()
        return [str(self._row(prefix, None)) for prefix in fields]

    def order(self, row: str | None) -> tuple[bool, int, str, int]:
        """The order people expect: fields as the centre lists them, counters by number, days by
        date; earlier names before later ones; what has no key last.
        """
        if row is None:
            return (True, 0, "", 0)
        key, called = self._rows.get(row, (row, None))
        name = self.history.names.get(key, key) if self.by == "clerk" else key
        until = called.until if called is not None and called.until is not None else 1 << 62
        return (False, self._order.get(key, len(self._order)), name, until)

    @cached_property
    def _order(self) -> dict[str, int]:
        """key → its place in the list it stands in at the end of the time."""
        then = self.history.at(self.span[1])
        lists: dict[str, Iterable[str]] = {
            "field": then.fields,
            "official_field": self._official_fields,
            "service": then.services,
            "counter": then.counters,
            "weekday": WEEKDAYS,
            "channel": CHANNELS,
            "priority": then.priorities,
            "zone": then.zones,
        }
        return {key: place for place, key in enumerate(lists.get(self.by, ()))}

    def label(self, row: str | None) -> str:
        """What a row is called."""
        words, by = text(self.lang, "report"), self.by
        if row is None:
            return str(words["without"][by])
        if by == "official_field":
            return name_in(self.lang, self._official_fields.get(row)) or row
        if by == "weekday":
            return str(words["weekdays"][row])
        if by == "hour":
            return str(words["hour"]).format(hour=row)
        if by == "channel":
            return str(words["channels"][row])
        if by == "half_hour":
            return str(words["half_hour"]).format(begin=row, end=f"{row[:3]}{int(row[3:]) + 29}")
        if by not in NAMED:
            return period_words(row, by, self.lang)
        self._names_of(row.partition("@")[0])
        key, called = self._rows.get(row, (row, Called(None, None)))
        name = self._name(key, called.name)
        if called.until is None:
            return name
        moment = local(called.until, self.centre.timezone)
        form = f"{date_form(self.lang, 'full')} %H:%M"
        return str(words["named_until"]).format(name=name, until=f"{moment:{form}}")

    def _name(self, key: str, name: Name | None) -> str:
        own = name_in(self.lang, name)
        if self.by != "counter":
            return own or key
        number = str(text(self.lang, "report")["counter"]).format(counter=key)
        return f"{number} ({own})" if own else number

    def short(self, row: str | None) -> str | None:
        """The short name of a field where pages have little room, as it is at the end of the time;
        None for what was called otherwise, or is none.
        """
        field = self.history.at(self.span[1]).fields.get(row or "") if self.by == "field" else None
        return name_in(self.lang, field.short) if field is not None else None

    def official(self, row: str | None) -> str | None:
        """The code of a procedure in the national list, as it is at the end of the time; None where
        it has none.
        """
        code = (row or "").partition("@")[0]
        service = self.history.at(self.span[1]).services.get(code)
        return service.official if service is not None else None
