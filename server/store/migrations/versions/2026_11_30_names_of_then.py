"""Reports show fields, services, counters and clerks as they were named: earlier documents and
names are kept.
"""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_30_names_of_then"
down_revision = "2026_11_30_tenth_access_log"


def upgrade() -> None:
    """Add both tables; what is in force now is all that is known of the time before."""
    op.create_table(
        "centre_document",
        sa.Column("centre", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("profile", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("centre", "version", name="pk_centre_document"),
    )
    op.execute(
        "INSERT INTO centre_document (centre, version, at, profile)"
        " SELECT code, version, 0, profile FROM centre"
    )
    op.create_table(
        "staff_name",
        sa.Column("staff", sa.Text, nullable=False),
        sa.Column("until", sa.BigInteger, nullable=False),
        sa.Column("full_name", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("staff", "until", name="pk_staff_name"),
    )
