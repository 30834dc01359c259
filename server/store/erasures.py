"""What was erased, when and why: counts, nothing of what was said."""

from typing import Any

from sqlalchemy import BigInteger, Column, Connection, Integer, Table, Text, insert, select

from .tables import metadata

#: Why something was erased.
DUE, ASKED = "due", "asked"
#: What is erased; behind a colon may stand what it was kept for. The audit page has words for each.
KINDS = ("contact", "person", "rating_words", "access_log", "copies", "draw")

erasure = Table(
    "erasure",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("centre", Text),
    Column("what", Text, nullable=False),
    Column("n", Integer, nullable=False),
    Column("why", Text, nullable=False),
    Column("erased_by", Text, nullable=False),
)


def add(
    conn: Connection, *, centre: str | None, at: int, what: str, n: int, why: str, by: str
) -> None:
    """Write down that `n` pieces of something were erased; of a centre, or of the whole hub.

    Raises ValueError for what is not in KINDS.
    """
    if _kind_of(what) not in KINDS:
        raise ValueError(f"{what}: not among {', '.join(KINDS)}")
    conn.execute(
        insert(erasure).values(centre=centre, at=at, what=what, n=n, why=why, erased_by=by)
    )


def _kind_of(what: str) -> str:
    return what.partition(":")[0]


def latest(conn: Connection, centre: str, most: int = 200) -> list[dict[str, Any]]:
    """What was erased at a centre, and for the whole hub, the latest first:
    `{at, what, kind, n, why, erased_by}`; kind is one of KINDS.
    """
    here = erasure.c
    rows = conn.execute(
        select(here.at, here.what, here.n, here.why, here.erased_by)
        .where((here.centre == centre) | here.centre.is_(None))
        .order_by(here.id.desc())
        .limit(most)
    )
    return [{**row._mapping, "kind": _kind_of(row.what)} for row in rows]
