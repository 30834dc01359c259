"""The tables of what goes out of the house; beside the others of `tables`."""

from sqlalchemy import BigInteger, Column, Index, Integer, PrimaryKeyConstraint, Table, Text

from .tables import metadata

#: How somebody asked to be reached about one ticket, booking or place. Personal data: it is in no
#: journal, and erased once `erase_after` has come. `address` is sealed by the key of the house,
#: `mark` is what it is found by (house_key.py).
contact = Table(
    "contact",
    metadata,
    Column("centre", Text, nullable=False),
    Column("id", Text, nullable=False),
    Column("purpose", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("mark", Text),
    Column("lang", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("erase_after", BigInteger, nullable=False),
    PrimaryKeyConstraint("centre", "id"),
    Index("ix_contact_subject", "centre", "purpose", "subject"),
    Index("ix_contact_due", "erase_after"),
)

#: What goes out of the house, a row for each receiver of each notice; written with the act it is
#: about, carried out by `luot delivery`. Neither address nor name is in it.
delivery = Table(
    "delivery",
    metadata,
    Column("centre", Text, nullable=False),
    Column("id", Text, nullable=False),
    Column("purpose", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("nth", Integer, nullable=False),
    Column("receiver", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("lang", Text, nullable=False),
    Column("data", Text, nullable=False),
    Column("made_at", BigInteger, nullable=False),
    Column("next_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("state", Text, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("tried_at", BigInteger),
    Column("error", Text, nullable=False),
    Column("sent_at", BigInteger),
    PrimaryKeyConstraint("centre", "id"),
    Index(
        "uq_delivery_once",
        "centre",
        "purpose",
        "subject",
        "kind",
        "nth",
        "receiver",
        unique=True,
    ),
    Index("ix_delivery_due", "state", "next_at"),
    Index("ix_delivery_made", "centre", "made_at"),
)

#: Receivers (webhooks) that said they are gone; they are sent nothing until turned on again.
delivery_off = Table(
    "delivery_off",
    metadata,
    Column("centre", Text, nullable=False),
    Column("receiver", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("why", Text, nullable=False),
    PrimaryKeyConstraint("centre", "receiver"),
)

#: How visits were; `ticket` is empty a day after, when nothing ties a rating to a number any more,
#: and `made_at` says from then on the day of that cut alone.
rating = Table(
    "rating",
    metadata,
    Column("centre", Text, nullable=False),
    Column("id", Text, nullable=False),
    Column("ticket", Text),
    Column("day", Text, nullable=False),
    Column("field", Text, nullable=False),
    Column("clerk", Text),
    Column("score", Integer, nullable=False),
    Column("words", Text, nullable=False),
    Column("made_at", BigInteger, nullable=False),
    Column("service", Text),
    Column("counter", Text),
    PrimaryKeyConstraint("centre", "id"),
    Index("uq_rating_ticket", "centre", "ticket", unique=True),
    Index("ix_rating_day", "centre", "day"),
)
