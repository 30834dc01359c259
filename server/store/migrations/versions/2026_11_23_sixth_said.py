"""What was said in a loudspeaker area is known to the hub process that takes it over."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_23_sixth_said"
down_revision = "2026_11_23_fifth_line_index"


def upgrade() -> None:
    op.add_column("loudspeaker", sa.Column("said", sa.Text, nullable=False, server_default="[]"))
