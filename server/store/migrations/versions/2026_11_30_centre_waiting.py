"""A document that changes the clock or the form of numbers waits for the end of the service day."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_30_centre_waiting"
down_revision = "2026_11_30_eighth_slip_key"


def upgrade() -> None:
    op.add_column("centre", sa.Column("waiting", sa.Text, nullable=True))
