"""Changing a centre's settings: places of its document, at once or later, and back again.

A change is made of the document of a version; where another came into force meanwhile nothing is
changed, and whoever was second sees what the first did and chooses.
"""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import timedelta
from functools import lru_cache
from typing import Any

from domain.day import MINUTE, local, moment

from ..accounts.actor import Actor
from ..centre import CentreDocument, Mistake, check, read_stored
from ..centre.logo import fault_of, from_base64
from ..centre.places import (
    Change,
    NoSuchPlace,
    Place,
    applied,
    conflicts,
    differences,
    is_part,
    value_at,
)
from ..store import centres
from ..store import settings as kept
from ..store.centres import Connection
from ..store.transaction import Transaction
from .act import Act, ActContext, Answer, Refusal, new_id, run
from .loading import load_centre

#: A change that waits and cannot come into force yet is tried again after so long, and given up
#: after a day.
AGAIN_AFTER_MS = MINUTE
GIVEN_UP_AFTER_MS = 24 * 60 * MINUTE
#: So many changes may wait at a centre.
MOST_WAITING = 50
#: Documents kept read: those two people are changing, and the ones before.
KEPT_DOCUMENTS = 8


class BadSettings(Exception):
    """The document would not be sound; `mistakes` say where, `document` is what they are in."""

    def __init__(self, mistakes: Sequence[Mistake], document: Mapping[str, Any]) -> None:
        super().__init__(f"{len(mistakes)} mistakes")
        self.mistakes, self.document = mistakes, document


def refuse_where_a_file_rules(context: ActContext, code: str) -> None:
    """Raises Refusal not_allowed (file_managed) where only a file changes the centre."""
    with context.store.read() as conn:
        if centres.managed_by(conn, code) == "file":
            raise Refusal("not_allowed", why="file_managed")


@lru_cache(maxsize=KEPT_DOCUMENTS)
def _read(text: str) -> CentreDocument:
    """A stored document, read once: a large one takes some fifty milliseconds."""
    return read_stored(json.loads(text))[0]


def document_of(
    conn: Connection, code: str, version: int | None = None
) -> tuple[int, CentreDocument]:
    """`(version, CentreDocument)` of a version, of the one in force where none is named.

    Raises Refusal unknown_centre, or bad_request for a version that was not kept.
    """
    stored = centres.stored(conn, code)
    if stored is None:
        raise Refusal("unknown_centre", centre=code)
    if version is None or version == stored[0]:
        return stored[0], _read(stored[1])
    text = centres.document_of(conn, code, version)
    if text is None:
        raise Refusal("bad_request", key="version", problem="unknown")
    return version, _read(text)


def changes_of(rows: Iterable[Mapping[str, Any]], document: Mapping[str, Any]) -> list[Change]:
    """Changes as they are sent (`{place, value}`), with what the places held before; those that
    change nothing are left out, and of several about one place the last holds.
    """
    by_place = {tuple(row["place"]): row["value"] for row in rows}
    made = [Change(place, value_at(document, place), value) for place, value in by_place.items()]
    return [change for change in made if change.old != change.new]


def edited(
    plain: Mapping[str, Any], changes: Iterable[Change]
) -> tuple[CentreDocument, dict[str, Any]]:
    """`(the document with these changes, what they made of the plain one)`. Raises BadSettings, or
    Refusal bad_request for a place that is none.
    """
    try:
        content = applied(plain, changes)
    except NoSuchPlace as nowhere:
        raise Refusal("bad_request", key=str(nowhere)[:80], problem="unknown") from None
    document, mistakes = check(content)
    mistakes = [*mistakes, *_logo(plain, content)]
    if document is None or mistakes:
        raise BadSettings(mistakes, content)
    return document, content


def _logo(before: Mapping[str, Any], content: Mapping[str, Any]) -> list[Mistake]:
    """A new picture at the head of the slip is one that printers take."""
    logo = value_at(content, ("slip", "logo"))
    if not isinstance(logo, str) or logo == value_at(before, ("slip", "logo")):
        return []
    fault = fault_of(from_base64(logo))
    return [Mistake("logo", ("slip", "logo"), {"value": "", "fault": fault})] if fault else []


def change_settings(
    context: ActContext,
    actor: Actor,
    request_id: str,
    version: int,
    changes: Sequence[Mapping[str, Any]],
    reason: str = "",
    when: str = "now",
) -> Answer:
    """Put changes made of the document of `version` in force: `now`, `tonight` (when the service
    day ends) or at a local date and time. Answers `{version, later}`, or `{planned: {id, due_at}}`.

    Refused with load_refused as load_centre, with not_allowed (file_managed) where only a file
    changes the centre. Raises BadSettings where the document would not be sound.
    """
    refuse_where_a_file_rules(context, actor.centre)
    with context.store.read() as conn:
        _, before = document_of(conn, actor.centre, version)
    made = changes_of(changes, before.plain())
    document, _ = edited(before.plain(), made)
    if document.code != actor.centre:
        raise Refusal("bad_request", key="site.code", problem="unknown")
    if when == "now":
        return load_centre(
            context,
            actor,
            request_id,
            document,
            replaces=version,
            reason=reason,
            source="browser",
            settle=lambda act, _: _end_draft(act, made),
        )
    due_at = due_moment(context, actor.centre, when)
    rows = [{"place": list(change.place), "value": change.new} for change in made]

    def work(act: Act) -> Answer:
        if len(kept.planned(act.tx.conn, actor.centre)) >= MOST_WAITING:
            raise Refusal("bad_request", key="when", problem="many", max_length=MOST_WAITING)
        if due_at <= act.now:
            raise Refusal("bad_request", key="when", problem="past")
        planned_id = new_id()[:16]
        kept.add_planned(
            act.tx.conn,
            centre=actor.centre,
            id=planned_id,
            at=act.now,
            due_at=due_at,
            made_of=version,
            changes=rows,
            actor=actor.id,
            reason=reason,
        )
        _end_draft(act, made)
        act.afterwards.append(context.planned.forget)
        return {"planned": {"id": planned_id, "due_at": due_at}}

    content = {"version": version, "changes": rows, "reason": reason, "when": when}
    return run(context, actor, request_id, "change_settings", content, work)


def _end_draft(act: Act, made: Sequence[Change]) -> None:
    """What was applied, or waits now, is no draft any more; what the person edited in another
    window meanwhile stays.
    """
    if act.actor.staff is None:
        return
    conn, centre, staff = act.tx.conn, act.tx.centre, act.actor.staff
    stored = kept.draft(conn, centre, staff)
    if stored is not None:
        applied_ = {change.place for change in made}
        rest = [row for row in kept.changes_from(stored.changes) if not _is_of(row, applied_)]
        kept.keep_draft(conn, centre, staff, stored.made_of, rest, act.now)


def _is_of(row: Mapping[str, Any], places: Collection[Place]) -> bool:
    """Whether a change of a draft is about one of these places, a part of one, or what one is a
    part of.
    """
    place = tuple(row["place"])
    return any(is_part(place, other) for other in places)


def due_moment(context: ActContext, code: str, when: str) -> int:
    """The moment of `tonight` (the next end of a service day) or of a local date and time.

    Raises Refusal bad_request for a time that is none.
    """
    centre, now = context.centre(code), context.clock()
    if when == "tonight":
        today = local(now, centre.timezone).date()
        for day in (today, today + timedelta(days=1)):
            reset = moment(day.isoformat(), centre.reset_time, centre.timezone)
            if reset > now:
                return reset
    date, _, clock = when.partition("T")
    try:
        return moment(date, clock, centre.timezone)
    except ValueError:
        raise Refusal(
            "bad_request", key="when", problem="form", pattern="2026-12-01T07:00"
        ) from None


def undo_settings(
    context: ActContext, actor: Actor, request_id: str, version: int, to: int, reason: str = ""
) -> Answer:
    """Put the document of an earlier version (`to`) in force in the place of `version`; answers and
    refusals as load_centre.
    """
    refuse_where_a_file_rules(context, actor.centre)
    with context.store.read() as conn:
        _, document = document_of(conn, actor.centre, to)
    return load_centre(
        context, actor, request_id, document, replaces=version, reason=reason, source="undo"
    )


def drop_planned(context: ActContext, actor: Actor, request_id: str, planned: str) -> Answer:
    """A change that waits does not come. Refused with bad_request where it does not wait."""

    def work(act: Act) -> Answer:
        if not kept.end_planned(act.tx.conn, act.tx.centre, planned, "dropped"):
            raise Refusal("bad_request", key="planned", problem="unknown")
        act.afterwards.append(context.planned.forget)
        return {}

    return run(context, actor, request_id, "drop_planned", {"planned": planned}, work)


def manage_settings(context: ActContext, actor: Actor, request_id: str, by: str) -> Answer:
    """Say where the settings are changed: `browser`, or `file` (then they are only read there)."""

    def work(act: Act) -> Answer:
        centres.set_managed_by(act.tx.conn, act.tx.centre, by)
        return {"managed_by": by}

    return run(context, actor, request_id, "manage_settings", {"by": by}, work)


def keep_draft(
    context: ActContext,
    actor: Actor,
    version: int,
    changes: Sequence[Mapping[str, Any]],
    edited: Sequence[Sequence[str]] | None = None,
) -> Answer:
    """Keep what a person has changed and not applied; `{count, changes}` of what is kept then.

    `edited`: the places edited in the window that asks since it last kept the draft. All others
    stay as they are kept, whatever that window holds: the person may have edited them in another.
    None, or a draft made of another version: the changes take the place of the draft before.
    Refused with not_allowed for a program.
    """
    if actor.staff is None:
        return Refusal("not_allowed", why="only_people_sign").answer()
    with context.store.read() as conn:
        _, before = document_of(conn, actor.centre, version)
    made = changes_of(changes, before.plain())
    rows = [{"place": list(change.place), "value": change.new} for change in made]
    staff = actor.staff

    def keep(tx: Transaction) -> list[dict[str, Any]]:
        merged, stored = rows, kept.draft(tx.conn, actor.centre, staff)
        if edited is not None and (stored is None or stored.made_of == version):
            here = [tuple(place) for place in edited]
            others = [] if stored is None else kept.changes_from(stored.changes)
            merged = [row for row in others if not _is_of(row, here)]
            merged += [row for row in rows if _is_of(row, here)]
        kept.keep_draft(tx.conn, actor.centre, staff, version, merged, context.clock())
        return merged

    # the centre's one writer: two windows that keep at once lose nothing
    merged, _ = context.store.write(actor.centre, keep)
    return {"ok": True, "count": len(merged), "changes": merged}


def apply_due(context: ActContext, code: str, now: int) -> bool:
    """Put in force what was planned for this moment; whether anything came into force."""
    with context.store.read() as conn:
        due = [row for row in kept.planned(conn, code) if row["due_at"] <= now]
    done = False
    for row in due:
        done |= _apply_planned(context, code, row, now)
    if due:
        context.planned.forget()
    return done


def _apply_planned(context: ActContext, code: str, row: Mapping[str, Any], now: int) -> bool:
    with context.store.read() as conn:
        version, document = document_of(conn, code)
        _, made_of = document_of(conn, code, row["made_of"])
    made = changes_of(row["changes"], made_of.plain())
    theirs = differences(made_of.plain(), document.plain())
    at_odds = conflicts(made, theirs)
    if at_odds:
        places = [list(mine.place) for mine, _ in at_odds]
        return _end(context, code, row["id"], "failed", {"conflicts": places})
    try:
        new, _ = edited(document.plain(), made)
    except (BadSettings, Refusal):
        return _end(context, code, row["id"], "failed", {"unsound": True})
    answer = load_centre(
        context,
        Actor(code, row["actor"], "admin"),
        f"planned-{row['id']}-{row['due_at']}",
        new,
        replaces=version,
        reason=row["reason"],
        source="browser",
        settle=lambda act, _: kept.end_planned(act.tx.conn, code, row["id"], "done"),
    )
    if answer["ok"]:
        return True
    why = {"reasons": answer["params"].get("reasons", [])}
    if now - row["due_at"] > GIVEN_UP_AFTER_MS:
        return _end(context, code, row["id"], "failed", why)
    with context.store.change() as conn:
        kept.postpone(conn, code, row["id"], now + AGAIN_AFTER_MS, why)
    return False


def _end(
    context: ActContext, code: str, planned: str, state: str, outcome: Mapping[str, Any]
) -> bool:
    with context.store.change() as conn:
        kept.end_planned(conn, code, planned, state, outcome)
    return False
