"""What the rules of the line add: several services on one visit, dossiers, reminders, notes, and
what is decided for one day only.
"""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_23_second_rules"
down_revision = "2026_11_23_first"


def upgrade() -> None:
    for column in (
        sa.Column("dossiers", sa.Integer()),
        sa.Column("then_services", sa.Text(), nullable=False, server_default="[]"),
        sa.Column("remind_at", sa.BigInteger()),
        sa.Column("back_clerk", sa.Text()),
        sa.Column("noted", sa.Boolean(), nullable=False, server_default=sa.false()),
    ):
        op.add_column("ticket", column)
    for column in (
        sa.Column("issuing", sa.Boolean(), nullable=False, server_default=sa.true()),
        sa.Column("closed_fields", sa.Text(), nullable=False, server_default="{}"),
        sa.Column("assigned", sa.Text(), nullable=False, server_default="{}"),
        sa.Column("wanting", sa.Text(), nullable=False, server_default="[]"),
    ):
        op.add_column("service_day", column)
    op.create_table(
        "note",
        sa.Column("centre", sa.Text(), nullable=False),
        sa.Column("ticket", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("centre", "ticket", name="pk_note"),
    )
