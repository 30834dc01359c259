"""Alerts that somebody of the staff has taken on stand in the service day."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_30_taken_alerts"
down_revision = "2026_11_30_settings"


def upgrade() -> None:
    """Add them, none taken."""
    op.add_column(
        "service_day",
        sa.Column("taken_alerts", sa.Text(), nullable=False, server_default="{}"),
    )
