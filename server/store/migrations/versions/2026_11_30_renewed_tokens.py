"""A device renews its token by itself: the new one stands beside the old until its first use."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_30_renewed_tokens"
down_revision = "2026_11_30_seals"


def upgrade() -> None:
    """Add its column, empty."""
    op.add_column("device", sa.Column("next_token_hash", sa.Text()))
    op.create_index("uq_device_next_token", "device", ["next_token_hash"], unique=True)
