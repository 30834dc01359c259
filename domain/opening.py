"""Opening hours, and the one rule that says whether numbers are given and when again.

The hub's acts and screens ask it, and so does a kiosk that cannot reach the hub, so that a citizen
is told the same everywhere. Moments are milliseconds since 1970 UTC, dates local ("2026-11-23").
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date as Date
from datetime import timedelta, tzinfo
from typing import Any, Literal
from zoneinfo import ZoneInfo

from .day import CLOSED, OPEN, ServiceDay, date_of, local, moment

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
#: How far ahead the next opening is looked for: longer than any holiday.
LOOK_AHEAD_DAYS = 14
#: How many dates' windows are kept worked out.
KEPT_WINDOWS = 64

#: service: the counters work; tickets: numbers are given.
Kind = Literal["service", "tickets"]
State = Literal["open", "closed", "full"]
#: Why nobody in the whole hall gives numbers: the day was closed, somebody stopped them within the
#: hours, or where now lies in the hours.
Why = Literal["closed", "stopped", "holiday", "before", "lunch", "after"]
Window = tuple[int, int]
#: Opening spans ("07:30-11:30") by weekday; `mon_fri` stands for the working days not named.
Week = Mapping[str, Sequence[str] | None]


@dataclass(frozen=True, slots=True)
class Calendar:
    """When a centre is open, by its file.

    saturday_fields: the prefixes of the fields that take people on Saturdays.
    single_dates: dates whose hours are known by themselves; they go before the week's.
    """

    zone: tzinfo
    reset_time: str
    hours: Mapping[Kind, Week]
    saturday_fields: frozenset[str] = frozenset()
    holidays: frozenset[str] = frozenset()
    single_dates: Mapping[str, Mapping[Kind, Sequence[str]]] = field(default_factory=dict)
    _kept: dict[tuple[Kind, str], tuple[Window, ...]] = field(
        default_factory=dict, compare=False, repr=False
    )

    def date_of(self, at: int) -> str:
        """The service date of a moment."""
        return date_of(at, self.zone, self.reset_time)

    def day_bounds(self, date: str) -> tuple[int, int]:
        """The moments at which a service date begins and ends."""
        tomorrow = _later(date, 1)
        return (
            moment(date, self.reset_time, self.zone),
            moment(tomorrow, self.reset_time, self.zone),
        )

    def spans(self, kind: Kind, date: str) -> Sequence[str]:
        """The opening spans of a local date as the file writes them; none on a holiday."""
        if date in self.single_dates:
            return self.single_dates[date].get(kind) or ()
        if date in self.holidays:
            return ()
        week, weekday = self.hours[kind], WEEKDAYS[Date.fromisoformat(date).weekday()]
        if weekday in week:
            return week[weekday] or ()
        if weekday in ("sat", "sun"):
            return ()
        return week.get("mon_fri") or ()

    def windows(self, kind: Kind, date: str) -> tuple[Window, ...]:
        """The opening windows of a local date as `(from, to)` moments, in order of the file.

        A span that ends no later than it begins ends on the next date.
        """
        kept = self._kept.get((kind, date))
        if kept is None:
            if len(self._kept) >= KEPT_WINDOWS:
                self._kept.clear()
            kept = tuple(self._window(span, date) for span in self.spans(kind, date))
            self._kept[kind, date] = kept
        return kept

    def _window(self, span: str, date: str) -> Window:
        begin, end = span.split("-")
        last_date = date if begin < end else _later(date, 1)
        if end == "24:00":
            last_date, end = _later(date, 1), "00:00"
        return moment(date, begin, self.zone), moment(last_date, end, self.zone)

    def is_open(self, kind: Kind, at: int) -> bool:
        """Whether a moment lies inside a window of `kind`, also one begun the evening before."""
        today = local(at, self.zone).date().isoformat()
        return any(
            begin <= at < end
            for date in (_later(today, -1), today)
            for begin, end in self.windows(kind, date)
        )

    def field_works(self, prefix: str, date: str) -> bool:
        """Whether a field takes people on a local date (Saturdays are for some fields only)."""
        return Date.fromisoformat(date).weekday() != 5 or prefix in self.saturday_fields

    def opens_again(
        self, kind: Kind, at: int, prefix: str | None = None, after: str | None = None
    ) -> int | None:
        """The next moment after `at` at which a window of `kind` begins, or None within two weeks.

        prefix: only on days that this field works. after: only on service days after this one.
        """
        today = local(at, self.zone).date().isoformat()
        first = max(today, after) if after is not None else today
        for days in range(LOOK_AHEAD_DAYS + 1):
            for begin, _ in self.windows(kind, _later(first, days)):
                date = self.date_of(begin)
                if begin <= at or (after is not None and date <= after):
                    continue
                if prefix is None or self.field_works(prefix, date):
                    return begin
        return None

    def next_date(self, date: str) -> str:
        """The next date on which numbers are given, within two weeks; else the day after."""
        following = [_later(date, days) for days in range(1, LOOK_AHEAD_DAYS + 1)]
        return next((day for day in following if self.windows("tickets", day)), following[0])

    def sent(self, date: str, days: int = 60) -> dict[str, Any]:
        """The calendar as kiosks are sent it: the holidays of some days from a date on."""
        until = _later(date, days)
        return {
            "reset_time": self.reset_time,
            "service": {day: list(spans or ()) for day, spans in self.hours["service"].items()},
            "tickets": {day: list(spans or ()) for day, spans in self.hours["tickets"].items()},
            "saturday_fields": sorted(self.saturday_fields),
            "holidays": sorted(day for day in self.holidays if date <= day <= until),
        }

    @classmethod
    def from_sent(cls, sent: Mapping[str, Any], zone: tzinfo) -> "Calendar":
        """The calendar a hub has sent. Raises KeyError, TypeError, ValueError for anything else."""
        calendar = cls(
            zone=zone,
            reset_time=str(sent["reset_time"]),
            hours={"service": dict(sent["service"]), "tickets": dict(sent["tickets"])},
            saturday_fields=frozenset(sent["saturday_fields"]),
            holidays=frozenset(sent["holidays"]),
        )
        calendar.date_of(0)
        for kind in calendar.hours:
            for weekday in range(7):  # a week of which 1 January 2024 is the Monday
                calendar.windows(kind, _later("2024-01-01", weekday))
        return calendar


def calendar_of(
    timezone: str, reset_time: str, hours: Mapping[str, Any], holidays: Iterable[str]
) -> Calendar:
    """The calendar of a centre's file: its `hours` section (service, tickets, saturday_fields)."""
    return Calendar(
        zone=ZoneInfo(timezone),
        reset_time=reset_time,
        hours={"service": hours["service"], "tickets": hours["tickets"]},
        saturday_fields=frozenset(hours.get("saturday_fields") or ()),
        holidays=frozenset(holidays),
    )


def _later(date: str, days: int) -> str:
    return (Date.fromisoformat(date) + timedelta(days=days)).isoformat()


@dataclass(frozen=True, slots=True)
class Availability:
    """Whether a field gives numbers now.

    error: the code a press is refused with, None while open. again_at: when numbers are given
    again, None while open and when that is not known.
    """

    state: State
    error: str | None = None
    again_at: int | None = None


def current_day(calendar: Calendar, stored: ServiceDay | None, now: int) -> ServiceDay | None:
    """The stored service day while it holds; None when its date is past, so that the next one may
    open. A clock that went back keeps the stored one.
    """
    return stored if stored is not None and stored.date >= calendar.date_of(now) else None


def day_may_open(calendar: Calendar, now: int, always: bool = False) -> bool:
    """Whether this is a moment at which the service day opens by itself; always, if so set."""
    return always or calendar.is_open("tickets", now) or calendar.is_open("service", now)


def availability(
    calendar: Calendar,
    stored: ServiceDay | None,
    prefix: str,
    now: int,
    *,
    always: bool = False,
    full: bool = False,
) -> Availability:
    """Whether a field gives numbers now, why not, and when again.

    stored: the newest service day, with what was decided for it. always: the centre goes by no
    hours. full: the field's numbers of today's cap are given out.
    What was ended for the day (the day itself, the giving of numbers, the field, its cap) begins
    again on another service day; hours may begin again today.
    """
    day = current_day(calendar, stored, now)
    date = day.date if day is not None else calendar.date_of(now)

    def ended(state: State, error: str) -> Availability:
        again_at = numbers_again(calendar, day, now, prefix, always=always, another_day=True)
        return Availability(state, error, again_at)

    if day is not None and day.state == CLOSED:
        return ended("closed", "day_closed")
    if day is None and not day_may_open(calendar, now, always):
        return Availability("closed", "day_closed", calendar.opens_again("tickets", now, prefix))
    if day is not None and (not day.issuing or prefix in day.closed_fields):
        return ended("closed", "field_closed")
    if full:
        return ended("full", "cap_reached")
    by_hand = always or (day is not None and day.by_hand)
    if by_hand or (calendar.is_open("tickets", now) and calendar.field_works(prefix, date)):
        return Availability("open")
    return Availability("closed", "field_closed", calendar.opens_again("tickets", now, prefix))


def numbers_again(
    calendar: Calendar,
    stored: ServiceDay | None,
    now: int,
    prefix: str | None = None,
    *,
    always: bool = False,
    another_day: bool = False,
) -> int | None:
    """When the giving of numbers begins next, for a field or for any.

    On another service day if so asked, and when the present one is closed.
    """
    day = current_day(calendar, stored, now)
    if not another_day and (day is None or day.state != CLOSED):
        return calendar.opens_again("tickets", now, prefix)
    date = day.date if day is not None else calendar.date_of(now)
    if always:
        return moment(_later(date, 1), calendar.reset_time, calendar.zone)
    return calendar.opens_again("tickets", now, prefix, after=date)


def working(
    calendar: Calendar, stored: ServiceDay | None, now: int, *, always: bool = False
) -> tuple[bool, int | None]:
    """Whether the counters work now, and if not, when again."""
    day = current_day(calendar, stored, now)
    if day is not None and day.state == CLOSED:
        return False, calendar.opens_again("service", now, after=day.date)
    by_hand = day is not None and day.state == OPEN and day.by_hand
    if always or by_hand or calendar.is_open("service", now):
        return True, None
    return False, calendar.opens_again("service", now)


def why_closed(calendar: Calendar, stored: ServiceDay | None, now: int) -> Why:
    """Why the hall gives no numbers, for the one line that says so on its screens."""
    day = current_day(calendar, stored, now)
    if day is not None and day.state == CLOSED:
        return "closed"
    windows = calendar.windows("tickets", local(now, calendar.zone).date().isoformat())
    if not windows:
        return "holiday"
    if now < windows[0][0]:
        return "before"
    if day is not None and any(begin <= now < end for begin, end in windows):
        return "stopped"
    return "after" if now >= windows[-1][1] else "lunch"
