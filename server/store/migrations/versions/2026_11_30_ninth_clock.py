"""What the hub believes of the time, and where the tickets of a day that was dated wrongly went."""

from alembic import op
from sqlalchemy import BigInteger, Column, Integer, Text

revision = "2026_11_30_ninth_clock"
down_revision = "2026_11_30_centre_waiting"


def upgrade() -> None:
    op.create_table(
        "clock",
        Column("boot", Text, primary_key=True),
        Column("at", BigInteger, nullable=False),
        Column("wall", BigInteger, nullable=False),
        Column("uptime", BigInteger, nullable=False),
        Column("shift", BigInteger, nullable=False),
        Column("since", BigInteger, nullable=False),
        Column("doubt", Text),
        Column("wrong_from", BigInteger),
        Column("wrong_until", BigInteger),
        Column("told", Integer, nullable=False),
    )
    op.add_column("service_day", Column("moved_to", Text))
