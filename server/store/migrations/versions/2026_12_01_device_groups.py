"""Machines of a hall stand in groups that people name."""

import sqlalchemy as sa
from alembic import op

revision = "2026_12_01_device_groups"
down_revision = "2026_12_01_rating_lines"


def upgrade() -> None:
    """Add the group of a device, none yet."""
    op.add_column("device", sa.Column("group_name", sa.Text()))
