"""A centre as its file says it: fields, services, counters, hours, priorities and the rules of the
line.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from .alert_rules import USUAL_RULES, AlertRule
from .booking_rules import BookingRules
from .day import date_of
from .displays import Displays
from .loudspeaker import LoudspeakerRules
from .numbers import KioskNumbers, ways_to_write
from .opening import Calendar, Kind, Window, calendar_of
from .slip import counters_named

#: A text by language.
Name = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Field:
    """A procedure field: prefix letter, names, zone, usual minutes of one service, tickets a day,
    and what a finish must state.
    """

    prefix: str
    name: Name
    short: Name
    kind: str
    zone: str
    minutes: float
    cap: int | None
    share: float
    outcome_required: bool = False
    delivered_required: bool = False


@dataclass(frozen=True, slots=True)
class Service:
    """A procedure a citizen picks inside a field.

    code: the centre's own; official: that of the national list. name: the official one; short: the
    one where it is chosen. field: where a ticket goes when no field is named; also_in: further
    fields it is listed in; official_field: its field in the national list, None where that is no
    other than the centre's own. papers: what to bring, one by one; bring: the same as one text.
    days: working days until the result. level: of the service online, "full", "part" or "info".
    valid_from, valid_until: the first and the last day it is offered ("2025-07-01").
    """

    code: str
    field: str
    name: Name
    words: tuple[str, ...] = ()
    bring: Name | None = None
    official: str | None = None
    short: Name | None = None
    also_in: tuple[str, ...] = ()
    group: Name | None = None
    papers: tuple[Name, ...] = ()
    fee: Name | None = None
    days: int | float | None = None
    level: str | None = None
    valid_from: str | None = None
    valid_until: str | None = None
    hidden: bool = False
    pinned: bool = False
    official_field: Name | None = None

    @property
    def fields(self) -> tuple[str, ...]:
        """Every field it is listed in, the first one first."""
        return (self.field, *self.also_in)


@dataclass(frozen=True, slots=True)
class Counter:
    """A numbered desk, or a guidance desk with an id. mode: normal, priority_only or reserve;
    `assigned`: a manager gave it other fields for today.
    """

    number: str
    zone: str
    fields: tuple[str, ...]
    overflow: tuple[str, ...]
    mode: str
    bulk: bool
    name: Name | None
    assigned: bool = False

    @property
    def served(self) -> tuple[str, ...]:
        """Every field it serves: its own first, then those it helps with."""
        return (*self.fields, *self.overflow)

    @property
    def label(self) -> int | str:
        """As screens and messages write it: an integer, or the id of a desk."""
        return int(self.number) if self.number.isdecimal() else self.number


def alike(name: str) -> tuple[str, ...]:
    """What people read in a counter's name: its runs of letters and of figures. Names of which this
    is the same ("9" and "09", "3A" and "3-a") look or sound alike, and one centre holds only one.
    """
    runs = re.findall(r"\d+|[^\W\d_]+", unicodedata.normalize("NFC", name).upper())
    return tuple(run.lstrip("0") or "0" if run.isdecimal() else run for run in runs)


@dataclass(frozen=True, slots=True)
class PriorityClass:
    """A ground for priority and the head start it gives."""

    code: str
    name: Name
    credit_minutes: int
    age_from: int | None
    age_to: int | None


@dataclass(frozen=True, slots=True)
class CentreRules:
    """The rules of the line, in the units their names say; `auto_recall_seconds` None means nobody
    is called again by itself, `bulk_from` counts dossiers.
    """

    guard_minutes: int
    overflow_after_minutes: int
    arrive_grace_seconds: int
    calls_before_no_show: int
    rejoin_within_minutes: int
    rejoin_after_tickets: int
    rejoin_times: int
    keep_absent: bool
    target_minutes: int
    kiosk_min_seconds_between_tickets: int
    finish_the_line: bool
    auto_recall_seconds: int | None
    auto_no_show: bool
    bulk_from: int
    sent_within_minutes: int = 15


@dataclass(frozen=True, slots=True)
class ReportRules:
    """The letterhead of reports (`number`: how papers are numbered, "BC-TTHCC"), which roles may
    see figures of single clerks, and whether the month's files are written by themselves.
    """

    authority: Name
    unit: Name
    place: Name
    number: str = ""
    sent_to: tuple[Name, ...] = ()
    clerk_views: tuple[str, ...] = ("manager", "admin")
    monthly: bool = True


@dataclass(frozen=True, slots=True)
class BackupRules:
    """The times of a day ("12:15") at which the hub copies itself, and how many copies are kept."""

    at: tuple[str, ...] = ()
    keep: int = 28


@dataclass(frozen=True, slots=True)
class PrivacyRules:
    """How long how to reach somebody is kept after their visit, rows of the access log, and the
    words of a rating; the name of the kiosk that prints the head of a day.
    """

    contact_hours: int = 1
    access_log_days: int = 730
    rating_words_days: int = 90
    seal_kiosk: str | None = None
    seal_mail: str | None = None


#: The staff who may say what time it is when the hub's clock is in doubt, where the centre's file
#: does not name them (`clock: confirm:`): whoever opens the hall at seven.
CLOCK_CONFIRMERS = ("manager", "greeter", "clerk")


@dataclass(frozen=True)
class Centre:
    """Everything the hub knows of a centre, every rule parsed.

    Made of its document by `server.centre.centre_of`; never changed, only replaced. `version` is
    that of the document in force.
    """

    code: str
    name: Name
    timezone: str
    reset_time: str
    locales: tuple[str, ...]
    ticket_format: str
    voice: Mapping[str, Any]
    badge: str
    zones: Mapping[str, Mapping[str, Any]]
    fields: Mapping[str, Field]
    services: Mapping[str, Service]
    counters: Mapping[str, Counter]
    priorities: Mapping[str, PriorityClass]
    rules: CentreRules
    hours: Mapping[str, Any]
    holidays: frozenset[str]
    lists: Mapping[str, list[dict[str, Any]]]
    notice: Name | None
    loudspeaker: LoudspeakerRules
    displays: Displays
    kiosk_numbers: KioskNumbers
    slip: Mapping[str, Any] | None
    wizard: Mapping[str, Any] | None
    console_lock_minutes: int
    version: int = 0
    clock_confirmers: tuple[str, ...] = CLOCK_CONFIRMERS
    reports: ReportRules = ReportRules({}, {}, {})
    alerts: tuple[AlertRule, ...] = USUAL_RULES
    #: webhook → the kinds of facts it is told
    webhooks: Mapping[str, frozenset[str]] = field(default_factory=dict)
    #: whoever asked for it is told once at most so many are before them; 0: nobody
    soon_people: int = 3
    #: by which kinds of contact the centre can reach somebody outside ("push", "email", "sms" …)
    contact_kinds: tuple[str, ...] = ()
    sends_by_others: bool = False
    privacy: PrivacyRules = PrivacyRules()
    #: step → its name; what visits are rated by, nobody is asked where there is none
    rating_scale: Mapping[int, Name] = field(default_factory=dict)
    rating_by_clerk: bool = False
    #: what citizens read in the centre's own words: "area.key" → language → text
    own_texts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    backup: BackupRules = BackupRules()
    booking: BookingRules | None = None
    #: whether clerks may come in by a PIN at the machine of a counter
    takes_pins: bool = False

    def written_numbers(self, typed: str) -> list[str]:
        """How a number that somebody typed may be written on a ticket of this centre."""
        return ways_to_write(typed, self.ticket_format, self.fields)

    def counter(self, named: object) -> Counter | None:
        """The counter of a name as anybody may write it: 9, "09", "hd1"; None when there is
        none.
        """
        name = str(named)
        if name in self.counters:
            return self.counters[name]
        runs = alike(name)
        return next((c for c in self.counters.values() if runs and alike(c.number) == runs), None)

    def date_of(self, at: int) -> str:
        """The service date of a moment."""
        return date_of(at, self.timezone, self.reset_time)

    def with_assigned(self, assigned: Mapping[str, Mapping[str, Any]]) -> "Centre":
        """This centre with the counters as assigned for today ({number: {fields, overflow?,
        mode?}}); what the profile no longer holds is left out.
        """
        counters = dict(self.counters)
        for number, how in assigned.items():
            fields = tuple(prefix for prefix in how["fields"] if prefix in self.fields)
            if number in counters and fields:
                own = counters[number]
                overflow = tuple(
                    prefix
                    for prefix in how.get("overflow", own.overflow)
                    if prefix in self.fields and prefix not in fields
                )
                counters[number] = replace(
                    own,
                    fields=fields,
                    overflow=overflow,
                    mode=how.get("mode", own.mode),
                    assigned=True,
                )
        return replace(self, counters=counters)

    @cached_property
    def calendar(self) -> Calendar:
        """When the centre is open."""
        return calendar_of(self.timezone, self.reset_time, self.hours, self.holidays)

    def windows(self, kind: Kind, date: str) -> tuple[Window, ...]:
        """The opening windows of `kind` (service, tickets) on a local date as [(from_ms,
        to_ms)].
        """
        return self.calendar.windows(kind, date)

    def is_open(self, kind: Kind, at: int) -> bool:
        """Whether a moment lies inside a window of `kind`."""
        return self.calendar.is_open(kind, at)

    def counters_of(self, prefix: str) -> list[int | str]:
        """The ordinary counters whose own field it is, in number order, as shown on slips."""
        return counters_named(self.counters.values(), prefix)
