"""What a row of a report may be, by who asks: the centre says who sees clerks apart; and the times
that lie beside one.
"""

from datetime import date as Date
from datetime import timedelta

from domain.centre import Centre

from ..acts import Refusal
from ..reports.question import BY


def views_for(centre: Centre, role: str) -> tuple[str, ...]:
    """The `by` that somebody in this role may ask for, in the order of the page's list."""
    return tuple(by for by in BY if by != "clerk" or role in centre.reports.clerk_views)


def check_view(centre: Centre, role: str, by: str | None) -> None:
    """Raises Refusal("not_allowed") for a view of clerks that the centre keeps from this role; what
    is no view at all is told by whoever reads the question.
    """
    if by in BY and by not in views_for(centre, role):
        raise Refusal("not_allowed", why="no_clerk_views")


def spans_beside(first: str, last: str, today: str) -> dict[str, tuple[str, str]]:
    """`{name: (from, to)}`: as many days before and after, the usual times, and the whole month
    where one is shown. Nothing where the days are no dates.
    """
    try:
        begin, end = Date.fromisoformat(first), Date.fromisoformat(last)
    except ValueError:
        return {}
    now, month = Date.fromisoformat(today), Date.fromisoformat(today).replace(day=1)
    length, day = end - begin + timedelta(days=1), timedelta(days=1)
    if begin.day == 1 and length.days >= 28:
        before = ((begin - day).replace(day=1), begin - day)
        after = ((begin + timedelta(days=31)).replace(day=1), begin + timedelta(days=62))
        after = (after[0], after[1].replace(day=1) - day)
    else:
        before, after = (begin - length, begin - day), (end + day, end + length)
    spans = {
        "earlier": before,
        "later": after,
        "today": (now, now),
        "last_7": (now - timedelta(days=6), now),
        "this_month": (month, now),
        "last_month": ((month - day).replace(day=1), month - day),
    }
    return {name: (a.isoformat(), b.isoformat()) for name, (a, b) in spans.items()}


def span_shown(spans: dict[str, tuple[str, str]], first: str, last: str) -> str | None:
    """Which of the usual times is shown; of two that are the same (today and this month on a first)
    the first, never both.
    """
    usual = ("today", "last_7", "this_month", "last_month")
    return next((name for name in usual if spans.get(name) == (first, last)), None)
