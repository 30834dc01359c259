"""What announcements add: the texts staff announced, and which hub process drives a loudspeaker."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_23_fourth_announcements"
down_revision = "2026_11_23_third_hall"


def upgrade() -> None:
    op.create_table(
        "announcement",
        sa.Column("centre", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("zones", sa.Text()),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("withdrawn_at", sa.BigInteger()),
        sa.PrimaryKeyConstraint("centre", "id", name="pk_announcement"),
    )
    op.create_index("ix_announcement_until", "announcement", ["centre", "until"])
    op.create_table(
        "loudspeaker",
        sa.Column("centre", sa.Text(), nullable=False),
        sa.Column("area", sa.Text(), nullable=False),
        sa.Column("process", sa.Text(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("centre", "area", name="pk_loudspeaker"),
    )
