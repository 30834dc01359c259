"""Draws for scarce days are asked for on pages."""

import json

import sqlalchemy as sa
from alembic import op

revision = "2026_12_01_draws"
down_revision = "2026_12_01_issued_seq"


def upgrade() -> None:
    """Add the lists of draws, none yet, and where the facts of each stand in the journal."""
    steps = op.create_table(
        "draw_step",
        sa.Column("centre", sa.Text, nullable=False),
        sa.Column("draw", sa.Text, nullable=False),
        sa.Column("seq", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("centre", "seq"),
    )
    facts = op.get_bind().execute(
        sa.text(
            "SELECT centre, seq, data FROM journal"
            " WHERE kind IN ('draw_opened', 'draw_closed', 'draw_done')"
        )
    )
    kept = [
        {"centre": centre, "seq": seq, "draw": json.loads(data)["draw"]}
        for centre, seq, data in facts
    ]
    if kept:
        op.bulk_insert(steps, kept)
    op.create_table(
        "draw_application",
        sa.Column("centre", sa.Text, nullable=False),
        sa.Column("draw", sa.Text, nullable=False),
        sa.Column("tag", sa.Text, nullable=False),
        sa.Column("code", sa.Text),
        sa.Column("person_key", sa.Text),
        sa.Column("lang", sa.Text),
        sa.Column("booked", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("asked_at", sa.BigInteger, nullable=False),
        sa.Column("erase_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("centre", "draw", "tag"),
    )
    op.create_index("uq_draw_code", "draw_application", ["centre", "code"], unique=True)
    op.create_index(
        "uq_draw_person", "draw_application", ["centre", "draw", "person_key"], unique=True
    )
