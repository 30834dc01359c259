"""What may be said of the time."""

from typing import Annotated

from pydantic import Field

from .base import Press


class ConfirmClock(Press):
    """Say what time it is: `machine` (its clock is right), `hub` (what the hub goes on with is
    right), or the centre's local date and time, `2026-11-23T07:02`. With `move_day`, the day that a
    wrong clock dated becomes today's.
    """

    time: Annotated[str, Field(pattern=r"^(machine|hub|\d{4}-\d\d-\d\dT\d\d:\d\d)$")]
    move_day: bool = False
