"""What goes out of the house, and how those who asked for it are reached."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_30_delivery"
down_revision = "2026_11_30_fewer_pages"


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "contact",
        *(
            sa.Column(name, sa.Text, nullable=False)
            for name in ("centre", "id", "purpose", "subject", "kind", "address", "lang")
        ),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("erase_after", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("centre", "id", name="pk_contact"),
    )
    op.create_index("ix_contact_subject", "contact", ["centre", "purpose", "subject"])
    op.create_index("ix_contact_due", "contact", ["erase_after"])
    op.create_table(
        "delivery",
        *(
            sa.Column(name, sa.Text, nullable=False)
            for name in ("centre", "id", "purpose", "subject", "kind")
        ),
        sa.Column("nth", sa.Integer, nullable=False),
        *(
            sa.Column(name, sa.Text, nullable=False)
            for name in ("receiver", "channel", "lang", "data")
        ),
        *(
            sa.Column(name, sa.BigInteger, nullable=False)
            for name in ("made_at", "next_at", "expires_at")
        ),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("tried_at", sa.BigInteger),
        sa.Column("error", sa.Text, nullable=False),
        sa.Column("sent_at", sa.BigInteger),
        sa.PrimaryKeyConstraint("centre", "id", name="pk_delivery"),
    )
    op.create_index(
        "uq_delivery_once",
        "delivery",
        ["centre", "purpose", "subject", "kind", "nth", "receiver"],
        unique=True,
    )
    op.create_index("ix_delivery_due", "delivery", ["state", "next_at"])
    op.create_index("ix_delivery_made", "delivery", ["centre", "made_at"])
    op.create_table(
        "delivery_off",
        sa.Column("centre", sa.Text, nullable=False),
        sa.Column("receiver", sa.Text, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("why", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("centre", "receiver", name="pk_delivery_off"),
    )
