"""Ratings keep the procedure and the counter, and the hour of the visit no longer."""

import sqlalchemy as sa
from alembic import op

revision = "2026_12_01_rating_lines"
down_revision = "2026_12_01_hub_processes"


def upgrade() -> None:
    """Add the two, empty; drop the hour, which nothing reads and which could name a visit."""
    op.add_column("rating", sa.Column("service", sa.Text))
    op.add_column("rating", sa.Column("counter", sa.Text))
    op.drop_column("rating", "hour_at")
