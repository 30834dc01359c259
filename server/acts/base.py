"""The document a province shares: a new version reaches the centres that stand on it, each by an
act of its own; what a centre changed stays, and is given back by one press.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..accounts.actor import Actor
from ..centre.changes_of_base import faults_of, moved_on, overrides, put_back
from ..centre.places import Change, Place
from ..store import centres
from ..store import settings as kept
from ..store.centres import Origin
from .act import Act, ActContext, Answer, Refusal, run
from .loading import load_centre
from .settings import BadSettings, document_of, edited


@dataclass(frozen=True, slots=True)
class Reach:
    """What a version of the base does in a centre: `changes` it takes, `keeps` what it has of its
    own, `problem` why it cannot be taken now.
    """

    centre: str
    changes: Sequence[Change]
    keeps: Sequence[Change]
    problem: str = ""


def newest_base(context: ActContext) -> tuple[int, dict[str, Any]]:
    """`(version, document)` of the province; version 0 and nothing where there is none."""
    with context.store.read() as conn:
        return kept.base(conn) or (0, {})


def keep_base(context: ActContext, actor: Actor, document: Mapping[str, Any], reason: str) -> int:
    """Keep a new version of the base; it reaches a centre by `take_base`. Returns its number.

    Refused with bad_request where it holds a key that is none, or that is never shared.
    """
    faults = faults_of(document)
    if faults:
        raise Refusal("bad_request", key=faults[0], problem="unknown")
    with context.store.change() as conn:
        return kept.add_base(conn, document, context.clock(), Origin(actor.id, reason, "base"))


def reach_of(context: ActContext, version: int, only: Iterable[str] = ()) -> list[Reach]:
    """What a version of the base does in each centre that stands on an earlier one (of `only`)."""
    wanted = set(only)
    with context.store.read() as conn:
        on_base = kept.centres_on_base(conn)
    return [_reach(context, code, version) for code in on_base if not wanted or code in wanted]


def _reach(context: ActContext, code: str, version: int) -> Reach:
    with context.store.read() as conn:
        stands_on = centres.base_version(conn, code) or 0
        before = kept.base(conn, stands_on)
        after = kept.base(conn, version)
        _, document = document_of(conn, code)
    assert after is not None, "the version was kept before"
    plain = document.plain()
    made = moved_on(before[1] if before else {}, after[1], plain)
    try:
        new, _ = edited(plain, made)
        return Reach(code, made, overrides(after[1], new.plain()))
    except BadSettings as bad:
        problem = bad.mistakes[0].sentence(bad.document) if bad.mistakes else "unsound"
        return Reach(code, made, overrides(after[1], plain), problem)


def take_base(context: ActContext, actor: Actor, request_id: str, version: int) -> Answer:
    """The actor's centre takes a version of the base, whatever it changed itself stays. Answers
    `{changed}`, how many places. Refused as load_centre, and with load_refused where the document
    would not be sound.
    """
    reach = _reach(context, actor.centre, version)
    return _load(context, actor, request_id, reach.changes, version)


def join_base(context: ActContext, actor: Actor, request_id: str) -> Answer:
    """The actor's centre stands on the newest base from now on; nothing in it changes: what differs
    is its own.
    """
    version, _ = newest_base(context)

    def work(act: Act) -> Answer:
        if not version:
            raise Refusal("bad_request", key="base", problem="missing")
        centres.set_base_version(act.tx.conn, act.tx.centre, version)
        return {"base": version}

    return run(context, actor, request_id, "join_base", {"version": version}, work)


def give_back(
    context: ActContext, actor: Actor, request_id: str, places: Sequence[Place]
) -> Answer:
    """Places of the actor's centre, and all below them, hold what the base says again."""
    with context.store.read() as conn:
        version = centres.base_version(conn, actor.centre) or 0
        base = kept.base(conn, version)
        _, document = document_of(conn, actor.centre)
    if base is None:
        raise Refusal("bad_request", key="base", problem="missing")
    made = put_back(base[1], document.plain(), places)
    return _load(context, actor, request_id, made, version)


def _load(
    context: ActContext, actor: Actor, request_id: str, made: Sequence[Change], base_version: int
) -> Answer:
    def stand_on(act: Act, _: int) -> None:
        centres.set_base_version(act.tx.conn, act.tx.centre, base_version)

    if not made:

        def work(act: Act) -> Answer:
            stand_on(act, 0)
            return {"changed": 0}

        return run(context, actor, request_id, "take_base", {"version": base_version}, work)
    with context.store.read() as conn:
        version, document = document_of(conn, actor.centre)
    try:
        new, _ = edited(document.plain(), made)
    except BadSettings:
        reasons = [{"code": "base_unsound", "params": {}}]
        return Refusal("load_refused", reasons=reasons).answer()
    answer = load_centre(
        context, actor, request_id, new, replaces=version, source="base", settle=stand_on
    )
    return {**answer, "changed": len(made)} if answer["ok"] else answer


def own_places(context: ActContext) -> dict[str, list[Change]]:
    """`{centre: what it keeps of its own beside the base}` of the centres that stand on it."""
    with context.store.read() as conn:
        kept_by_centre = {}
        for code, version in kept.centres_on_base(conn).items():
            base = kept.base(conn, version)
            stored = centres.stored(conn, code)
            if base is not None and stored is not None:
                kept_by_centre[code] = overrides(base[1], json.loads(stored[1]))
        return kept_by_centre
