"""Closed days of reports are folded once."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_30_report_days"
down_revision = "2026_11_30_break_wanted"


def upgrade() -> None:
    """Add both tables; the hub folds what is closed."""
    op.create_table(
        "report_day",
        sa.Column("centre", sa.Text, nullable=False),
        sa.Column("day", sa.Text, nullable=False),
        sa.Column("view", sa.Text, nullable=False),
        sa.Column("folded", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("centre", "view", "day", name="pk_report_day"),
    )
    op.create_table(
        "report_rolled",
        sa.Column("centre", sa.Text, nullable=False),
        sa.Column("seq", sa.BigInteger, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("centre", name="pk_report_rolled"),
    )
