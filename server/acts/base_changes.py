"""A change of the province's document on its way: proposed by one person, approved by another,
tried in a few centres, carried to all, and undone by one press. What a centre changed stays as it
has it.

One change is on its way at a time, so that everybody knows what the centres stand on.
"""

import json
import secrets
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ..accounts.actor import Actor
from ..centre.changes_of_base import faults_of, overrides, values_of
from ..centre.mistakes import NAMED
from ..centre.places import Change, NoSuchPlace, Place, applied, key_of, value_at
from ..centre.words import (
    change_in_words,
    choices_in_words,
    columns_in_words,
    label_of,
    shown,
    where,
)
from ..store import base_changes as rows
from ..store import centres, people
from ..store import settings as kept
from ..store.base_changes import DROPPED, EVERYWHERE, REVERTED
from ..store.centres import Connection, Origin
from ..store.people import Row
from .act import ActContext, Refusal
from .base import newest_base, reach_of, take_base
from .settings import changes_of

#: In how many centres a change is tried before all others get it, and how many take it at once.
TRY_IN = 5


def _at_once() -> None:
    """No pause: nobody else waits for this process."""


def propose(
    context: ActContext, actor: Actor, changes: Sequence[Mapping[str, Any]], reason: str
) -> str:
    """Propose a change of the newest base; returns its id. Refused with wrong_state (base_on_way)
    while another is on its way, with bad_request for a place that cannot be shared, and for none.
    """
    version, document = newest_base(context)
    made = [row for row in changes_of(changes, document) if row.new != row.old]
    try:
        after = applied(document, made)
    except NoSuchPlace as nowhere:
        raise Refusal("bad_request", key=str(nowhere)[:80], problem="unknown") from None
    faults = faults_of(after)
    faults += [key_of(row.place) for row in made if _names_a_row(row.place)]
    if faults or not made:
        raise Refusal("bad_request", key=faults[0] if faults else "changes", problem="unknown")
    change = secrets.token_hex(8)
    with context.store.change() as conn:
        _refuse_second(conn)
        rows.add(
            conn,
            id=change,
            made_of=version,
            changes=json.dumps(
                [{"place": list(row.place), "value": row.new} for row in made],
                ensure_ascii=False,
            ),
            reason=reason,
            proposed_by=actor.id,
            proposed_at=context.clock(),
        )
    return change


def _names_a_row(place: Place) -> bool:
    """Whether a place is what a row is known by: another name is another row."""
    return len(place) > 2 and NAMED.get(place[-3]) == place[-1]


def _refuse_second(conn: Connection) -> None:
    if rows.on_way(conn) is not None:
        raise Refusal("wrong_state", number="", state="base_on_way")


def _open(conn: Connection, change: str, approved: bool) -> Row[Any]:
    """The change on its way. Refused with wrong_state where it is another, or not that far."""
    row = rows.on_way(conn)
    if row is None or row.id != change or (row.approved_at is not None) != approved:
        raise Refusal("wrong_state", number="", state="base_moved_on")
    return row


def drop(context: ActContext, actor: Actor, change: str) -> None:
    """Take a proposal back before it is approved; nothing was changed anywhere."""
    with context.store.change() as conn:
        _open(conn, change, approved=False)
        rows.set_values(conn, change, ended_at=context.clock(), ended=DROPPED)


def approve(context: ActContext, actor: Actor, change: str) -> int:
    """A second person approves: the base has a new version, which no centre has yet. Returns it.
    Refused with wrong_state (own_base_change) for whoever proposed it.
    """
    with context.store.change() as conn:
        row = _open(conn, change, approved=False)
        if row.proposed_by == actor.id:
            raise Refusal("wrong_state", number="", state="own_base_change")
        base = kept.base(conn) or (0, {})
        if base[0] != row.made_of:  # the command line kept another one meanwhile
            raise Refusal("wrong_state", number="", state="base_moved_on")
        after = applied(base[1], changes_of(json.loads(row.changes), base[1]))
        origin = Origin(actor.id, row.reason, "base")
        version = kept.add_base(conn, after, context.clock(), origin)
        rows.set_values(
            conn, change, approved_by=actor.id, approved_at=context.clock(), version=version
        )
        if not kept.centres_on_base(conn):  # the first words of a province: nobody waits for them
            rows.set_values(conn, change, ended_at=context.clock(), ended=EVERYWHERE)
    return version


def carry(
    context: ActContext,
    actor: Actor,
    press: str,
    change: str,
    wanted: Sequence[str],
    pause: Callable[[], Any] = _at_once,
) -> dict[str, Any]:
    """Let the approved change reach some centres (at most five at a time; the first five are the
    trial). Answers `{taken: [centre], refused: [{centre, problem}], left}`; with none left the
    change has ended.
    """
    with context.store.read() as conn:
        row = _open(conn, change, approved=True)
    waiting = _waiting(context, row.version)
    here = [code for code in wanted if code in waiting] or waiting
    taken, refused = _reached(context, actor, press, row.version, here[:TRY_IN], pause)
    left = _waiting(context, row.version)
    if not left:
        with context.store.change() as conn:
            rows.set_values(conn, row.id, ended_at=context.clock(), ended=EVERYWHERE)
    return {"taken": taken, "refused": refused, "left": len(left)}


def _waiting(context: ActContext, version: int) -> list[str]:
    with context.store.read() as conn:
        return [code for code, on in kept.centres_on_base(conn).items() if on < version]


def _reached(
    context: ActContext,
    actor: Actor,
    press: str,
    version: int,
    here: Sequence[str],
    pause: Callable[[], Any],
) -> tuple[list[str], list[dict[str, str]]]:
    """Let centres take a version, one after another: `(who took it, [{centre, problem}])`."""
    taken, refused = [], []
    for code in here:
        pause()  # the hall is served between two centres
        there = Actor(code, actor.id, "admin", staff=actor.staff, address=actor.address)
        if take_base(context, there, f"{press[:60]}-{code}", version)["ok"]:
            taken.append(code)
        else:
            problem = next((reach.problem for reach in reach_of(context, version, [code])), "")
            refused.append({"centre": code, "problem": problem})
    return taken, refused


def revert(
    context: ActContext,
    actor: Actor,
    press: str,
    change: str,
    pause: Callable[[], Any] = _at_once,
) -> dict[str, Any]:
    """Undo an approved change, wherever it has come, ended or not: the base says again what it said
    before, and so does every centre that took it; what centres keep of their own stays. It must be
    the last one, and no other on its way. Answers as `carry`.
    """
    with context.store.change() as conn:
        on_way = rows.on_way(conn)
        if on_way is not None and on_way.id != change:
            raise Refusal("wrong_state", number="", state="base_on_way")
        row = rows.of(conn, change)
        base = kept.base(conn) or (0, {})
        if row is None or row.version != base[0] or row.ended == REVERTED:
            raise Refusal("wrong_state", number="", state="base_moved_on")
        before = kept.base(conn, row.made_of) or (0, {})
        origin = Origin(actor.id, row.reason, "base")
        version = kept.add_base(conn, before[1], context.clock(), origin)
        rows.set_values(conn, change, ended_at=context.clock(), ended=REVERTED, version=version)
    return carry_reverted(context, actor, press, change, pause)


def carry_reverted(
    context: ActContext,
    actor: Actor,
    press: str,
    change: str,
    pause: Callable[[], Any] = _at_once,
) -> dict[str, Any]:
    """Go on undoing a change, in at most five centres at a time."""
    with context.store.read() as conn:
        row = rows.last(conn)
    if row is None or row.id != change or row.ended != REVERTED:
        raise Refusal("wrong_state", number="", state="base_moved_on")
    here = _waiting(context, row.version)[:TRY_IN]
    taken, refused = _reached(context, actor, press, row.version, here, pause)
    left = len(_waiting(context, row.version))
    return {"taken": taken, "refused": refused, "left": left}


# what the page shows


def overview(context: ActContext, lang: str, pause: Callable[[], Any] = _at_once) -> dict[str, Any]:
    """The province at a glance: `{version, places, centres, on_way, last}`.

    places: `[{place, where, label, value, words, choices, columns, kept_by}]`, words: the value as
    people read it, choices: `[(value, words)]` of what is one of a few, columns: `[(name, words)]`
    of a list's entries, kept_by: the centres that have another one;
    centres: `[{code, version, own}]`; on_way: the change that has not ended, last: the one that was
    approved before, each `{id, reason, by, at, approved_by, approved_at, ended, version, made_of,
    differences, keeps, waiting, is_newest}`: differences in words, keeps `{centre: own values that
    stay}`.
    """
    version, document = newest_base(context)
    with context.store.read() as conn:
        on_base = kept.centres_on_base(conn)
    own = _own(context, on_base, pause)
    with context.store.read() as conn:
        names = {f"staff:{row.id}": row.full_name for row in people.staff_of(conn)}
        on_way, last = (
            _in_words(conn, row, names, own, on_base, version, lang) if row is not None else None
            for row in (rows.on_way(conn), rows.last(conn))
        )
    return {
        "version": version,
        "places": [
            {
                "place": list(place),
                "where": where(place, document, None, lang),
                "label": label_of(place, lang),
                "value": value,
                "words": shown(value, key_of(place), lang),
                "choices": choices_in_words(key_of(place), lang),
                "columns": columns_in_words(key_of(place), lang),
                "kept_by": sorted(
                    code for code, changes in own.items() if any(c.place == place for c in changes)
                ),
            }
            for place, value in values_of(document)
            if not _names_a_row(place)
        ],
        "centres": [
            {"code": code, "version": on, "own": len(own.get(code, ()))}
            for code, on in on_base.items()
        ],
        "on_way": on_way,
        "last": last,
    }


def _own(
    context: ActContext, on_base: Mapping[str, int], pause: Callable[[], Any]
) -> dict[str, list[Change]]:
    """`{centre: what it has of its own beside the base it stands on}`."""
    own: dict[str, list[Change]] = {}
    for code, version in on_base.items():
        pause()
        with context.store.read() as conn:
            base, stored = kept.base(conn, version), centres.stored(conn, code)
        if base is not None and stored is not None:
            own[code] = overrides(base[1], json.loads(stored[1]))
    return own


def _in_words(
    conn: Connection,
    row: Row[Any],
    names: Mapping[str, str],
    own: Mapping[str, Sequence[Change]],
    on_base: Mapping[str, int],
    newest: int,
    lang: str,
) -> dict[str, Any]:
    before = (kept.base(conn, row.made_of) or (0, {}))[1]
    made = changes_of(json.loads(row.changes), before)
    after = applied(before, made)
    places = {change.place for change in made}
    keeps = {
        code: [str(value_of.new) for value_of in changes if value_of.place in places]
        for code, changes in own.items()
    }
    waiting = [code for code, on in on_base.items() if row.version and on < row.version]
    return {
        "id": row.id,
        "reason": row.reason,
        "by": names.get(row.proposed_by, ""),
        "by_id": row.proposed_by,
        "at": row.proposed_at,
        "approved_by": names.get(row.approved_by or "", ""),
        "approved_at": row.approved_at,
        "ended": row.ended,
        "version": row.version,
        "made_of": row.made_of,
        "differences": [change_in_words(change, before, after, lang) for change in made],
        "keeps": {code: values for code, values in keeps.items() if values},
        "waiting": waiting,
        "tried": bool(row.version) and len(waiting) < len(on_base),
        "is_newest": row.version == newest,
    }


def typed(context: ActContext, place: Sequence[str], value: object) -> object:
    """A value as the base has it at a place: what a page sends as text becomes a number where one
    stands. Raises Refusal bad_request for what is none.
    """
    stands = value_at(newest_base(context)[1], tuple(place))
    if isinstance(stands, int) and not isinstance(stands, bool) and isinstance(value, str):
        try:
            return int(value)
        except ValueError:
            raise Refusal("bad_request", key="/".join(place), problem="number") from None
    return value
