"""How visits were."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_30_rating"
down_revision = "2026_11_30_first_run"


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "rating",
        sa.Column("centre", sa.Text, nullable=False),
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("ticket", sa.Text),
        sa.Column("day", sa.Text, nullable=False),
        sa.Column("hour_at", sa.BigInteger, nullable=False),
        sa.Column("field", sa.Text, nullable=False),
        sa.Column("clerk", sa.Text),
        sa.Column("score", sa.Integer, nullable=False),
        sa.Column("words", sa.Text, nullable=False),
        sa.Column("made_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("centre", "id", name="pk_rating"),
    )
    op.create_index("uq_rating_ticket", "rating", ["centre", "ticket"], unique=True)
    op.create_index("ix_rating_day", "rating", ["centre", "day"])
