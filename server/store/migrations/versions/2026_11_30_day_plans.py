"""Plans of managers for days to come."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_30_day_plans"
down_revision = "2026_11_30_second_factor"


def upgrade() -> None:
    """Add their table."""
    op.create_table(
        "day_plan",
        sa.Column("centre", sa.Text, nullable=False),
        sa.Column("date", sa.Text, nullable=False),
        sa.Column("counters", sa.Text, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("centre", "date", name="pk_day_plan"),
    )
