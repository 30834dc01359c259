"""The setting up of a new hub in the browser has a row; a hub that is set up needs none."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_30_first_run"
down_revision = "2026_11_30_renewed_tokens"


def upgrade() -> None:
    """Add its table, empty."""
    op.create_table(
        "first_run",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("code_hash", sa.Text()),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("session_hash", sa.Text()),
        sa.Column("begun_at", sa.BigInteger()),
        sa.Column("done_at", sa.BigInteger()),
    )
