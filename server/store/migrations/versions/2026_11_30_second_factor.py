"""Second factors, one-time codes for a new password, and what a session is known by."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_30_second_factor"
down_revision = "2026_11_30_report_months"


def upgrade() -> None:
    """Add the columns and the recovery codes."""
    op.add_column(
        "staff", sa.Column("must_change", sa.Boolean, nullable=False, server_default=sa.false())
    )
    for name in ("code_until", "totp_since", "totp_last_step", "password_at"):
        op.add_column("staff", sa.Column(name, sa.BigInteger))
    for name in ("totp_secret", "totp_pending"):
        op.add_column("staff", sa.Column(name, sa.Text))
    op.add_column("session", sa.Column("confirmed_at", sa.BigInteger))
    for name in ("address", "agent"):
        op.add_column("session", sa.Column(name, sa.Text))
    op.create_table(
        "recovery_code",
        sa.Column("staff", sa.Text, nullable=False),
        sa.Column("code_hash", sa.Text, nullable=False),
        sa.Column("used_at", sa.BigInteger),
        sa.PrimaryKeyConstraint("staff", "code_hash", name="pk_recovery_code"),
    )
