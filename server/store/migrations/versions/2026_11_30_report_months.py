"""Months of reports that are over are folded from their days."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_30_report_months"
down_revision = "2026_11_30_taken_alerts"


def upgrade() -> None:
    """Add the table; the hub folds what is over."""
    op.create_table(
        "report_month",
        sa.Column("centre", sa.Text, nullable=False),
        sa.Column("month", sa.Text, nullable=False),
        sa.Column("view", sa.Text, nullable=False),
        sa.Column("folded", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("centre", "view", "month", name="pk_report_month"),
    )
