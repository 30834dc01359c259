"""Booked times and numbers kept from home."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from .types import (
    Clock,
    Count,
    Date,
    FieldRef,
    Positive,
    Section,
    ServiceRef,
    Share,
    number,
    refuse,
)

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
#: What is meant where a rule names no weekday.
WORKING_DAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri")


class SlotRule(Section):
    """Times that can be booked of a field, or of one service of it."""

    field: FieldRef
    service: ServiceRef | None = None
    weekdays: list[Weekday] = Field(default_factory=lambda: list(WORKING_DAYS))
    begin: Clock = Field(alias="from")
    end: Clock = Field(alias="to")
    minutes: Annotated[int, number(5, 240)] | None = None
    places: Count
    staff_places: Count = 0
    valid_from: Date | None = None
    valid_until: Date | None = None
    dates: list[Date] = Field(default_factory=list)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.begin >= self.end:
            refuse("window", value=f"{self.begin}-{self.end}")
        return self


class Closure(Section):
    """A date, or hours of it, on which nobody can book."""

    date: Date
    begin: Clock | None = Field(default=None, alias="from")
    end: Clock | None = Field(default=None, alias="to")
    fields: list[FieldRef] = Field(default_factory=list)


class Claims(Section):
    """Numbers kept from home."""

    on: bool = False
    share: Share = 0.4
    head_start_minutes: Annotated[int, number(0, 60)] = 15
    expire_minutes: Annotated[int, number(5, 120)] = 20


class Booking(Section):
    """Booked times; nothing of it holds until it is turned on."""

    on: bool = False
    days_ahead: Annotated[int, number(1, 60)] = 6
    lead_minutes: Annotated[int, number(0, 2880)] = 60
    slot_minutes: Annotated[int, number(5, 240)] = 30
    share_of_capacity: Share = 0.4
    per_person_per_day: Positive = 2
    hold_minutes: Annotated[int, number(1, 60)] = 5
    grace_minutes: Count = 15
    late_credit_minutes: Annotated[int, number(0, 60)] = 10
    releases: list[Clock] = Field(default_factory=lambda: ["12:00", "17:00"])
    release_jitter_minutes: Annotated[int, number(0, 60)] = 10
    soon_minutes: Annotated[int, number(0, 1440)] = 180
    proof_above: Positive = 60
    preopen_line: bool = True
    slots: list[SlotRule] = Field(default_factory=list)
    closures: list[Closure] = Field(default_factory=list)
    claims: Claims = Field(default_factory=Claims)
