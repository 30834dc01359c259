"""What the screens of the hall play: media rows, the playlist, the emergency text.

The files themselves lie in the data folder (server/acts/media.py).
"""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, func, insert, select, update

from . import tables as t
from .engine import dumps
from .prepared import Prepared

_HALL_SCREENS = Prepared(
    select(t.hall_screens).where(t.hall_screens.c.centre == bindparam("centre"))
)


def hall_screens(
    conn: Connection, centre: str
) -> tuple[int, list[dict[str, Any]], dict[str, Any] | None]:
    """`(version, playlist, emergency)` of a centre; emergency is {"text", "at"} or None."""
    rows = _HALL_SCREENS.rows(conn, centre=centre)
    row = rows[0] if rows else None
    return (
        (
            row.version,
            json.loads(row.playlist),
            json.loads(row.emergency) if row.emergency else None,
        )
        if row
        else (0, [], None)
    )


def change_screens(conn: Connection, centre: str, **values: Any) -> int:
    """Set playlist and/or emergency (None takes it down) and move the version on; with neither,
    only the version.
    """
    stored = {key: dumps(value) if value is not None else None for key, value in values.items()}
    version = hall_screens(conn, centre)[0] + 1
    if (
        conn.execute(
            update(t.hall_screens)
            .where(t.hall_screens.c.centre == centre)
            .values(version=version, **stored)
        ).rowcount
        == 0
    ):
        conn.execute(
            insert(t.hall_screens).values(
                **{
                    "centre": centre,
                    "version": version,
                    "playlist": "[]",
                    "emergency": None,
                    **stored,
                }
            )
        )
    return version


def media_of(conn: Connection, centre: str) -> Sequence[Row[Any]]:
    """Every media row of a centre, newest first."""
    return conn.execute(
        select(t.media)
        .where(t.media.c.centre == centre)
        .order_by(t.media.c.at.desc(), t.media.c.id)
    ).all()


def one_media(conn: Connection, centre: str, id_: str) -> Row[Any] | None:
    """One media row, or None."""
    return conn.execute(
        select(t.media).where(t.media.c.centre == centre, t.media.c.id == id_)
    ).first()


def add_media(conn: Connection, **values: Any) -> None:
    """Insert a media row; the same content a second time keeps the row that is there."""
    if one_media(conn, values["centre"], values["id"]) is None:
        conn.execute(insert(t.media).values(**values))


def remove_media(conn: Connection, centre: str, id_: str) -> bool:
    """Take a media row out; True when no centre of this hub has the file any more."""
    conn.execute(delete(t.media).where(t.media.c.centre == centre, t.media.c.id == id_))
    return (
        conn.execute(select(func.count()).select_from(t.media).where(t.media.c.id == id_)).scalar()
        == 0
    )


def bytes_held(conn: Connection) -> int:
    """How many bytes all media of this hub take."""
    held: int = conn.execute(select(func.coalesce(func.sum(t.media.c.bytes), 0))).scalar_one()
    return held
