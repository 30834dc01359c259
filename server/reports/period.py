"""The periods a report is compared with."""

from dataclasses import replace
from datetime import date as Date
from datetime import timedelta

from .question import Question


def period_before(question: Question) -> Question:
    """The period to compare with: the month or quarter before a whole one, the same weekday of the
    week before, else as many days.
    """
    first, last = Date.fromisoformat(question.first), Date.fromisoformat(question.last)
    ends = first - timedelta(days=1)
    months = whole_months(first, last)
    if question.days == 1:
        begins = ends = first - timedelta(days=7)
    elif months:
        begins = first
        for _ in range(months):
            begins = (begins - timedelta(days=1)).replace(day=1)
    else:
        begins = first - timedelta(days=question.days)
    return replace(question, first=begins.isoformat(), last=ends.isoformat(), charts=False)


def whole_months(first: Date, last: Date) -> int:
    """How many whole months the days are; 0 where they are not."""
    if first.day != 1 or (last + timedelta(days=1)).day != 1:
        return 0
    return (last.year - first.year) * 12 + last.month - first.month + 1
