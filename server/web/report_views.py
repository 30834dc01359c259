"""What a row of a report may be, by who asks: the centre says who sees clerks apart."""

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
