"""The centre itself and when it works: `site`, `hours`, `announcements`."""

from typing import Annotated, Literal, Self

from pydantic import Field, ValidationInfo, field_validator, model_validator

from domain.day import SPAN, is_window
from domain.grammars import SHIPPED_PACKS

from .types import (
    Clock,
    Count,
    Dialect,
    FieldRef,
    Id,
    Language,
    Name,
    Notice,
    Opening,
    PartName,
    Positive,
    QuietWindow,
    ResetTime,
    Section,
    Share,
    SiteCode,
    Text,
    TicketFormat,
    Timezone,
    Wording,
    languages_of_names,
    number,
    refuse,
)

Packs = dict[Language, Text]
Style = Literal["digits", "cardinal"]


class Voice(Section):
    """How calls are spoken (docs/voice.md)."""

    packs: Packs = Field(default_factory=lambda: dict(SHIPPED_PACKS))
    dialect: Dialect = "south"
    wording: Wording = Field(default_factory=dict)
    times: Annotated[int, number(1, 5)] = 2
    ticket_style: Style = "digits"
    counter_style: Style = "cardinal"
    place: Literal["counter", "room"] = "counter"
    rooms: list[Id] = Field(default_factory=list)
    last_call: Annotated[int, number(2)] | None = None


class Sla(Section):
    """Minutes of waiting: from `warn` on the manager is warned, `target` is promised."""

    warn: Count | None = None
    target: Count = 15
    critical: Count | None = None

    @model_validator(mode="after")
    def _rising(self) -> Self:
        steps = [step for step in (self.warn, self.target, self.critical) if step is not None]
        if steps != sorted(steps):
            refuse("sla_order")
        return self


class TicketsPerDay(Section):
    """Numbers a day as planned for."""

    usual: Positive | None = None
    busy: Positive | None = None


class Location(Section):
    """Where the centre stands: degrees north and east (WGS 84)."""

    lat: Annotated[int | float, number(-90, 90, whole=False)]
    lon: Annotated[int | float, number(-180, 180, whole=False)]


#: What helps whoever cannot climb, hear or see well.
Accessibility = Literal["step_free", "lift", "toilet", "parking", "hearing_loop", "sign_language"]


class Site(Section):
    """Which centre this is."""

    code: SiteCode
    kind: Literal["district", "ward", "city"] = "ward"
    name: Name
    address: PartName = Field(default_factory=dict)
    location: Location | None = None
    accessibility: list[Accessibility] = Field(default_factory=list)
    listed: bool = True
    timezone: Timezone
    notice: Notice | None = None
    staff: Count | None = None
    tickets_per_day: TicketsPerDay = Field(default_factory=TicketsPerDay)
    sla_minutes: Sla = Field(default_factory=Sla)
    ticket_format: TicketFormat = "{prefix}{n:03d}"
    reset_time: ResetTime = "00:30"
    locales: list[Language] = Field(default_factory=languages_of_names)
    drafts: Literal["marked", "refused"] = "marked"
    voice: Voice = Field(default_factory=Voice)


Windows = list[Opening]


class WeekHours(Section):
    """The windows of each weekday; Monday to Friday share `mon_fri` unless a day has its own."""

    mon_fri: Windows = Field(default_factory=list)
    mon: Windows | None = None
    tue: Windows | None = None
    wed: Windows | None = None
    thu: Windows | None = None
    fri: Windows | None = None
    sat: Windows = Field(default_factory=list)
    sun: Windows = Field(default_factory=list)

    @field_validator("*", mode="after")
    @classmethod
    def _apart(cls, windows: list[str] | None) -> list[str] | None:
        end = ""
        for window in windows or ():
            if window[:5] < end:
                refuse("windows_overlap", value=window)
            end = window[6:]
        return windows

    def by_day(self) -> dict[str, list[str]]:
        """`{day: windows}` of the days that have their own, and of `mon_fri`, `sat`, `sun`."""
        return {day: windows for day, windows in self if windows is not None}


class Hours(Section):
    """When people are served, when numbers are given."""

    service: WeekHours
    tickets: WeekHours
    saturday_fields: list[FieldRef] = Field(default_factory=list)
    finish_the_line: bool = True
    holidays_file: Text | None = None


class VolumeRow(Section):
    """How loud from one time of the day to another."""

    begin: Clock = Field(alias="from")
    end: str = Field(alias="to")
    level: Share

    @field_validator("end", mode="after")
    @classmethod
    def _window(cls, end: str, info: ValidationInfo) -> str:
        begin = info.data.get("begin", "00:00")
        if not SPAN.match(f"{begin}-{end}") or not is_window(begin, end):
            refuse("volume_window", value=end)
        return end


class Announcements(Section):
    """When and how the loudspeakers speak (docs/voice.md)."""

    volume: list[VolumeRow] = Field(default_factory=list)
    quiet_hours: list[QuietWindow] = Field(default_factory=list)
    repeat: Annotated[int, number(1, 5)] | None = None
    stale_seconds: Annotated[int, number(20, 600)] = 90
    long_line_seconds: Annotated[int, number(5, 300)] = 20
    late_together: Annotated[int, number(1, 6)] = 6
