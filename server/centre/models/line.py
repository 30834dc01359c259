"""Who is served where and by which rules: fields, services, counters, priority, the line."""

from typing import Annotated, Literal, Self

from pydantic import Field, ValidationInfo, field_validator, model_validator

from domain import numbers

from .types import (
    Code,
    Count,
    CounterName,
    FieldRef,
    Floor,
    Id,
    Minutes,
    Name,
    Positive,
    Prefix,
    Section,
    Share,
    Text,
    ZoneRef,
    names_of,
    number,
    refuse,
    unique,
)

Demand = Literal["required", "optional"]


class Zone(Section):
    """A part of the hall."""

    id: Annotated[Id, unique("zone")]
    floor: Floor = None
    audio_group: Text = "hall"
    displays: list[Text] = Field(default_factory=list)
    name: Name


class Kiosk(Section):
    """A touch kiosk and where it stands."""

    id: Annotated[Id, unique("kiosk")]
    zone: ZoneRef | None = None


class FieldRow(Section):
    """A procedure field."""

    prefix: Prefix
    kind: Literal["intake", "help", "result"] = "intake"
    zone: ZoneRef
    share: Share = 0
    minutes: Minutes
    cap: Positive | None = None
    name: Name
    short: Name | None = None
    called: list[Text] = Field(default_factory=list)
    outcome: Demand = "optional"
    delivered: Demand = "optional"

    @field_validator("prefix", mode="after")
    @classmethod
    def _not_a_beginning(cls, prefix: str, info: ValidationInfo) -> str:
        for other in sorted(names_of(info).fields):
            if other != prefix and other.startswith(prefix):
                refuse("prefix_of", value=prefix, other=other)
        if prefix in names_of(info).zones and not names_of(info).stored:
            refuse("prefix_is_zone", value=prefix)
        if prefix not in names_of(info).served and not names_of(info).stored:
            refuse("unserved")
        return prefix


class CallingPlace(Section):
    """What counters and guidance desks have in common."""

    zone: ZoneRef
    fields: list[FieldRef]
    overflow: list[FieldRef] = Field(default_factory=list)
    mode: Literal["normal", "priority_only", "reserve"] = "normal"
    bulk: bool = False
    name: Name | None = None

    @field_validator("fields", "overflow", mode="after")
    @classmethod
    def _each_once(cls, fields: list[str], info: ValidationInfo) -> list[str]:
        if not fields and info.field_name == "fields":
            refuse("serves_nothing")
        for prefix in fields:
            if fields.count(prefix) > 1:
                refuse("named_twice", value=prefix)
        return fields

    @model_validator(mode="after")
    def _own_or_helped(self) -> Self:
        for prefix in self.fields:
            if prefix in self.overflow:
                refuse("own_and_overflow", value=prefix)
        return self


class Counter(CallingPlace):
    """A numbered counter."""

    number: CounterName


class GuidanceDesk(CallingPlace):
    """A guidance desk in front of the counters, called by its id."""

    id: CounterName


class PriorityClass(Section):
    """A ground for priority and the head start it gives."""

    code: Annotated[Code, unique("priority class")]
    credit_minutes: Count = 0
    age_from: Count | None = None
    age_to: Count | None = None
    name: Name

    @model_validator(mode="after")
    def _ages(self) -> Self:
        if None not in (self.age_from, self.age_to) and self.age_from > self.age_to:  # type: ignore[operator]
            refuse("ages", age_from=self.age_from, age_to=self.age_to)
        return self


class Priority(Section):
    """Who has a head start, and the guard that lets nobody wait for ever."""

    classes: list[PriorityClass]
    max_wait_guard_minutes: Positive = 25
    badge: Text = "ƯT"


class AfterNoShow(Section):
    """What becomes of whoever did not come to the call."""

    keep: bool = True
    rejoin_within_minutes: Count = 30
    rejoin_after_tickets: Count = 3
    times: Count = 1


class CallPolicy(Section):
    """The rules of calling."""

    overflow_after_minutes: Count = 15
    arrive_grace_seconds: Count = 45
    calls_before_no_show: Positive = 3
    auto_recall_seconds: Annotated[int, number(5)] | None = None
    auto_no_show: bool = False
    sent_within_minutes: Positive = 15
    bulk_from: Annotated[int, number(2)] | None = None
    after_no_show: AfterNoShow = Field(default_factory=AfterNoShow)


class OfflineNumbers(Section):
    """The numbers kiosks hold for the time without the hub."""

    first: int = numbers.OFFLINE_FIRST
    last: int = numbers.OFFLINE_LAST
    block: int = numbers.BLOCK_SIZE

    @field_validator("first", "last", "block", mode="before")
    @classmethod
    def _whole(cls, value: object) -> object:
        if isinstance(value, bool) or not isinstance(value, int):
            refuse("offline_whole", value=value)
        return value

    @model_validator(mode="after")
    def _range(self) -> Self:
        if not numbers.LEAST_FIRST <= self.first <= self.last <= 9_999:
            refuse("offline_range", first=self.first, last=self.last, least=numbers.LEAST_FIRST)
        room = self.last - self.first + 1
        if not 5 <= self.block <= room:
            refuse("offline_block", block=self.block, room=room)
        return self


class Limits(Section):
    """How much one person, one kiosk, one console may."""

    live_tickets_per_person_per_field: Count | None = None
    tickets_per_person_per_day: Count | None = None
    person_key: Literal["hmac_daily"] = "hmac_daily"
    kiosk_min_seconds_between_tickets: Count = 3
    bulk_from_dossiers: Annotated[int, number(2)] | None = None
    console_lock_minutes: Count = 15
    offline_numbers: OfflineNumbers = Field(default_factory=OfflineNumbers)


Confirmer = Literal["manager", "greeter", "clerk"]
CONFIRMERS: tuple[Confirmer, ...] = ("manager", "greeter", "clerk")


class ClockWords(Section):
    """Who may say what time it is when the hub's clock is in doubt; administrators always may."""

    confirm: list[Confirmer] = Field(default_factory=lambda: list(CONFIRMERS))


class Reason(Section):
    """One entry of a list clerks choose from."""

    code: Code
    name: Name


class ClerkCodes(Section):
    """The lists clerks choose from; none is needed."""

    outcomes: list[Reason] | None = None
    break_reasons: list[Reason] | None = None
    park_reasons: list[Reason] | None = None
    jump_reasons: list[Reason] | None = None

    @field_validator("*", mode="after")
    @classmethod
    def _each_once(cls, reasons: list[Reason] | None) -> list[Reason] | None:
        codes = [reason.code for reason in reasons or ()]
        for code in codes:
            if codes.count(code) > 1:
                refuse("reason_twice", value=code)
        return reasons
