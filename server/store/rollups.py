"""Closed days and months of reports folded into histograms: one row a day or month and view, and up
to which fact of the journal a centre's rows are right.
"""

import json
import sys
import zlib
from array import array
from collections.abc import Iterator, Mapping
from datetime import date as Date
from datetime import timedelta
from itertools import accumulate
from operator import sub
from typing import Any, NamedTuple, TypedDict

from sqlalchemy import (
    Connection,
    bindparam,
    delete,
    func,
    insert,
    literal_column,
    or_,
    select,
    update,
)

from domain.honesty import Promises, of_ten
from domain.rollup import FOLD_VERSION

from . import report_tables as rt
from . import tables as t
from .prepared import Prepared

#: The view of a month that is kept in lanes.
_TOGETHER = "together"
#: The line for everybody tells of a day so many days ago at most.
RECENT_DAYS = 7

_DAY, _MONTH = rt.report_day.c, rt.report_month.c
_J = t.journal.c
_STATES = Prepared(select(t.centre.c.code, t.centre.c.seq, t.centre.c.version))
_STATE = Prepared(_STATES.statement.where(t.centre.c.code == bindparam("centre")))
_REPORTED = Prepared(
    select(_J.seq)
    .where(_J.centre == bindparam("centre"), _J.seq > bindparam("since"))
    .where(
        or_(
            _J.day.between(bindparam("first"), bindparam("last")),
            _J.kind == literal_column("'report_signed'"),
        )
    )
    .limit(1)
)


class Together(NamedTuple):
    """A month of a centre for all centres together: of each name two histograms in lanes of so many
    bytes (`domain/lanes.py`).
    """

    centre: str
    month: str
    names: list[str]
    bytes_a_lane: int
    lanes: bytes


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


def month_views(
    conn: Connection, centre: str, view: str, first: str, last: str
) -> dict[str, dict[str, Any]]:
    """`{month: what was folded}` of one view, of the months `first`…`last` ("2026-11")."""
    rows = conn.execute(
        select(_MONTH.month, _MONTH.folded).where(
            _MONTH.centre == centre, _MONTH.view == view, _MONTH.month.between(first, last)
        )
    )
    return {row.month: _unpacked(row.folded) for row in rows}


def rolled_months(conn: Connection, centre: str, first: str, last: str) -> set[str]:
    """The months `first`…`last` that are folded."""
    return set(
        conn.execute(
            select(_MONTH.month)
            .where(_MONTH.centre == centre, _MONTH.month.between(first, last))
            .where(_MONTH.view == "month")
        ).scalars()
    )


def _unpacked(data: bytes) -> dict[str, Any]:
    whole = zlib.decompress(data)
    size = int.from_bytes(whole[:4], "little")
    folded: dict[str, Any] = json.loads(whole[4 : 4 + size])
    numbers = array("I", whole[4 + size :])
    if sys.byteorder == "big":
        numbers.byteswap()
    for packed in folded["rows"].values():
        packed["times"] = {
            name: [
                list(accumulate(numbers[begin:middle])),
                numbers[middle : 2 * middle - begin].tolist(),
            ]
            for name, (begin, middle) in packed["times"].items()
        }
    return folded


def _packed(folded: Mapping[str, Any]) -> bytes:
    """The JSON, its size before it, without the histograms, which follow as numbers of 32 bits: of
    each the steps from one length to the next, then how often each. Reading those as JSON would
    take a third of a year's report.
    """
    numbers, rows = array("I"), {}
    for key, packed in folded["rows"].items():
        places = {}
        for name, (lengths, how_often) in packed["times"].items():
            begin = len(numbers)
            numbers.extend(map(sub, lengths, (0, *lengths)))
            places[name] = (begin, len(numbers))
            numbers.extend(how_often)
        rows[key] = {**packed, "times": places}
    text = json.dumps({**folded, "rows": rows}, separators=(",", ":"), sort_keys=True).encode()
    if sys.byteorder == "big":
        numbers.byteswap()
    return zlib.compress(len(text).to_bytes(4, "little") + text + numbers.tobytes(), 6)


def put(conn: Connection, centre: str, day: str, by_view: Mapping[str, Mapping[str, Any]]) -> None:
    """Write the views of a day in the place of what was there; its month is to be folded anew."""
    conn.execute(delete(rt.report_day).where(_DAY.centre == centre, _DAY.day == day))
    conn.execute(delete(rt.report_month).where(_MONTH.centre == centre, _MONTH.month == day[:7]))
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
        conn.execute(insert(rt.report_day), rows)


def put_month(
    conn: Connection, centre: str, month: str, by_view: Mapping[str, Mapping[str, Any]]
) -> None:
    """Write the views of a month in the place of what was there."""
    conn.execute(delete(rt.report_month).where(_MONTH.centre == centre, _MONTH.month == month))
    conn.execute(
        insert(rt.report_month),
        [
            {"centre": centre, "month": month, "view": view, "folded": _packed(folded)}
            for view, folded in by_view.items()
        ],
    )


def put_together(conn: Connection, month: Together) -> None:
    """Write what is kept of a month for all centres together; `put_month` took away what was."""
    head = json.dumps([month.names, month.bytes_a_lane]).encode()
    data = len(head).to_bytes(4, "little") + head + month.lanes
    conn.execute(
        insert(rt.report_month).values(
            centre=month.centre, month=month.month, view=_TOGETHER, folded=zlib.compress(data, 6)
        )
    )


def together(
    conn: Connection, first: str, last: str, centre: str | None = None
) -> Iterator[Together]:
    """The months `first`…`last` of every centre, or of one, for all centres together."""
    query = select(_MONTH.centre, _MONTH.month, _MONTH.folded).where(
        _MONTH.view == _TOGETHER, _MONTH.month.between(first, last)
    )
    if centre is not None:
        query = query.where(_MONTH.centre == centre)
    for row in conn.execute(query):
        data = zlib.decompress(row.folded)
        begin = 4 + int.from_bytes(data[:4], "little")
        names, bytes_a_lane = json.loads(data[4:begin])
        yield Together(row.centre, row.month, names, bytes_a_lane, data[begin:])


def service_months(conn: Connection, first: str, last: str) -> set[tuple[str, str]]:
    """`(centre, month)` of every month `first`…`last` that has service days."""
    day = t.service_day.c
    month = func.substr(day.date, 1, 7)
    rows = conn.execute(
        select(day.centre, month.label("month"))
        .where(day.date.between(f"{first}-00", f"{last}-32"))
        .distinct()
    )
    return {(row.centre, row.month) for row in rows}


def watermarks(conn: Connection) -> dict[str, tuple[int, int]]:
    """`watermark` of every centre that has one."""
    rolled = rt.report_rolled.c
    rows = conn.execute(select(rolled.centre, rolled.seq, rolled.version))
    return {row.centre: (row.seq, row.version) for row in rows}


def forget(conn: Connection, centre: str) -> None:
    """Delete all that is folded of a centre."""
    conn.execute(delete(rt.report_day).where(_DAY.centre == centre))
    conn.execute(delete(rt.report_month).where(_MONTH.centre == centre))


def watermark(conn: Connection, centre: str) -> tuple[int, int]:
    """`(seq, version)`: up to which fact, and by which way of folding, a centre's folds are right;
    (0, 0) before the first.
    """
    row = conn.execute(
        select(rt.report_rolled.c.seq, rt.report_rolled.c.version).where(
            rt.report_rolled.c.centre == centre
        )
    ).first()
    return (row.seq, row.version) if row else (0, 0)


def set_watermark(conn: Connection, centre: str, seq: int, version: int) -> None:
    """Say up to which fact the folds are right."""
    here = rt.report_rolled.c.centre == centre
    values = {"seq": seq, "version": version}
    if not conn.execute(update(rt.report_rolled).where(here).values(**values)).rowcount:
        conn.execute(insert(rt.report_rolled).values(centre=centre, **values))


def touched_since(conn: Connection, centre: str, seq: int) -> set[str]:
    """The service days that facts after `seq` are about; both days of what was moved."""
    return set(
        conn.execute(select(_J.day).where(_J.centre == centre, _J.seq > seq).distinct()).scalars()
    )


def states(conn: Connection, centre: str | None = None) -> dict[str, tuple[int, int]]:
    """`{centre: (seq of its journal, version of its document)}`, of all or of one."""
    rows = _STATES.run(conn) if centre is None else _STATE.run(conn, centre=centre)
    return {code: (seq, version) for code, seq, version in rows}


def reported_since(conn: Connection, centre: str, seq: int, first: str, last: str) -> bool:
    """Whether a fact after `seq` is about a service day `first`…`last`, or signs a report."""
    return bool(_REPORTED.run(conn, centre=centre, since=seq, first=first, last=last))


def service_days(conn: Connection, centre: str, first: str, last: str) -> set[str]:
    """The service days there were from `first` to `last`."""
    day = t.service_day.c
    return set(
        conn.execute(
            select(day.date).where(day.centre == centre, day.date.between(first, last))
        ).scalars()
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
