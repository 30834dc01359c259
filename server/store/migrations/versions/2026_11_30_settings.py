"""Who changed a centre's document and why, changes that wait, drafts, a province's document."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_30_settings"
down_revision = "2026_11_30_report_days"


def upgrade() -> None:
    """Add the columns and tables."""
    op.add_column(
        "centre", sa.Column("managed_by", sa.Text, nullable=False, server_default="browser")
    )
    op.add_column("centre", sa.Column("base_version", sa.Integer))
    for name in ("actor", "reason", "source", "digest"):
        op.add_column("centre_document", sa.Column(name, sa.Text))
    op.create_table(
        "planned_change",
        sa.Column("centre", sa.Text, nullable=False),
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("due_at", sa.BigInteger, nullable=False),
        sa.Column("made_of", sa.Integer, nullable=False),
        sa.Column("changes", sa.Text, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("outcome", sa.Text),
        sa.PrimaryKeyConstraint("centre", "id", name="pk_planned_change"),
    )
    op.create_index("ix_planned_change_due", "planned_change", ["centre", "state", "due_at"])
    op.create_table(
        "settings_draft",
        sa.Column("centre", sa.Text, nullable=False),
        sa.Column("staff", sa.Text, nullable=False),
        sa.Column("made_of", sa.Integer, nullable=False),
        sa.Column("changes", sa.Text, nullable=False),
        sa.Column("since", sa.BigInteger, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("centre", "staff", name="pk_settings_draft"),
    )
    op.create_table(
        "base_document",
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.Column("actor", sa.Text),
        sa.Column("reason", sa.Text),
        sa.Column("digest", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("version", name="pk_base_document"),
    )
