"""What visits were rated, in figures of five at least, and what citizens wrote, without names."""

import re
from collections import defaultdict
from collections.abc import Callable
from datetime import date as Date
from datetime import timedelta
from typing import Any

from domain.refusal import Refusal

from ..store import people, ratings
from .act import ActContext
from .rating_bundles import Bundle, bundles_of
from .retention import DAY_MS

#: What figures may be asked by.
BY = ("field", "service", "counter", "day", "week", "month", "clerk")
#: How many of the latest words are shown.
MOST_WORDS = 200
#: A month's ratings are all cut from their numbers so many days after it, and counted whole.
DAYS_AFTER_MONTH = 4
#: What stands where somebody wrote what tells who they or others are.
HIDDEN = "…"
#: Addresses, and figures as of telephones, cards and numbers (three and more, however parted).
_TELLING = re.compile(r"\S+@\S+|\S+://\S+|\w?\d(?:[ .\-]?\d){2,}")


def rating_figures(
    context: ActContext,
    code: str,
    first: str,
    last: str,
    by: str,
    pause: Callable[[], Any] = lambda: None,
) -> dict[str, Any]:
    """`{by, whole, rows, words}` of the service days `first` to `last`: each `{what, n, mean}`,
    what None: others, of clerks their `name` too; `whole` None where nothing is counted; `words`
    the latest `{day, field, score, words}` that nothing ties to a ticket any more, without names
    and figures. By clerk only where the centre keeps it (`rating.by_clerk`).

    A rating is counted once nothing ties it to its number, from the day after on, in the bundles
    of `rating_bundles`. `pause` lets others go on between two months. Raises Refusal bad_request
    for anything else to be asked by.
    """
    centre = context.centre(code)
    if by not in BY or (by == "clerk" and not centre.rating_by_clerk):
        raise Refusal("bad_request", key="by", problem="not_in_list")
    now = context.clock()
    today_at = now - now % DAY_MS
    bundles: list[Bundle] = []
    for begin, end, closed_at in _months(first, last):
        with context.store.read() as conn:
            rows = ratings.cut_before(conn, code, begin, end, min(today_at, closed_at))
        of_month = bundles_of(rows, today_at >= closed_at)
        bundles += [bundle for bundle in of_month if first <= bundle.day <= last]
        pause()
    with context.store.read() as conn:
        written = ratings.words_of(conn, code, first, last, MOST_WORDS)
        clerks = people.full_names(conn, code)
        names = {
            *clerks.values(),
            *(name for were in people.earlier_names(conn, code).values() for _, name in were),
        }
    groups: dict[str | None, list[Bundle]] = defaultdict(list)
    for bundle in bundles:
        groups[_what(bundle, by)].append(bundle)
    words = [
        {"day": day, "field": field, "score": score, "words": without_names(text, names)}
        for day, field, score, text in written
    ]
    figures = [
        _figure(what, groups[what])
        for what in sorted(groups, key=lambda what: (what is None, what or ""))
    ]
    if by == "clerk":
        for row in figures:
            row["name"] = clerks.get(row["what"])
    whole = _figure(None, bundles) if bundles else None
    return {"by": by, "whole": whole, "rows": figures, "words": words}


def without_names(text: str, names: set[str]) -> str:
    """What somebody wrote, without addresses, figures of three and more, and the names, whole or
    the one they are called by.
    """
    called = {name.split()[-1] for name in names if name.split()}
    for name in sorted({*names, *called} - {""}, key=len, reverse=True):
        text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", HIDDEN, text)
    return _TELLING.sub(HIDDEN, text)


def _months(first: str, last: str) -> list[tuple[str, str, int]]:
    """`[(first day, last day, when all its ratings are cut)]` of the months that two days lie in or
    between. What is cut later (a hub that was off) would change what was counted: it is left out.
    """
    months, begin = [], Date.fromisoformat(first).replace(day=1)
    while begin.isoformat() <= last:
        after = (begin + timedelta(days=31)).replace(day=1)
        closed_at = ((after - Date(1970, 1, 1)).days + DAYS_AFTER_MONTH) * DAY_MS
        months.append((begin.isoformat(), (after - timedelta(days=1)).isoformat(), closed_at))
        begin = after
    return months


def _what(bundle: Bundle, by: str) -> str | None:
    if by == "week":
        day = Date.fromisoformat(bundle.day)
        return (day - timedelta(days=day.weekday())).isoformat()
    if by == "month":
        return bundle.day[:7]
    what: str | None = getattr(bundle, by)
    return what


def _figure(what: str | None, bundles: list[Bundle]) -> dict[str, Any]:
    n = sum(bundle.n for bundle in bundles)
    return {"what": what, "n": n, "mean": round(sum(b.total for b in bundles) / n, 1)}
