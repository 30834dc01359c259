"""Other ways in than the password: a PIN at a counter's own machine, passkeys, the house's own
sign-in service.
"""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_30_ways_in"
down_revision = "2026_11_30_bookings"


def upgrade() -> None:
    """Add their tables; a session begun by a PIN is bound to its counter."""
    op.add_column("session", sa.Column("counter", sa.Text))
    op.create_table(
        "staff_pin",
        sa.Column("staff", sa.Text, nullable=False),
        sa.Column("pin_hash", sa.Text, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("staff", name="pk_staff_pin"),
    )
    op.create_table(
        "counter_machine",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("centre", sa.Text, nullable=False),
        sa.Column("counter", sa.Text, nullable=False),
        sa.Column("token_hash", sa.Text, nullable=False),
        sa.Column("paired_at", sa.BigInteger, nullable=False),
        sa.Column("paired_by", sa.Text, nullable=False),
        sa.Column("used_at", sa.BigInteger),
        sa.PrimaryKeyConstraint("id", name="pk_counter_machine"),
    )
    op.create_index("uq_counter_machine_token", "counter_machine", ["token_hash"], unique=True)
    op.create_index("ix_counter_machine_centre", "counter_machine", ["centre"])
    op.create_table(
        "passkey",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("staff", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("public_key", sa.Text, nullable=False),
        sa.Column("sign_count", sa.BigInteger, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("used_at", sa.BigInteger),
        sa.PrimaryKeyConstraint("id", name="pk_passkey"),
    )
    op.create_index("ix_passkey_staff", "passkey", ["staff"])
    op.create_table(
        "outside_identity",
        sa.Column("centre", sa.Text, nullable=False),
        sa.Column("issuer", sa.Text, nullable=False),
        sa.Column("sub", sa.Text, nullable=False),
        sa.Column("staff", sa.Text),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("seen_at", sa.BigInteger, nullable=False),
        sa.Column("linked_at", sa.BigInteger),
        sa.Column("linked_by", sa.Text),
        sa.PrimaryKeyConstraint("centre", "issuer", "sub", name="pk_outside_identity"),
    )
    op.create_index("ix_outside_identity_staff", "outside_identity", ["staff"])
    op.create_table(
        "used_sign_in",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_used_sign_in"),
    )
