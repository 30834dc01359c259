"""The answers kept for repeated presses have no index by time, which only the close of a day asked
for: a ticket dirties a page less.
"""

from alembic import op

revision = "2026_11_30_fewer_pages"
down_revision = "2026_11_30_day_plans"


def upgrade() -> None:
    """Drop it."""
    op.drop_index("ix_request_at", "request")
