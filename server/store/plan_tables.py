"""The table of plans for days to come; beside the others of `tables`."""

from sqlalchemy import BigInteger, Column, PrimaryKeyConstraint, Table, Text

from .tables import metadata

#: Which counters are to serve which fields on a day, as JSON. Gone once the day has opened with it.
day_plan = Table(
    "day_plan",
    metadata,
    Column("centre", Text, nullable=False),
    Column("date", Text, nullable=False),
    Column("counters", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    PrimaryKeyConstraint("centre", "date"),
)
