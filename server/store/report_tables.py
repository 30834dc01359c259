"""The tables of folded reports."""

from sqlalchemy import BigInteger, Column, Integer, LargeBinary, PrimaryKeyConstraint, Table, Text

from .tables import metadata

#: Closed days of reports folded into histograms (domain/rollup.py): one row a day and view, JSON
#: and numbers, compressed by zlib.
report_day = Table(
    "report_day",
    metadata,
    Column("centre", Text, nullable=False),
    Column("day", Text, nullable=False),
    Column("view", Text, nullable=False),
    Column("folded", LargeBinary, nullable=False),
    PrimaryKeyConstraint("centre", "view", "day"),
)

#: The same of months that are over, made of their days: a year of reports is twelve rows a view.
report_month = Table(
    "report_month",
    metadata,
    Column("centre", Text, nullable=False),
    Column("month", Text, nullable=False),
    Column("view", Text, nullable=False),
    Column("folded", LargeBinary, nullable=False),
    PrimaryKeyConstraint("centre", "view", "month"),
)

#: Up to which fact of the journal a centre's folds are right, and by which way of folding.
report_rolled = Table(
    "report_rolled",
    metadata,
    Column("centre", Text, primary_key=True),
    Column("seq", BigInteger, nullable=False),
    Column("version", Integer, nullable=False),
)
