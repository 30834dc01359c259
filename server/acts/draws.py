"""Draws for scarce days, as three acts: opened, closed, done. What binds each step is in the
journal, and sealed with it, before the next one can be known. The list holds tags, no names.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from domain import draw as rules
from domain.facts import DrawClosed, DrawDone, DrawOpened

from ..store import journal
from .act import Act, ActContext, Answer, Refusal, verb

KINDS = (DrawOpened.kind, DrawClosed.kind, DrawDone.kind)


@dataclass(frozen=True, slots=True)
class Draw:
    """What the journal says of a draw; `closed` and `done` are None before these steps."""

    opened: DrawOpened
    closed: DrawClosed | None = None
    done: DrawDone | None = None


@verb("open_draw")
def open_draw(
    act: Act,
    draw: str,
    places: int,
    source: str,
    secret_hash: str,
    closes_at: int,
    fixed_at: int,
) -> Answer:
    """Open a draw: publish the fingerprint of its secret and the public figure it will use.

    Refused with draw_state where there is one of this name, and where the figure would be known
    before requests close, or they have closed by now.
    """
    if _of(act, draw) is not None or not act.now < closes_at < fixed_at:
        raise Refusal("draw_state", draw=draw)
    act.record(
        DrawOpened(
            draw=draw,
            places=places,
            source=source,
            secret_hash=secret_hash,
            closes_at=closes_at,
            fixed_at=fixed_at,
        )
    )
    return {"draw": draw, "secret_hash": secret_hash}


@verb("close_draw")
def close_draw(act: Act, draw: str, tags: Sequence[str]) -> Answer:
    """Close the requests: publish the fingerprint of the list. Refused with unknown_draw, and with
    draw_state before `closes_at`, once the figure is known, where it is closed already, and where a
    tag stands twice.
    """
    stands = _standing(act, draw)
    opened = stands.opened
    if stands.closed is not None or not opened.closes_at <= act.now < opened.fixed_at:
        raise Refusal("draw_state", draw=draw)
    try:
        listed = rules.list_of(tags)
    except ValueError:
        raise Refusal("draw_state", draw=draw) from None
    list_hash = rules.list_fingerprint(listed)
    act.record(DrawClosed(draw=draw, list_hash=list_hash, entries=len(listed)))
    return {"draw": draw, "list_hash": list_hash, "entries": len(listed)}


@verb("do_draw")
def do_draw(act: Act, draw: str, secret: str, value: str, tags: Sequence[str]) -> Answer:
    """Do the draw: publish the secret and the public figure, and the order that follows.

    Returns the record that anybody checks: `{record: {draw, places, source, …, tags, order, won}}`.
    Refused with unknown_draw, and with draw_state before the figure is known, before the requests
    are closed, with another secret or list than was published, and the second time.
    """
    stands = _standing(act, draw)
    opened, closed = stands.opened, stands.closed
    if closed is None or stands.done is not None or act.now < opened.fixed_at:
        raise Refusal("draw_state", draw=draw)
    if (
        rules.fingerprint(secret) != opened.secret_hash
        or rules.list_fingerprint(tags) != closed.list_hash
    ):
        raise Refusal("draw_state", draw=draw)
    order = rules.order_of(secret, value, tags)
    order_hash = rules.fingerprint("\n".join(order))
    act.record(DrawDone(draw=draw, secret=secret, value=value.strip(), order_hash=order_hash))
    record: dict[str, Any] = {
        "draw": draw,
        "centre": act.tx.centre,
        "places": opened.places,
        "source": opened.source,
        "secret_hash": opened.secret_hash,
        "opened_at": opened.at,
        "list_hash": closed.list_hash,
        "closed_at": closed.at,
        "secret": secret,
        "value": value.strip(),
        "tags": rules.list_of(tags),
        "order": order,
        "won": order[: opened.places],
    }
    return {"record": record}


def stands(context: ActContext, centre: str, draw: str) -> Draw | None:
    """What the journal says of a draw, or None."""
    with context.store.read() as conn:
        return _read(conn, centre, draw)


def _of(act: Act, draw: str) -> Draw | None:
    return _read(act.tx.conn, act.tx.centre, draw)


def _standing(act: Act, draw: str) -> Draw:
    stood = _of(act, draw)
    if stood is None:
        raise Refusal("unknown_draw", draw=draw)
    return stood


def _read(conn: Any, centre: str, draw: str) -> Draw | None:
    opened: DrawOpened | None = None
    closed: DrawClosed | None = None
    done: DrawDone | None = None
    for fact in journal.of_kinds(conn, centre, KINDS):
        match fact:
            case DrawOpened() if fact.draw == draw:
                opened = fact
            case DrawClosed() if fact.draw == draw:
                closed = fact
            case DrawDone() if fact.draw == draw:
                done = fact
    return Draw(opened, closed, done) if opened is not None else None
