"""The centres that are loaded, each with its document as JSON (server/centre reads it)."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection as Connection
from sqlalchemy import insert, select, update

from . import tables as t
from .engine import dumps


def codes(conn: Connection) -> list[str]:
    """The codes of all centres, oldest first by code."""
    return [code for (code,) in conn.execute(select(t.centre.c.code).order_by(t.centre.c.code))]


def stored(conn: Connection, centre: str) -> tuple[int, str] | None:
    """`(version, document as JSON)` of a centre, or None."""
    row = conn.execute(
        select(t.centre.c.version, t.centre.c.profile).where(t.centre.c.code == centre)
    ).first()
    return (row.version, row.profile) if row else None


def version_of(conn: Connection, centre: str) -> int | None:
    """The version of a centre's document that is in force, or None."""
    here = select(t.centre.c.version).where(t.centre.c.code == centre)
    return conn.execute(here).scalar()


def versions_in_force(conn: Connection) -> dict[str, int]:
    """`{code: version}` of every centre's document."""
    rows = conn.execute(select(t.centre.c.code, t.centre.c.version))
    return {row.code: row.version for row in rows}


def add(conn: Connection, centre: str, document: Mapping[str, Any]) -> None:
    """Insert a centre that was never loaded."""
    conn.execute(insert(t.centre).values(code=centre, seq=0, version=0, profile=dumps(document)))


def waiting(conn: Connection, centre: str) -> str | None:
    """The document (as JSON) that comes into force when the open service day ends, or None."""
    return conn.execute(select(t.centre.c.waiting).where(t.centre.c.code == centre)).scalar()


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a document came from: who put it in force (an actor's id), why in their words, and by
    which way (`file`, `list`, `browser`, `undo`, `base`; `later`: held
    until the day ended).
    """

    actor: str | None = None
    reason: str = ""
    source: str = "file"


NOWHERE = Origin()


def digest_of(text: str) -> str:
    """The SHA-256 of a document as it is stored."""
    return hashlib.sha256(text.encode()).hexdigest()


def replace(
    conn: Connection,
    centre: str,
    version: int,
    document: Mapping[str, Any],
    at: int,
    later: Mapping[str, Any] | None = None,
    origin: Origin = NOWHERE,
) -> None:
    """Put a new document in force at a moment (ms) and keep it, whole, with where it came from;
    `later` is the one that waits for the end of the day.
    """
    text = dumps(document)
    conn.execute(
        update(t.centre)
        .where(t.centre.c.code == centre)
        .values(
            version=version,
            profile=text,
            waiting=None if later is None else dumps(later),
        )
    )
    conn.execute(
        insert(t.centre_document).values(
            centre=centre,
            version=version,
            at=at,
            profile=text,
            actor=origin.actor,
            reason=origin.reason or None,
            source=origin.source,
            digest=digest_of(text),
        )
    )


def documents(conn: Connection, centre: str) -> list[tuple[int, int, str]]:
    """`(at, version, document as JSON)` of every document that was in force, oldest first; the
    first holds for all the time before it, too.
    """
    kept = t.centre_document.c
    rows = [
        (row.at, row.version, row.profile)
        for row in conn.execute(
            select(kept.at, kept.version, kept.profile)
            .where(kept.centre == centre)
            .order_by(kept.version)
        )
    ]
    current = stored(conn, centre)
    if current is not None and not rows:
        # inserted, and not yet loaded a second time
        return [(0, *current)]
    return rows


def versions(conn: Connection, centre: str, most: int = 200) -> list[dict[str, Any]]:
    """The versions that were in force, newest first: `{version, at, actor, reason, source,
    digest}`; what was not kept before this was asked for is None.
    """
    kept = t.centre_document.c
    query = (
        select(kept.version, kept.at, kept.actor, kept.reason, kept.source, kept.digest)
        .where(kept.centre == centre)
        .order_by(kept.version.desc())
        .limit(most)
    )
    return [dict(row) for row in conn.execute(query).mappings()]


def document_of(conn: Connection, centre: str, version: int) -> str | None:
    """The document (as JSON) of a version, or None."""
    kept = t.centre_document.c
    text: str | None = conn.execute(
        select(kept.profile).where(kept.centre == centre, kept.version == version)
    ).scalar()
    if text is None:
        current = stored(conn, centre)
        text = current[1] if current is not None and current[0] == version else None
    return text


def managed_by(conn: Connection, centre: str) -> str | None:
    """`browser` or `file`: where a centre's document is changed; None where there is none."""
    return conn.execute(select(t.centre.c.managed_by).where(t.centre.c.code == centre)).scalar()


def set_managed_by(conn: Connection, centre: str, by: str) -> None:
    """Say where a centre's document is changed."""
    conn.execute(update(t.centre).where(t.centre.c.code == centre).values(managed_by=by))


def base_version(conn: Connection, centre: str) -> int | None:
    """The version of the province's document a centre stands on, or None."""
    return conn.execute(select(t.centre.c.base_version).where(t.centre.c.code == centre)).scalar()


def set_base_version(conn: Connection, centre: str, version: int | None) -> None:
    """Say on which version of the province's document a centre stands."""
    conn.execute(update(t.centre).where(t.centre.c.code == centre).values(base_version=version))
