"""Chains of hashes over what may only grow: the journal, the access log, the documents of centres
and of the province, what was erased.

Rows are sealed in batches a few seconds after they were committed: each seal holds the digest of
every row of its batch and the head, folded over all digests since the first row:
`head = SHA-256(head before ‖ digest)`, `digest = SHA-256(RFC 8785 of the row)`. So one changed byte
is named by its row; whoever rewrites seals too changes every later head, and the heads that were
printed are not theirs to change. Rows from before there were seals are anchored by one head.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    bindparam,
    func,
    insert,
    select,
    text,
)

from . import tables as t
from .erasures import erasure
from .prepared import Prepared

#: What every chain begins with.
START = bytes(32)
DIGEST = 32
#: The most rows of one seal: some milliseconds of work.
BATCH = 200

seal = Table(
    "seal",
    t.metadata,
    Column("stream", Text, nullable=False),
    Column("centre", Text, nullable=False),
    Column("first", BigInteger, nullable=False),
    Column("last", BigInteger, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("digests", LargeBinary, nullable=False),
    Column("head", LargeBinary, nullable=False),
    PrimaryKeyConstraint("stream", "centre", "last"),
)

#: The heads of a centre's chains when a service day had ended; what is printed.
day_head = Table(
    "day_head",
    t.metadata,
    Column("centre", Text, nullable=False),
    Column("day", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("head", Text, nullable=False),
    PrimaryKeyConstraint("centre", "day", "at"),
)


_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def canonical(values: list[Any]) -> bytes:
    """Texts, whole numbers and None as RFC 8785 writes them. The standard library writes just that
    for these (a test holds it against the library of that name), five times as fast.
    """
    return _encode(values).encode()


@dataclass(frozen=True, slots=True)
class Stream:
    """A table that only grows: its key's column, and the columns that are hashed, in this order
    for ever (a column that comes later is appended with a migration that seals what was before).
    """

    name: str
    table: Table
    key: str
    columns: tuple[str, ...]
    of_centre: bool

    def rows(self, centre: str, after: int, upto: int | None = None) -> Any:
        """The query of its rows after a key, oldest first."""
        key = self.table.c[self.key]
        query = select(key, *[self.table.c[name] for name in self.columns]).where(key > after)
        if self.of_centre:
            query = query.where(self.table.c.centre == centre)
        if upto is not None:
            query = query.where(key <= upto)
        return query.order_by(key)

    def digest(self, row: Any) -> bytes:
        """The digest of a row of `rows`."""
        return hashlib.sha256(canonical([self.name, *row[1:]])).digest()


JOURNAL = Stream(
    "journal",
    t.journal,
    "seq",
    (
        *("centre", "seq", "at", "day", "kind", "act", "actor", "ticket", "number", "field"),
        *("counter", "data", "address"),
    ),
    True,
)
ACCESS = Stream(
    "access_log",
    t.access_log,
    "id",
    ("id", "at", "centre", "kind", "who", "address", "what", "times"),
    False,
)
DOCUMENTS = Stream(
    "documents",
    t.centre_document,
    "version",
    ("centre", "version", "at", "profile", "actor", "reason", "source", "digest"),
    True,
)
BASE = Stream(
    "base",
    t.base_document,
    "version",
    ("version", "at", "document", "actor", "reason", "digest"),
    False,
)
ERASURES = Stream(
    "erasures", erasure, "id", ("id", "at", "centre", "what", "n", "why", "erased_by"), False
)
STREAMS = (JOURNAL, ACCESS, DOCUMENTS, BASE, ERASURES)


def _place(stream: Stream, centre: str) -> tuple[Any, Any]:
    return (seal.c.stream == stream.name, seal.c.centre == (centre if stream.of_centre else ""))


_LAST_SEAL = Prepared(
    select(seal.c.last, seal.c.head)
    .where(seal.c.stream == bindparam("stream"), seal.c.centre == bindparam("centre"))
    .order_by(seal.c.last.desc())
    .limit(1)
)


def last_seal(conn: Connection, stream: Stream, centre: str) -> tuple[int, bytes]:
    """`(the last key that is sealed, the head there)`; (0, START) where nothing is."""
    centre = centre if stream.of_centre else ""
    row = _LAST_SEAL.one(conn, stream=stream.name, centre=centre)
    return (row[0], bytes(row[1])) if row is not None else (0, START)


@cache
def _newest_key(stream: Stream) -> Prepared:
    newest = select(func.max(stream.table.c[stream.key]))
    return Prepared(
        newest.where(stream.table.c.centre == bindparam("centre")) if stream.of_centre else newest
    )


def seal_next(conn: Connection, stream: Stream, centre: str, now: int) -> int:
    """Seal the next batch of rows of a stream; how many rows it holds."""
    after, head = last_seal(conn, stream, centre)
    rows = conn.execute(stream.rows(centre, after).limit(BATCH)).all()
    if not rows:
        return 0
    digests = [stream.digest(row) for row in rows]
    conn.execute(
        insert(seal).values(
            stream=stream.name,
            centre=centre if stream.of_centre else "",
            first=after + 1,
            last=rows[-1][0],
            at=now,
            digests=b"".join(digests),
            head=folded(head, digests),
        )
    )
    return len(rows)


def wait_for_writers(conn: Connection) -> None:
    """Have every row that somebody is about to commit committed first, and one sealer at a time: on
    PostgreSQL a row may be committed after one with a greater number.
    """
    if conn.dialect.name == "postgresql":
        conn.execute(text("LOCK TABLE seal IN SHARE ROW EXCLUSIVE MODE"))
        conn.execute(text("LOCK TABLE access_log, base_document, erasure IN SHARE MODE"))


def unsealed(conn: Connection, stream: Stream, centre: str) -> bool:
    """Whether a row waits for its seal."""
    row = _newest_key(stream).one(conn, **({"centre": centre} if stream.of_centre else {}))
    return (row[0] or 0 if row else 0) > last_seal(conn, stream, centre)[0]


def folded(head: bytes, digests: list[bytes]) -> bytes:
    """A head with further digests folded in."""
    for digest in digests:
        head = hashlib.sha256(head + digest).digest()
    return head


def add_day_head(conn: Connection, centre: str, day: str, now: int) -> str:
    """Keep the head of now as that of the end of a day; returns it."""
    head = head_of(conn, centre)
    conn.execute(insert(day_head).values(centre=centre, day=day, at=now, head=head))
    return head


def day_heads(conn: Connection, centre: str, most: int = 31) -> list[dict[str, Any]]:
    """`[{day, at, head}]`, the latest first."""
    here = day_head.c
    rows = conn.execute(
        select(here.day, here.at, here.head)
        .where(here.centre == centre)
        .order_by(here.at.desc())
        .limit(most)
    )
    return [dict(row._mapping) for row in rows]


def has_day_head(conn: Connection, centre: str, day: str, since: int) -> bool:
    """Whether the head of a day was kept since a moment (its closing)."""
    here = day_head.c
    query = select(here.at).where(here.centre == centre, here.day == day, here.at >= since)
    return conn.execute(query.limit(1)).first() is not None


def head_of(conn: Connection, centre: str) -> str:
    """The head of all chains of a centre as people compare and type it: the last sealed key of each
    stream, then 32 figures in groups of four.
    """
    seals = [last_seal(conn, stream, centre) for stream in STREAMS]
    return _as_text([key for key, _ in seals], [head for _, head in seals])


def _as_text(keys: list[int], heads: list[bytes]) -> str:
    figures = hashlib.sha256(b"".join(heads)).hexdigest()[:32]
    groups = " ".join(figures[n : n + 4] for n in range(0, 32, 4))
    return f"{'.'.join(map(str, keys))} {groups}"


class BadHead(ValueError):
    """What was typed is no head; the text says what one looks like."""


def read_head(typed: str) -> tuple[list[int], str]:
    """`(the last key of each stream, the figures)` of a head as it was typed. Raises BadHead."""
    first, _, rest = typed.strip().replace(":", " ").partition(" ")
    keys, figures = first.split("."), "".join(rest.split()).lower()
    if (
        len(keys) != len(STREAMS)
        or not all(key.isascii() and key.isdigit() and len(key) < 16 for key in keys)
        or len(figures) != 32
        or not set(figures) <= set("0123456789abcdef")
    ):
        raise BadHead(
            f"{typed!r} is no head: {len(STREAMS)} numbers joined by dots, then 32 figures"
            " (0-9, a-f), as on the paper"
        )
    return [int(key) for key in keys], figures


def compare(conn: Connection, centre: str, typed: str) -> list[str]:
    """What is different from a head that was printed: a sentence each, empty when nothing is.

    Raises BadHead.
    """
    keys, figures = read_head(typed)
    heads, problems = [], []
    for stream, key in zip(STREAMS, keys, strict=True):
        last, head = last_seal(conn, stream, centre)
        if key > last:
            problems.append(
                f"{stream.name}: the tail is cut: the paper says {key}, what is left ends at {last}"
            )
        elif key < last:
            row = conn.execute(
                select(seal.c.head).where(*_place(stream, centre), seal.c.last == key)
            ).first()
            head = bytes(row.head) if row is not None else START
            if row is None and key:
                problems.append(f"{stream.name}: no seal ends at {key}, as the paper says")
        heads.append(head)
    if not problems and _as_text(keys, heads).split(" ", 1)[1].replace(" ", "") != figures:
        problems.append(f"the heads up to {'.'.join(map(str, keys))} are not those on the paper")
    return problems


def verify(conn: Connection, centre: str, streams: tuple[Stream, ...] = STREAMS) -> list[str]:
    """Hold every sealed row against its seal: the first row that was touched of each stream, in
    words; empty when none was.
    """
    problems = []
    for stream in streams:
        problem = _first_problem(conn, stream, centre)
        if problem is not None:
            problems.append(problem)
    return problems


def _first_problem(conn: Connection, stream: Stream, centre: str) -> str | None:
    head, last = START, 0
    may_miss = _forgotten(conn) if stream is ACCESS else 0
    rows = _digested(conn, stream, centre)
    row = next(rows, None)
    seals = conn.execute(
        select(seal.c.first, seal.c.last, seal.c.at, seal.c.digests, seal.c.head)
        .where(*_place(stream, centre))
        .order_by(seal.c.last)
    ).yield_per(200)
    for each in seals:
        if each.first != last + 1:
            return f"{stream.name}: a seal before row {each.first} is gone"
        digests = bytes(each.digests)
        kept = [digests[n : n + DIGEST] for n in range(0, len(digests), DIGEST)]
        if not kept:  # the rows from before there were seals: one head for all of them
            while row is not None and row[0] <= each.last:
                head, last = folded(head, [row[1]]), row[0]
                row = next(rows, None)
            if head != bytes(each.head):
                return f"{stream.name}: a row up to {each.last} was touched"
        for digest in kept:
            if row is not None and row[0] <= each.last and row[1] == digest:
                last, may_miss = row[0], 0
                row = next(rows, None)
            elif may_miss:
                may_miss -= 1
            else:
                return _named(stream, last, row, each.last, digest in kept)
        if row is not None and row[0] <= each.last:
            return f"{stream.name}: row {row[0]} was put in later"
        if kept and folded(head, kept) != bytes(each.head):
            return f"{stream.name}: the seal of rows {each.first}–{each.last} was touched"
        head, last = bytes(each.head), each.last
    return None


def _named(stream: Stream, last: int, row: Any, end: int, _: bool) -> str:
    if row is None or row[0] > end:
        return f"{stream.name}: the row after {last} is gone"
    if row[0] > last + 1 and stream.of_centre:
        return f"{stream.name}: row {last + 1} is gone"
    return f"{stream.name}: row {row[0]} was touched"


def _digested(conn: Connection, stream: Stream, centre: str) -> Iterator[tuple[int, bytes]]:
    for row in conn.execute(stream.rows(centre, -1)).yield_per(1000):
        yield row[0], stream.digest(row)


def _forgotten(conn: Connection) -> int:
    """How many of the oldest rows of the access log were erased because their time was over."""
    query = select(func.sum(erasure.c.n)).where(erasure.c.what == "access_log")
    return int(conn.execute(query).scalar() or 0)
