"""What papers of reports carry, and who sees figures of clerks: `reports`."""

from typing import Literal

from pydantic import Field

from .types import PartName, Section

ClerkViewer = Literal["manager", "admin"]
CLERK_VIEWERS: tuple[ClerkViewer, ...] = ("manager", "admin")


class Letterhead(Section):
    """The head of papers that are signed."""

    authority: PartName = Field(default_factory=dict)
    unit: PartName = Field(default_factory=dict)
    place: PartName = Field(default_factory=dict)
    number: str | None = None
    sent_to: list[PartName] = Field(default_factory=list)


class Reports(Section):
    """Reports: their letterhead, whether the month's files are written by themselves, which roles
    may see figures of single clerks, and whether the forecaster may learn how fast each one works.
    """

    letterhead: Letterhead = Field(default_factory=Letterhead)
    clerk_views: list[ClerkViewer] = Field(default_factory=lambda: list(CLERK_VIEWERS))
    monthly: bool = True
    clerk_speeds: bool = True
