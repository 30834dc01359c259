"""How far a draw has come, and what of it is published once its list is closed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from domain import draw as rules
from domain.facts import DrawClosed, DrawDone, DrawOpened

from ..store import draws
from ..store.engine import Connection

#: How far a draw has come, as everybody sees it.
SOON, OPEN, OVER, CLOSED, DONE, VOID = "soon", "open", "over", "closed", "done", "void"
#: So many lists are kept ready.
MOST_KEPT = 16


@dataclass(frozen=True, slots=True)
class Draw:
    """What the journal says of a draw; `closed` and `done` are None before these steps."""

    opened: DrawOpened
    closed: DrawClosed | None = None
    done: DrawDone | None = None

    def state(self, now: int) -> str:
        """How far it has come: SOON, OPEN, OVER (to be closed), CLOSED, DONE; VOID where the list
        was not closed before the figure was known.
        """
        if self.done is not None:
            return DONE
        if self.closed is not None:
            return CLOSED
        if now >= self.opened.fixed_at:
            return VOID
        if now >= self.opened.closes_at:
            return OVER
        return OPEN if now >= (self.opened.opens_at or 0) else SOON


def all_draws(conn: Connection, centre: str) -> dict[str, Draw]:
    """The draws of a centre by name, in the order in which they were opened."""
    kept: dict[str, Draw] = {}
    for fact in draws.steps(conn, centre):
        match fact:
            case DrawOpened():
                kept[fact.draw] = Draw(fact)
            case DrawClosed() if fact.draw in kept:
                kept[fact.draw] = Draw(kept[fact.draw].opened, fact)
            case DrawDone() if fact.draw in kept:
                before = kept[fact.draw]
                kept[fact.draw] = Draw(before.opened, before.closed, fact)
    return kept


Published = tuple[list[str] | None, dict[str, Any] | None]


class PublishedLists:
    """The lists of closed draws and the records of those that were done, each made once: to draw
    ten thousand takes 60 ms of processor time, and everybody looks on the same evening.
    """

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], tuple[Draw, Published]] = {}

    def of(self, conn: Connection, centre: str, stood: Draw) -> Published:
        """`(the list, the record)`; None what is not published yet, and for a list that was drawn
        from a file of an older version: it is not here.
        """
        if stood.closed is None:
            return None, None
        key = (centre, stood.opened.draw)
        there = self._kept.get(key)
        if there is None or there[0] != stood:
            there = self._kept[key] = (stood, _published(conn, centre, stood, stood.closed))
            while len(self._kept) > MOST_KEPT:
                del self._kept[next(iter(self._kept))]
        return there[1]


def _published(conn: Connection, centre: str, stood: Draw, closed: DrawClosed) -> Published:
    tags = draws.tags_of(conn, centre, stood.opened.draw)
    if rules.list_fingerprint(tags) != closed.list_hash:
        return None, None
    if stood.done is None:
        return tags, None
    order = rules.order_of(stood.done.secret, stood.done.value, tags)
    return tags, record_of(centre, stood, tags, order)


def record_of(
    centre: str, stood: Draw, tags: Sequence[str], order: Sequence[str]
) -> dict[str, Any]:
    """What anybody checks a draw by that was done."""
    opened, closed, done = stood.opened, stood.closed, stood.done
    assert closed is not None and done is not None, "it was done"
    return {
        "draw": opened.draw,
        "centre": centre,
        "places": opened.places,
        "source": opened.source,
        "secret_hash": opened.secret_hash,
        "opened_at": opened.at,
        "list_hash": closed.list_hash,
        "closed_at": closed.at,
        "secret": done.secret,
        "value": done.value,
        "tags": rules.list_of(tags),
        "order": list(order),
        "won": list(order[: opened.places]),
    }
