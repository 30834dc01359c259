"""Closed days of reports folded into histograms: one row a day and view, and up to which fact of
the journal a centre's rows are right.
"""

import json
import sys
import zlib
from array import array
from collections.abc import Mapping
from datetime import date as Date
from datetime import timedelta
from typing import Any, TypedDict

from sqlalchemy import Connection, delete, insert, select, update

from domain.honesty import Promises, of_ten
from domain.rollup import FOLD_VERSION

from . import tables as t

#: The line for everybody tells of a day so many days ago at most.
RECENT_DAYS = 7

_DAY = t.report_day.c
_J = t.journal.c


class PublicLine(TypedDict):
    """Of ten people so many were called within what they were told that day, or earlier."""

    day: str
    of_ten: int
    promises: int


def rolled_days(conn: Connection, centre: str, first: str, last: str) -> set[str]:
    """The days of a range that are folded."""
    return set(
        conn.execute(
            select(_DAY.day)
            .where(_DAY.centre == centre, _DAY.day.between(first, last))
            .where(_DAY.view == "day")
        ).scalars()
    )


def views(
    conn: Connection, centre: str, view: str, first: str, last: str
) -> dict[str, dict[str, Any]]:
    """`{day: what was folded}` of one view."""
    rows = conn.execute(
        select(_DAY.day, _DAY.folded).where(
            _DAY.centre == centre, _DAY.view == view, _DAY.day.between(first, last)
        )
    )
    return {row.day: _unpacked(row.folded) for row in rows}


def _unpacked(data: bytes) -> dict[str, Any]:
    whole = zlib.decompress(data)
    size = int.from_bytes(whole[:4], "little")
    folded: dict[str, Any] = json.loads(whole[4 : 4 + size])
    numbers = array("I", whole[4 + size :])
    if sys.byteorder == "big":
        numbers.byteswap()
    for packed in folded["rows"].values():
        packed["times"] = {
            name: numbers[begin:end].tolist() for name, (begin, end) in packed["times"].items()
        }
    return folded


def _packed(folded: Mapping[str, Any]) -> bytes:
    """The JSON, its size before it, without the histograms, which follow as numbers of 32 bits:
    reading those as JSON would take a third of a year's report.
    """
    numbers, rows = array("I"), {}
    for key, packed in folded["rows"].items():
        places = {}
        for name, times in packed["times"].items():
            begin = len(numbers)
            numbers.extend(times)
            places[name] = (begin, len(numbers))
        rows[key] = {**packed, "times": places}
    text = json.dumps({**folded, "rows": rows}, separators=(",", ":"), sort_keys=True).encode()
    if sys.byteorder == "big":
        numbers.byteswap()
    return zlib.compress(len(text).to_bytes(4, "little") + text + numbers.tobytes(), 6)


def put(conn: Connection, centre: str, day: str, by_view: Mapping[str, Mapping[str, Any]]) -> None:
    """Write the views of a day in the place of what was there."""
    conn.execute(delete(t.report_day).where(_DAY.centre == centre, _DAY.day == day))
    rows = [
        {
            "centre": centre,
            "day": day,
            "view": view,
            "folded": _packed(folded),
        }
        for view, folded in by_view.items()
    ]
    if rows:
        conn.execute(insert(t.report_day), rows)


def forget(conn: Connection, centre: str, days: set[str] | None = None) -> None:
    """Delete the folds of some days, or of all."""
    gone = delete(t.report_day).where(_DAY.centre == centre)
    conn.execute(gone if days is None else gone.where(_DAY.day.in_(sorted(days))))


def watermark(conn: Connection, centre: str) -> tuple[int, int]:
    """`(seq, version)`: up to which fact, and by which way of folding, a centre's folds are right;
    (0, 0) before the first.
    """
    row = conn.execute(
        select(t.report_rolled.c.seq, t.report_rolled.c.version).where(
            t.report_rolled.c.centre == centre
        )
    ).first()
    return (row.seq, row.version) if row else (0, 0)


def set_watermark(conn: Connection, centre: str, seq: int, version: int) -> None:
    """Say up to which fact the folds are right."""
    here = t.report_rolled.c.centre == centre
    values = {"seq": seq, "version": version}
    if not conn.execute(update(t.report_rolled).where(here).values(**values)).rowcount:
        conn.execute(insert(t.report_rolled).values(centre=centre, **values))


def touched_since(conn: Connection, centre: str, seq: int) -> set[str]:
    """The service days that facts after `seq` are about; both days of what was moved."""
    return set(
        conn.execute(select(_J.day).where(_J.centre == centre, _J.seq > seq).distinct()).scalars()
    )


def closed_days(conn: Connection, centre: str) -> list[str]:
    """The service days that are closed, the earliest first."""
    day = t.service_day.c
    return list(
        conn.execute(
            select(day.date)
            .where(day.centre == centre, day.state == "closed", day.moved_to.is_(None))
            .order_by(day.date)
        ).scalars()
    )


def stale_days(conn: Connection, centre: str) -> set[str]:
    """The days whose folds are no longer right."""
    seq, version = watermark(conn, centre)
    if version != FOLD_VERSION:
        return rolled_days(conn, centre, "0000-00-00", "9999-99-99")
    return touched_since(conn, centre, seq)


def public_line(conn: Connection, centre: str, today: str) -> PublicLine | None:
    """How promises were kept on the last folded day with enough of them, for everybody; None where
    the last week has no such day. today: the service day, which is not told of.
    """
    first = (Date.fromisoformat(today) - timedelta(days=RECENT_DAYS)).isoformat()
    last = (Date.fromisoformat(today) - timedelta(days=1)).isoformat()
    there = views(conn, centre, "promises", first, last)
    for day in sorted(there.keys() - stale_days(conn, centre), reverse=True):
        total = Promises.unpacked(there[day]).total
        share = of_ten(total)
        if share is not None:
            return {"day": day, "of_ten": share, "promises": total.promises}
    return None
