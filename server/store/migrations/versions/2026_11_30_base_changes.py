"""Changes of the province's document: proposed, approved by a second person, tried, carried on."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_30_base_changes"
down_revision = "2026_11_30_ways_in"


def upgrade() -> None:
    """Add their table."""
    op.create_table(
        "base_change",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("made_of", sa.Integer, nullable=False),
        sa.Column("changes", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("proposed_by", sa.Text, nullable=False),
        sa.Column("proposed_at", sa.BigInteger, nullable=False),
        sa.Column("approved_by", sa.Text),
        sa.Column("approved_at", sa.BigInteger),
        sa.Column("version", sa.Integer),
        sa.Column("ended_at", sa.BigInteger),
        sa.Column("ended", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_base_change"),
    )
