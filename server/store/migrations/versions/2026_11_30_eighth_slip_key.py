"""The key of a slip is a secret of its own; slips printed before carry the ticket's id (NULL)."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import text

revision = "2026_11_30_eighth_slip_key"
down_revision = "2026_11_30_seventh_doubted"

HAS_KEY = text("key_hash IS NOT NULL")


def upgrade() -> None:
    """Add the hash of a slip's key, and the secret the hub's keys come from."""
    op.add_column("ticket", sa.Column("key_hash", sa.Text))
    op.create_index(
        "ix_ticket_key", "ticket", ["key_hash"], sqlite_where=HAS_KEY, postgresql_where=HAS_KEY
    )
    op.create_table(
        "slip_secret",
        sa.Column("centre", sa.Text, nullable=False),
        sa.Column("secret", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("centre", name="pk_slip_secret"),
    )
