"""What visits were rated, in figures of five at least."""

from typing import Any

from domain.refusal import Refusal

from ..store import ratings
from .act import ActContext

#: What figures may be asked by.
BY = ("field", "day", "hour", "clerk")
#: How many of the latest words are shown.
MOST_WORDS = 200


def rating_figures(
    context: ActContext, code: str, first: str, last: str, by: str
) -> dict[str, Any]:
    """`{by, whole, rows, words}` of the service days `first` to `last`: each `{what, n, mean}`,
    `whole` None below five; `words` the latest `{day, field, score, words}` that nothing ties to
    a ticket any more. By clerk only where the centre keeps it (`rating.by_clerk`).

    Raises Refusal bad_request for anything else to be asked by.
    """
    if by not in BY or (by == "clerk" and not context.centre(code).rating_by_clerk):
        raise Refusal("bad_request", key="by", problem="not_in_list")
    with context.store.read() as conn:
        column = "hour_at" if by == "hour" else by
        figures = ratings.figures(conn, code, first, last, column)
        written = ratings.words_of(conn, code, first, last, MOST_WORDS)
    rows = [{"what": what, "n": n, "mean": round(mean, 1)} for what, n, mean in figures]
    words = [
        {"day": day, "field": field, "score": score, "words": text}
        for day, field, score, text in written
    ]
    return {"by": by, "whole": rows[0] if rows else None, "rows": rows[1:], "words": words}
