"""Draws for scarce days, in their acts: opened, asked for, closed, done. What binds each step is in
the journal, and sealed with it, before the next one can be known. The list holds tags, no names.
"""

from collections.abc import Sequence
from typing import Any

from domain import draw as rules
from domain.booking_code import typed_code
from domain.day import MINUTE
from domain.facts import DrawClosed, DrawDone, DrawOpened

from .. import payloads
from ..store import draws
from ..store.draws import Application
from .act import Act, ActContext, Actor, Answer, Refusal, verb
from .bookings import key_of_person, place, refuse_second, rules_of, tidy, unused_code
from .citizen import Wish, wish
from .draw_lists import OPEN, OVER, Draw, all_draws, record_of
from .draw_places import StaffDay

#: The codes of a draw are erased so long after its figure was to be known.
KEPT_MS = 30 * 24 * 60 * MINUTE
#: A tag is a number in the list, so written that the order of text is that of numbers.
TAG = "{:05d}"


@verb("open_draw")
def open_draw(
    act: Act,
    draw: str,
    places: int,
    source: str,
    secret_hash: str,
    closes_at: int,
    fixed_at: int,
    opens_at: int | None = None,
    field: str | None = None,
    service: str | None = None,
    date: str | None = None,
) -> Answer:
    """Open a draw: publish the fingerprint of its secret and the public figure it will use.

    With `date` and a field or service it is asked for on pages from `opens_at` on, and who wins is
    booked on staff's own places of that day, which are kept for it until it is done. Refused with
    draw_state where there is one of this name, and where its moments are not in their order;
    bookings_off, unknown_field, and draw_places where the day has fewer places.
    """
    if _of(act, draw) is not None or not act.now < closes_at < fixed_at:
        raise Refusal("draw_state", draw=draw)
    prefix = None
    if date is not None:
        opens_at = max(act.now, opens_at or 0)
        wanted = _wish(act, field, service)
        prefix = wanted.field.prefix
        have = _day(act, wanted, date).spare
        if opens_at >= closes_at:
            raise Refusal("draw_state", draw=draw)
        if have < places:
            raise Refusal("draw_places", have=have)
    _write(
        act,
        DrawOpened(
            draw=draw,
            places=places,
            source=source,
            secret_hash=secret_hash,
            closes_at=closes_at,
            fixed_at=fixed_at,
            service=service if date else None,
            date=date,
            opens_at=opens_at if date else None,
        ),
        prefix,
    )
    return {"draw": draw, "secret_hash": secret_hash}


def ask_draw(context: ActContext, actor: Actor, request_id: str, **wanted: Any) -> Answer:
    """Ask for a place in a draw, once a person.

    Returns `{ok, seq, application: {draw, tag, code}}`. Refused with unknown_draw, draw_not_open,
    draw_asked, one_open, bookings_off.
    """
    answer = _ask(context, actor, request_id, **wanted)
    if not answer["ok"]:
        return answer
    given = answer["application"]
    with context.store.read() as conn:
        row = draws.of_tag(conn, actor.centre, given["draw"], given["tag"])
    # put in after the act: no kept answer holds a code
    return {**answer, "application": {**given, "code": row.code if row else None}}


@verb("ask_draw", payloads.AskDraw)
def _ask(act: Act, draw: str, lang: str | None = None, person: str | None = None) -> Answer:
    opened = _standing(act, draw)
    if opened.opened.date is None or opened.state(act.now) != OPEN:
        raise Refusal("draw_not_open", draw=draw)
    conn, centre, about = act.tx.conn, act.tx.centre, opened.opened
    booking_rules = rules_of(act)
    tidy(act)
    key = key_of_person(act, person)
    if key is not None:
        if draws.has_asked(conn, centre, draw, key):
            raise Refusal("draw_asked")
        refuse_second(act, key, str(about.field), booking_rules, str(about.date))
    row = Application(
        draw=draw,
        tag=TAG.format(draws.count(conn, centre, draw) + 1),
        code=unused_code(act),
        lang=_wish(act, about.field, about.service, lang).lang,
        asked_at=act.now,
        erase_at=about.fixed_at + KEPT_MS,
    )
    draws.add(conn, centre, row, key)
    return {"application": {"draw": draw, "tag": row.tag}}


@verb("close_draw")
def close_draw(act: Act, draw: str, tags: Sequence[str] = ()) -> Answer:
    """Close the requests: publish the fingerprint of the list, of those who asked on pages and of
    `tags`, who asked otherwise. Refused with unknown_draw, and with draw_state before `closes_at`,
    once the figure is known, where it is closed already, and where a tag stands twice.
    """
    stands = _standing(act, draw)
    opened = stands.opened
    if stands.state(act.now) != OVER:
        raise Refusal("draw_state", draw=draw)
    conn, centre = act.tx.conn, act.tx.centre
    try:
        listed = rules.list_of([*draws.tags_of(conn, centre, draw), *tags])
    except ValueError:
        raise Refusal("draw_state", draw=draw) from None
    for tag in rules.list_of(tags):
        others = Application(draw, tag, None, None, act.now, opened.fixed_at + KEPT_MS)
        draws.add(conn, centre, others)
    list_hash = rules.list_fingerprint(listed)
    _write(act, DrawClosed(draw=draw, list_hash=list_hash, entries=len(listed)))
    return {"draw": draw, "list_hash": list_hash, "entries": len(listed)}


@verb("do_draw")
def do_draw(
    act: Act, draw: str, secret: str, value: str, tags: Sequence[str] | None = None
) -> Answer:
    """Do the draw: publish the secret and the public figure, and the order that follows; book those
    who have a place of a day. `tags`: the list, where it is not that of the database.

    Returns the record that anybody checks: `{record: {draw, places, source, …, tags, order, won}}`.
    Refused with unknown_draw, and with draw_state before the figure is known, before the requests
    are closed, with another secret or list than was published, and the second time.
    """
    stands = _standing(act, draw)
    opened, closed = stands.opened, stands.closed
    if closed is None or stands.done is not None or act.now < opened.fixed_at:
        raise Refusal("draw_state", draw=draw)
    listed = draws.tags_of(act.tx.conn, act.tx.centre, draw) if tags is None else tags
    if (
        rules.fingerprint(secret) != opened.secret_hash
        or rules.list_fingerprint(listed) != closed.list_hash
    ):
        raise Refusal("draw_state", draw=draw)
    order = rules.order_of(secret, value, listed)
    done = DrawDone(
        draw=draw,
        secret=secret,
        value=value.strip(),
        order_hash=rules.fingerprint("\n".join(order)),
    )
    _write(act, done)
    booked = _book(act, opened, order[: opened.places]) if opened.date else 0
    draws.forget_persons(act.tx.conn, act.tx.centre, draw)
    record = record_of(act.tx.centre, Draw(opened, closed, done), listed, order)
    return {"record": record, "booked": booked}


def _write(act: Act, fact: DrawOpened | DrawClosed | DrawDone, field: str | None = None) -> None:
    act.record(fact, field=field)
    draws.note_step(act.tx.conn, act.tx.centre, fact.draw, act.tx.seq)


def _wish(act: Act, field: str | None, service: str | None, lang: str | None = None) -> Wish:
    return wish(act.centre, None if service else field, service, None, lang)


def _day(act: Act, wanted: Wish, date: str) -> StaffDay:
    """What is left of staff's own places on a day."""
    booking_rules = rules_of(act)
    queue = booking_rules.queue(wanted.field.prefix, wanted.service)
    return StaffDay.of(act.tx.conn, act.centre, booking_rules, queue, date, act.now)


def _book(act: Act, opened: DrawOpened, won: Sequence[str]) -> int:
    """Book those who have a place, the first of the order at the first hour, each under the code
    they keep; how many. Who finds no hour gets one from staff: the day's places became fewer.
    """
    conn, centre = act.tx.conn, act.tx.centre
    wanted = _wish(act, opened.field, opened.service)
    day = _day(act, wanted, str(opened.date))
    starts = [start for start, left in day.left.items() for _ in range(left)][: max(0, day.spare)]
    asked = [draws.of_tag(conn, centre, opened.draw, tag) for tag in won]
    coming = [row for row in asked if row is not None and row.code is not None]
    keys = [draws.key_of(conn, centre, opened.draw, row.tag) for row in coming]
    draws.forget_persons(conn, centre, opened.draw)
    booked = []
    for row, key, start in zip(coming, keys, starts, strict=False):
        theirs = _wish(act, opened.field, opened.service, row.lang)
        place(act, rules_of(act), theirs, start, True, str(row.code), key)
        booked.append(row.tag)
    draws.note_booked(conn, centre, opened.draw, booked)
    return len(booked)


def unclosed(conn: Any, centre: str, now: int) -> list[str]:
    """The draws asked for on pages whose list nobody has closed by half the time to the figure:
    the hub closes it then, since the draw could not be done otherwise. Until then staff add those
    who asked without a page.
    """
    return [
        opened.draw
        for opened in draws.only_opened(conn, centre)
        if isinstance(opened, DrawOpened)
        and opened.date is not None
        and Draw(opened).state(now) == OVER
        and now >= (opened.closes_at + opened.fixed_at) // 2
    ]


def stands(context: ActContext, centre: str, draw: str) -> Draw | None:
    """What the journal says of a draw, or None."""
    with context.store.read() as conn:
        return all_draws(conn, centre).get(draw)


def asked_on_pages(context: ActContext, centre: str) -> list[Draw]:
    """The draws of a centre that are asked for on pages, those of the latest day first."""
    with context.store.read() as conn:
        if not draws.any_steps(conn, centre):
            return []
        kept = [draw for draw in all_draws(conn, centre).values() if draw.opened.date is not None]
    return sorted(kept, key=lambda draw: str(draw.opened.date), reverse=True)


def seen(context: ActContext, centre: str, draw: str) -> dict[str, Any]:
    """A draw as everybody sees it: what each step so far has published. Raises Refusal
    unknown_draw.

    `{draw, state, places, field, service, date, opens_at, closes_at, fixed_at, source, secret_hash,
    asked, booked, list_hash, tags, record}`; the list from its closing on, the record once done.
    """
    with context.store.read() as conn:
        stood = all_draws(conn, centre).get(draw)
        if stood is None:
            raise Refusal("unknown_draw", draw=draw)
        tags, record = context.draw_lists.of(conn, centre, stood)
        asked = stood.closed.entries if stood.closed else draws.count(conn, centre, draw)
        booked = draws.booked_of(conn, centre, draw)
    opened, closed = stood.opened, stood.closed
    return {
        "draw": draw,
        "state": stood.state(context.clock()),
        "places": opened.places,
        "field": opened.field,
        "service": opened.service,
        "date": opened.date,
        "opens_at": opened.opens_at,
        "closes_at": opened.closes_at,
        "fixed_at": opened.fixed_at,
        "source": opened.source,
        "secret_hash": opened.secret_hash,
        "asked": asked,
        "booked": booked,
        "list_hash": closed.list_hash if closed is not None else None,
        "tags": tags,
        "record": record,
    }


def own(context: ActContext, centre: str, draw: str, code: str) -> Application | None:
    """The place in the list of a draw that a code belongs to, or None."""
    plain = typed_code(code)
    if plain is None:
        return None
    with context.store.read() as conn:
        row = draws.of_code(conn, centre, plain)
    return row if row is not None and row.draw == draw else None


def _of(act: Act, draw: str) -> Draw | None:
    return all_draws(act.tx.conn, act.tx.centre).get(draw)


def _standing(act: Act, draw: str) -> Draw:
    stood = _of(act, draw)
    if stood is None:
        raise Refusal("unknown_draw", draw=draw)
    return stood
