"""What staff announced, and which hub process drives a loudspeaker."""

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.exc import IntegrityError

from . import tables as t
from .engine import dumps, mark_erased


def add(conn: Connection, centre: str, row: Mapping[str, Any]) -> None:
    """Keep an announcement: `row` has id, at, until, text, zones, times, by."""
    conn.execute(
        insert(t.announcement).values(
            centre=centre,
            **{
                **row,
                "text": dumps(row["text"]),
                "zones": None if row["zones"] is None else dumps(row["zones"]),
            },
        )
    )


def live(conn: Connection, centre: str, now: int) -> list[dict[str, Any]]:
    """The announcements that stand at `now`, oldest first, as dicts."""
    a = t.announcement.c
    rows = conn.execute(
        select(t.announcement)
        .where(a.centre == centre, a.until > now, a.withdrawn_at.is_(None))
        .order_by(a.at, a.id)
    )
    return [
        {
            "id": r.id,
            "at": r.at,
            "until": r.until,
            "text": json.loads(r.text),
            "zones": json.loads(r.zones) if r.zones else None,
            "times": r.times,
            "by": r.by,
        }
        for r in rows
    ]


def withdraw(conn: Connection, centre: str, id: str, at: int) -> bool:
    """Take one down; whether there was one standing."""
    a = t.announcement.c
    return (
        conn.execute(
            update(t.announcement)
            .where(a.centre == centre, a.id == id, a.until > at, a.withdrawn_at.is_(None))
            .values(withdrawn_at=at)
        ).rowcount
        > 0
    )


def forget_before(conn: Connection, centre: str, at: int) -> None:
    """Delete announcements whose time ended before `at`: they were for one moment, and may name
    people.
    """
    a = t.announcement.c
    ended = t.announcement.delete().where(a.centre == centre, a.until < at)
    if conn.execute(ended).rowcount:
        mark_erased(conn)


def claim(
    conn: Connection,
    centre: str,
    area: str,
    process: str,
    now: int,
    until: int,
    spoken: list[dict[str, Any]] | None = None,
) -> list[dict[str, Any]] | None:
    """Drive a loudspeaker area until a moment, unless another process does; what was said there
    last (a list), or None when it is not ours. `spoken` replaces the list.
    """
    s = t.loudspeaker.c
    noted = {} if spoken is None else {"spoken": dumps(spoken)}
    held = (
        update(t.loudspeaker)
        .where(s.centre == centre, s.area == area, (s.process == process) | (s.until <= now))
        .values(process=process, until=until, **noted)
    )
    if not conn.execute(held).rowcount:
        if conn.execute(select(s.process).where(s.centre == centre, s.area == area)).first():
            return None
        try:
            with conn.begin_nested():
                conn.execute(
                    insert(t.loudspeaker).values(
                        centre=centre,
                        area=area,
                        process=process,
                        until=until,
                        spoken=dumps(spoken or []),
                    )
                )
        except IntegrityError:
            return None  # another process was first in the same moment
    kept: list[dict[str, Any]] = json.loads(
        conn.execute(select(s.spoken).where(s.centre == centre, s.area == area)).scalar_one()
    )
    return kept


def release(
    conn: Connection, centre: str, area: str, process: str, spoken: list[dict[str, Any]]
) -> None:
    """Let an area go, so that another process may drive it at once; what was said there stays
    known.
    """
    s = t.loudspeaker.c
    conn.execute(
        update(t.loudspeaker)
        .where(s.centre == centre, s.area == area, s.process == process)
        .values(until=0, spoken=dumps(spoken))
    )
