"""Signs of life of the hub processes of a province."""

import sqlalchemy as sa
from alembic import op

revision = "2026_12_01_hub_processes"
down_revision = "2026_11_30_sealed_contacts"


def upgrade() -> None:
    """Add the table, empty."""
    op.create_table(
        "hub_process",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
