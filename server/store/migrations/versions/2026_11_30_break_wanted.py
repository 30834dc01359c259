"""A counter may be told to pause when the ticket at hand has left it."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_30_break_wanted"
down_revision = "2026_11_30_signed_reports"


def upgrade() -> None:
    """Add the wish to the counter's row."""
    op.add_column(
        "counter",
        sa.Column("break_wanted", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
