"""Booked times, numbers kept from home, and the codes at the door."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_30_bookings"
down_revision = "2026_11_30_rating"


def upgrade() -> None:
    """Add their tables, and to a ticket the time it was booked for."""
    op.add_column("ticket", sa.Column("slot_at", sa.BigInteger()))
    op.create_table(
        "slot_taken",
        sa.Column("centre", sa.Text, nullable=False),
        sa.Column("queue", sa.Text, nullable=False),
        sa.Column("start", sa.BigInteger, nullable=False),
        sa.Column("public", sa.Integer, nullable=False),
        sa.Column("staff", sa.Integer, nullable=False),
        sa.Column("public_places", sa.Integer, nullable=False),
        sa.Column("places", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("centre", "queue", "start", name="pk_slot_taken"),
        sa.CheckConstraint(
            "public >= 0 AND staff >= 0 AND public <= public_places AND public + staff <= places",
            name="ck_slot_taken_places",
        ),
    )
    op.create_table(
        "slot_freed",
        sa.Column("centre", sa.Text, nullable=False),
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("queue", sa.Text, nullable=False),
        sa.Column("start", sa.BigInteger, nullable=False),
        sa.Column("staff", sa.Boolean, nullable=False),
        sa.Column("visible_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("centre", "id", name="pk_slot_freed"),
    )
    op.create_index("ix_slot_freed_visible", "slot_freed", ["centre", "visible_at"])
    op.create_table(
        "booking",
        sa.Column("centre", sa.Text, nullable=False),
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("field", sa.Text, nullable=False),
        sa.Column("service", sa.Text),
        sa.Column("queue", sa.Text, nullable=False),
        sa.Column("start", sa.BigInteger, nullable=False),
        sa.Column("end", sa.BigInteger, nullable=False),
        sa.Column("staff", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("lang", sa.Text, nullable=False),
        sa.Column("via", sa.Text, nullable=False),
        sa.Column("made_at", sa.BigInteger, nullable=False),
        sa.Column("held_until", sa.BigInteger),
        sa.Column("sequence", sa.Integer, nullable=False),
        sa.Column("ended_at", sa.BigInteger),
        sa.Column("ticket", sa.Text),
        sa.Column("person_key", sa.Text),
        sa.PrimaryKeyConstraint("centre", "id", name="pk_booking"),
    )
    op.create_index("uq_booking_code", "booking", ["centre", "code"], unique=True)
    op.create_index("ix_booking_state", "booking", ["centre", "state", "start"])
    op.create_table(
        "claim",
        sa.Column("centre", sa.Text, nullable=False),
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("field", sa.Text, nullable=False),
        sa.Column("service", sa.Text),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("lang", sa.Text, nullable=False),
        sa.Column("taken_at", sa.BigInteger, nullable=False),
        sa.Column("told_low", sa.Integer, nullable=False),
        sa.Column("told_high", sa.Integer, nullable=False),
        sa.Column("expires_at", sa.BigInteger, nullable=False),
        sa.Column("ended_at", sa.BigInteger),
        sa.Column("ticket", sa.Text),
        sa.Column("person_key", sa.Text),
        sa.PrimaryKeyConstraint("centre", "id", name="pk_claim"),
    )
    op.create_index("uq_claim_code", "claim", ["centre", "code"], unique=True)
    op.create_index("ix_claim_state", "claim", ["centre", "state", "expires_at"])
    op.create_table(
        "person_secret",
        sa.Column("centre", sa.Text, nullable=False),
        sa.Column("secret", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("centre", name="pk_person_secret"),
    )
    op.create_table(
        "door_key",
        sa.Column("centre", sa.Text, nullable=False),
        sa.Column("device", sa.Text, nullable=False),
        sa.Column("day", sa.Text, nullable=False),
        sa.Column("secret", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("centre", "device", "day", name="pk_door_key"),
    )
