"""What was erased when."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_30_erasures"
down_revision = "2026_11_30_delivery"


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "erasure",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("centre", sa.Text),
        sa.Column("what", sa.Text, nullable=False),
        sa.Column("n", sa.Integer, nullable=False),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column("erased_by", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_erasure"),
    )
