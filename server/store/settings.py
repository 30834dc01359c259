"""Changes of a centre's document that wait for their moment, drafts of one, and the province's
document.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from . import tables as t
from .centres import Origin, digest_of
from .engine import dumps

WAITING = "waiting"


def add_planned(conn: Connection, **values: Any) -> None:
    """Keep a change for later; `changes` is a list as JSON holds it."""
    values["changes"] = dumps(values["changes"])
    conn.execute(insert(t.planned_change).values(state=WAITING, **values))


def planned(conn: Connection, centre: str) -> list[dict[str, Any]]:
    """The changes that wait at a centre, the next first; `changes` as a list."""
    rows = conn.execute(
        select(t.planned_change)
        .where(t.planned_change.c.centre == centre, t.planned_change.c.state == WAITING)
        .order_by(t.planned_change.c.due_at, t.planned_change.c.at)
    ).mappings()
    return [{**row, "changes": json.loads(row["changes"])} for row in rows]


def ended(conn: Connection, centre: str, most: int) -> list[dict[str, Any]]:
    """The changes that no longer wait and were not done, the last first."""
    rows = conn.execute(
        select(t.planned_change)
        .where(t.planned_change.c.centre == centre, t.planned_change.c.state == "failed")
        .order_by(t.planned_change.c.due_at.desc())
        .limit(most)
    ).mappings()
    return [{**row, "changes": json.loads(row["changes"])} for row in rows]


def next_due(conn: Connection) -> dict[str, int]:
    """`{centre: the moment of its next waiting change}`."""
    rows = conn.execute(
        select(t.planned_change.c.centre, func.min(t.planned_change.c.due_at))
        .where(t.planned_change.c.state == WAITING)
        .group_by(t.planned_change.c.centre)
    )
    return {row[0]: row[1] for row in rows}


def end_planned(
    conn: Connection, centre: str, id: str, state: str, outcome: Mapping[str, Any] | None = None
) -> bool:
    """End a change that waits (`done`, `failed`, `dropped`), or leave it waiting with what stood in
    its way; False when it does not wait.
    """
    done = conn.execute(
        update(t.planned_change)
        .where(
            t.planned_change.c.centre == centre,
            t.planned_change.c.id == id,
            t.planned_change.c.state == WAITING,
        )
        .values(state=state, outcome=None if outcome is None else dumps(outcome))
    )
    return done.rowcount > 0


def postpone(
    conn: Connection, centre: str, id: str, due_at: int, outcome: Mapping[str, Any]
) -> None:
    """A change that waits is tried again at another moment; `outcome` says what stood in its
    way.
    """
    conn.execute(
        update(t.planned_change)
        .where(t.planned_change.c.centre == centre, t.planned_change.c.id == id)
        .values(due_at=due_at, outcome=dumps(outcome))
    )


def draft(conn: Connection, centre: str, staff: str) -> Row[Any] | None:
    """What a person has changed and not applied, or None."""
    kept = t.settings_draft.c
    return conn.execute(
        select(t.settings_draft).where(kept.centre == centre, kept.staff == staff)
    ).first()


def changes_from(text: str) -> list[dict[str, Any]]:
    """The changes of a stored draft."""
    rows: list[dict[str, Any]] = json.loads(text)
    return rows


def outcome_from(text: str | None) -> dict[str, Any] | None:
    """What became of a planned change, or None."""
    outcome: dict[str, Any] | None = None if text is None else json.loads(text)
    return outcome


def keep_draft(
    conn: Connection, centre: str, staff: str, made_of: int, changes: Sequence[Any], at: int
) -> None:
    """Keep a person's draft in the place of the one before; an empty one is none."""
    before = draft(conn, centre, staff)
    kept = t.settings_draft.c
    conn.execute(delete(t.settings_draft).where(kept.centre == centre, kept.staff == staff))
    if not changes:
        return
    conn.execute(
        insert(t.settings_draft).values(
            centre=centre,
            staff=staff,
            made_of=made_of,
            changes=dumps(changes),
            since=before.since if before is not None else at,
            at=at,
        )
    )


def base(conn: Connection, version: int | None = None) -> tuple[int, dict[str, Any]] | None:
    """`(version, document)` of the province, the newest unless another is asked for; or None."""
    query = select(t.base_document).order_by(t.base_document.c.version.desc()).limit(1)
    if version is not None:
        query = query.where(t.base_document.c.version == version)
    row = conn.execute(query).first()
    return None if row is None else (row.version, json.loads(row.document))


def add_base(conn: Connection, document: Mapping[str, Any], at: int, origin: Origin) -> int:
    """Keep a new version of the province's document; returns its number."""
    newest = conn.execute(select(func.max(t.base_document.c.version))).scalar() or 0
    text = dumps(document)
    conn.execute(
        insert(t.base_document).values(
            version=newest + 1,
            at=at,
            document=text,
            actor=origin.actor,
            reason=origin.reason or None,
            digest=digest_of(text),
        )
    )
    return int(newest) + 1


def centres_on_base(conn: Connection) -> dict[str, int]:
    """`{centre: version}` of the centres that stand on the province's document."""
    rows = conn.execute(
        select(t.centre.c.code, t.centre.c.base_version)
        .where(t.centre.c.base_version.is_not(None))
        .order_by(t.centre.c.code)
    )
    return {row[0]: row[1] for row in rows}
