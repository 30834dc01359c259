"""Seals over the journal and its siblings, and the address an act came from. The journal as it is
now is anchored by one head a centre.
"""

import hashlib
import json

import sqlalchemy as sa
from alembic import op

revision = "2026_11_30_seals"
down_revision = "2026_11_30_erasures"

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
#: As server/store/chain.py hashes them (`JOURNAL`).
COLUMNS = "centre, seq, at, day, kind, act, actor, ticket, number, field, counter, data, address"


def upgrade() -> None:
    """Add the column and the tables; anchor what is there."""
    op.add_column("journal", sa.Column("address", sa.Text))
    op.create_table(
        "seal",
        sa.Column("stream", sa.Text, nullable=False),
        sa.Column("centre", sa.Text, nullable=False),
        sa.Column("first", sa.BigInteger, nullable=False),
        sa.Column("last", sa.BigInteger, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("digests", sa.LargeBinary, nullable=False),
        sa.Column("head", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("stream", "centre", "last", name="pk_seal"),
    )
    op.create_table(
        "day_head",
        sa.Column("centre", sa.Text, nullable=False),
        sa.Column("day", sa.Text, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("head", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("centre", "day", "at", name="pk_day_head"),
    )
    bind = op.get_bind()
    codes = bind.execute(sa.text("SELECT DISTINCT centre FROM journal")).scalars().all()
    for code in codes:
        _anchor(bind, code)


def _anchor(bind: sa.Connection, code: str) -> None:
    head, last, at, after = bytes(32), 0, 0, -1
    page = sa.text(
        f"SELECT {COLUMNS} FROM journal WHERE centre = :code AND seq > :after"  # noqa: S608
        " ORDER BY seq LIMIT 5000"
    )
    while rows := bind.execute(page, {"code": code, "after": after}).all():
        for row in rows:
            digest = hashlib.sha256(_encode(["journal", *row]).encode()).digest()
            head, last, at = hashlib.sha256(head + digest).digest(), row[1], max(at, row[2])
        after = last
    bind.execute(
        sa.text(
            "INSERT INTO seal (stream, centre, first, last, at, digests, head)"
            " VALUES ('journal', :code, 1, :last, :at, :digests, :head)"
        ),
        {
            "code": code,
            "last": last,
            "at": at,
            "digests": b"",
            "head": head,
        },
    )
