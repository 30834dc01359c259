"""When the hub copies itself: `backup`."""

from typing import Annotated

from pydantic import Field

from .types import Clock, Section, number


class Backup(Section):
    """The times of a day at which a backup is made, and how many are kept; no times: the machine's
    own timer does it, or nobody.
    """

    at: list[Clock] = Field(default_factory=list)
    keep: Annotated[int, number(2, 400)] = 28
