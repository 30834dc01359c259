"""What may be said of a plan for a day."""

from typing import Annotated

from pydantic import Field

from .base import Code, Press
from .report import Day


class PlanDay(Press):
    """Let counters serve other fields on a day: counter → fields. Empty takes the plan back."""

    date: Day
    counters: Annotated[
        dict[Code, Annotated[list[Code], Field(min_length=1, max_length=40)]],
        Field(max_length=200),
    ]
