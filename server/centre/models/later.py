"""Sections the document may hold already, whose use comes later: their form is held now, and
loading says that they are not in use yet.
"""

from typing import Annotated, Literal

from pydantic import Field

from .types import Clock, Code, Count, Name, Positive, Section, Share, number, unique


class Arrivals(Section):
    """The share of a day's numbers taken between two times, for the simulator and load tests."""

    begin: Clock = Field(alias="from")
    end: Clock = Field(alias="to")
    share: Share


class Booking(Section):
    """Booked times."""

    days_ahead: Annotated[int, number(1, 60)] = 6
    slot_minutes: Annotated[int, number(5, 240)] = 30
    share_of_capacity: Share = 0.4
    per_person_per_day: Positive = 2
    grace_minutes: Count = 15
    preopen_line: bool = True


class RatingLevel(Section):
    """One step of the scale a citizen rates by."""

    score: Annotated[int, number(1, 5)]
    name: Name


class RatingCriterion(Section):
    """What may be rated."""

    code: Annotated[Code, unique("rating criterion")]
    name: Name


class Rating(Section):
    """What a citizen may say of the visit."""

    unlock: Literal["on_finish"] = "on_finish"
    levels: list[RatingLevel] = Field(default_factory=list)
    criteria: list[RatingCriterion] = Field(default_factory=list)
    by_clerk: bool = False
