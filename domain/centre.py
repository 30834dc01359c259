"""A centre as its file says it: fields, services, counters, hours, priorities and the rules of the
line.
"""

from dataclasses import dataclass, replace
from functools import cached_property

from . import loudspeaker
from .day import date_of
from .displays import Displays
from .numbers import KioskNumbers
from .opening import Calendar, calendar_of
from .slip import counters_named


@dataclass(frozen=True, slots=True)
class Field:
    """A procedure field: prefix letter, names, zone, usual minutes of one service, tickets a day,
    and what a finish must state.
    """

    prefix: str
    name: dict
    short: dict
    kind: str
    zone: str
    minutes: float
    cap: int | None
    share: float
    outcome_required: bool = False
    delivered_required: bool = False


@dataclass(frozen=True, slots=True)
class Service:
    """A procedure a citizen picks inside a field."""

    code: str
    field: str
    name: dict
    words: tuple = ()
    bring: dict | None = None


@dataclass(frozen=True, slots=True)
class Counter:
    """A numbered desk, or a guidance desk with an id. mode: normal, priority_only or reserve;
    `assigned`: a manager gave it other fields for today.
    """

    number: str
    zone: str
    fields: tuple
    overflow: tuple
    mode: str
    bulk: bool
    name: dict | None
    assigned: bool = False

    @property
    def shown(self):
        """As screens and messages write it: an integer, or the id of a desk."""
        return int(self.number) if self.number.isdigit() else self.number


@dataclass(frozen=True, slots=True)
class PriorityClass:
    """A ground for priority and the head start it gives."""

    code: str
    name: dict
    credit_minutes: int
    age_from: int | None
    age_to: int | None


@dataclass(frozen=True, slots=True)
class Rules:
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


@dataclass(frozen=True)
class Centre:
    """Everything the hub knows of a centre. Built by `centre_of`; never changed, only replaced."""

    code: str
    name: dict
    timezone: str
    reset_time: str
    locales: tuple
    ticket_format: str
    voice: dict
    badge: str
    zones: dict
    fields: dict
    services: dict
    counters: dict
    priorities: dict
    rules: Rules
    hours: dict
    holidays: frozenset
    lists: dict
    notice: dict | None
    loudspeaker: loudspeaker.Rules
    displays: Displays
    kiosk_numbers: KioskNumbers
    slip: dict | None
    wizard: dict | None
    console_lock_minutes: int

    def date_of(self, at):
        """The service date of a moment."""
        return date_of(at, self.timezone, self.reset_time)

    def with_assigned(self, assigned):
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

    def windows(self, kind, date):
        """The opening windows of `kind` (service, tickets) on a local date as [(from_ms,
        to_ms)].
        """
        return self.calendar.windows(kind, date)

    def is_open(self, kind, at):
        """Whether a moment lies inside a window of `kind`."""
        return self.calendar.is_open(kind, at)

    def counters_of(self, prefix):
        """The ordinary counters whose own field it is, in number order, as shown on slips."""
        return counters_named(self.counters.values(), prefix)


def centre_of(profile):
    """The Centre of a validated profile (see centre_file.py for the validation that names
    lines).
    """
    site, policy, limits, priority = (
        profile["site"],
        profile["call_policy"],
        profile.get("limits") or {},
        profile["priority"],
    )
    absent, sla = policy.get("after_no_show") or {}, site.get("sla_minutes") or {}
    displays = profile.get("displays") or {}
    counters = [(str(c["number"]), c) for c in profile["counters"]] + [
        (str(d["id"]), d) for d in profile.get("guidance_desks") or []
    ]
    return Centre(
        code=site["code"],
        name=site["name"],
        timezone=site["timezone"],
        reset_time=_given(site, "reset_time", "00:30"),
        locales=tuple(site.get("locales") or ("vi", "en")),
        ticket_format=_given(site, "ticket_format", "{prefix}{n:03d}"),
        voice=site.get("voice") or {},
        badge=_given(priority, "badge", "ƯT"),
        zones={
            str(z["id"]): {
                "id": str(z["id"]),
                "name": z["name"],
                "audio_group": _given(z, "audio_group", "hall"),
            }
            for z in profile["zones"]
        },
        fields={
            f["prefix"]: Field(
                f["prefix"],
                f["name"],
                f.get("short") or f["name"],
                _given(f, "kind", "intake"),
                str(f["zone"]),
                f["minutes"],
                f.get("cap"),
                _given(f, "share", 0),
                f.get("outcome") == "required",
                f.get("delivered") == "required",
            )
            for f in profile["fields"]
        },
        services={
            s["code"]: Service(
                s["code"], s["field"], s["name"], tuple(s.get("words") or ()), s.get("bring")
            )
            for s in profile.get("services") or []
        },
        counters={
            number: Counter(
                number,
                str(c["zone"]),
                tuple(c["fields"]),
                tuple(c.get("overflow") or ()),
                _given(c, "mode", "normal"),
                bool(c.get("bulk")),
                c.get("name"),
            )
            for number, c in counters
        },
        priorities={
            p["code"]: PriorityClass(
                p["code"],
                p["name"],
                _given(p, "credit_minutes", 0),
                p.get("age_from"),
                p.get("age_to"),
            )
            for p in priority["classes"]
        },
        rules=Rules(
            guard_minutes=_given(priority, "max_wait_guard_minutes", 25),
            overflow_after_minutes=_given(policy, "overflow_after_minutes", 15),
            arrive_grace_seconds=_given(policy, "arrive_grace_seconds", 45),
            calls_before_no_show=_given(policy, "calls_before_no_show", 3),
            rejoin_within_minutes=_given(absent, "rejoin_within_minutes", 30),
            rejoin_after_tickets=_given(absent, "rejoin_after_tickets", 3),
            rejoin_times=_given(absent, "times", 1),
            keep_absent=_given(absent, "keep", True),
            target_minutes=_given(sla, "target", 15),
            kiosk_min_seconds_between_tickets=_given(
                limits, "kiosk_min_seconds_between_tickets", 3
            ),
            finish_the_line=_given(profile["hours"], "finish_the_line", True),
            auto_recall_seconds=policy.get("auto_recall_seconds"),
            auto_no_show=_given(policy, "auto_no_show", False),
            bulk_from=policy.get("bulk_from") or limits.get("bulk_from_dossiers") or 5,
        ),
        hours={
            "service": profile["hours"]["service"],
            "tickets": profile["hours"]["tickets"],
            "saturday_fields": tuple(profile["hours"].get("saturday_fields") or ()),
        },
        holidays=frozenset(profile.get("holidays") or ()),
        lists=profile.get("clerk_codes") or {},
        notice=site.get("notice"),
        loudspeaker=loudspeaker.rules_of(site["timezone"], profile.get("announcements")),
        displays=Displays(
            bool(displays.get("quiet")),
            bool(displays.get("sign_clerk_name")),
            {str(row["id"]): row for row in displays.get("boards") or []},
            displays.get("prepare") or {},
        ),
        kiosk_numbers=KioskNumbers(**limits.get("offline_numbers") or {}),
        slip=profile.get("slip"),
        wizard=profile.get("wizard"),
        console_lock_minutes=_given(limits, "console_lock_minutes", 15),
    )


def _given(table, key, usual):
    """What the file says, else the usual; a key left empty in the file says nothing."""
    said = table.get(key)
    return usual if said is None else said
