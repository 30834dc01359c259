"""What the hall adds: what each screen is, what all of them play, media files, pairing."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_23_third_hall"
down_revision = "2026_11_23_second_rules"


def upgrade() -> None:
    op.create_table(
        "screen",
        sa.Column("device", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("settings", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("device", name="pk_screen"),
    )
    op.create_table(
        "hall_screens",
        sa.Column("centre", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("playlist", sa.Text(), nullable=False),
        sa.Column("emergency", sa.Text()),
        sa.PrimaryKeyConstraint("centre", name="pk_hall_screens"),
    )
    op.create_table(
        "media",
        sa.Column("centre", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("seconds", sa.Integer()),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("centre", "id", name="pk_media"),
    )
    op.create_table(
        "pairing",
        sa.Column("claim_hash", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("centre", sa.Text()),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("device", sa.Text()),
        sa.PrimaryKeyConstraint("claim_hash", name="pk_pairing"),
        sa.UniqueConstraint("code", name="uq_pairing_code"),
    )
    op.create_table(
        "pairing_guess",
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
    )
