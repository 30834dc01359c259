"""A ticket says whether the time its kiosk gave it was not believed."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_30_seventh_doubted"
down_revision = "2026_11_23_sixth_said"


def upgrade() -> None:
    op.add_column(
        "ticket",
        sa.Column("time_doubted", sa.Boolean, nullable=False, server_default=sa.false()),
    )
