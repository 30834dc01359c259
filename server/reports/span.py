"""The first and last moment of service days."""

from datetime import date as Date
from datetime import timedelta

from domain.centre import Centre
from domain.day import moment

from .question import Question


def span_of(centre: Centre, question: Question) -> tuple[int, int]:
    """The first and the last moment (ms) of the days asked for."""
    begin = moment(question.first, centre.reset_time, centre.timezone)
    return begin, end_of(centre, question.last) - 1


def end_of(centre: Centre, day: str) -> int:
    """The last moment a service day can have: its reset time on the date after it."""
    next_date = (Date.fromisoformat(day) + timedelta(days=1)).isoformat()
    return moment(next_date, centre.reset_time, centre.timezone)
