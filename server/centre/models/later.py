"""Sections the document may hold already, whose use comes later: their form is held now, and
loading says that they are not in use yet.
"""

from typing import Annotated, Literal

from pydantic import Field

from .types import Clock, Code, Name, Section, Share, number, unique


class Arrivals(Section):
    """The share of a day's numbers taken between two times, for the simulator and load tests."""

    begin: Clock = Field(alias="from")
    end: Clock = Field(alias="to")
    share: Share


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
