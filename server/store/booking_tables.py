"""The tables of booked times, numbers kept from home and draws; beside the others of `tables`."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
    false,
)

from .tables import metadata

#: How many places of a booked time are taken; made when the first is. A place cannot be sold twice:
#: the check refuses it, whatever a program does.
slot_taken = Table(
    "slot_taken",
    metadata,
    Column("centre", Text, nullable=False),
    Column("queue", Text, nullable=False),
    Column("start", BigInteger, nullable=False),
    Column("public", Integer, nullable=False),
    Column("staff", Integer, nullable=False),
    Column("public_places", Integer, nullable=False),
    Column("places", Integer, nullable=False),
    PrimaryKeyConstraint("centre", "queue", "start"),
    CheckConstraint(
        "public >= 0 AND staff >= 0 AND public <= public_places AND public + staff <= places",
        name="ck_slot_taken_places",
    ),
)

#: Places that were given back and appear again at a published time; until then they are taken.
slot_freed = Table(
    "slot_freed",
    metadata,
    Column("centre", Text, nullable=False),
    Column("id", Text, nullable=False),
    Column("queue", Text, nullable=False),
    Column("start", BigInteger, nullable=False),
    Column("staff", Boolean, nullable=False),
    Column("visible_at", BigInteger, nullable=False),
    PrimaryKeyConstraint("centre", "id"),
    Index("ix_slot_freed_visible", "centre", "visible_at"),
)

#: Bookings, as the journal says them (domain/booking.py), with their codes and whose they are:
#: `person_key` is erased when the booking has ended.
booking = Table(
    "booking",
    metadata,
    Column("centre", Text, nullable=False),
    Column("id", Text, nullable=False),
    Column("code", Text, nullable=False),
    Column("field", Text, nullable=False),
    Column("service", Text),
    Column("queue", Text, nullable=False),
    Column("start", BigInteger, nullable=False),
    Column("end", BigInteger, nullable=False),
    Column("staff", Boolean, nullable=False, server_default=false()),
    Column("state", Text, nullable=False),
    Column("lang", Text, nullable=False),
    Column("via", Text, nullable=False),
    Column("made_at", BigInteger, nullable=False),
    Column("held_until", BigInteger),
    Column("sequence", Integer, nullable=False),
    Column("ended_at", BigInteger),
    Column("ticket", Text),
    Column("person_key", Text),
    PrimaryKeyConstraint("centre", "id"),
    Index("uq_booking_code", "centre", "code", unique=True),
    Index("ix_booking_state", "centre", "state", "start"),
)

#: Numbers kept from home, likewise.
claim = Table(
    "claim",
    metadata,
    Column("centre", Text, nullable=False),
    Column("id", Text, nullable=False),
    Column("code", Text, nullable=False),
    Column("field", Text, nullable=False),
    Column("service", Text),
    Column("state", Text, nullable=False),
    Column("lang", Text, nullable=False),
    Column("taken_at", BigInteger, nullable=False),
    Column("told_low", Integer, nullable=False),
    Column("told_high", Integer, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("ended_at", BigInteger),
    Column("ticket", Text),
    Column("person_key", Text),
    PrimaryKeyConstraint("centre", "id"),
    Index("uq_claim_code", "centre", "code", unique=True),
    Index("ix_claim_state", "centre", "state", "expires_at"),
)

#: Where the facts of each draw stand in the journal.
draw_step = Table(
    "draw_step",
    metadata,
    Column("centre", Text, nullable=False),
    Column("draw", Text, nullable=False),
    Column("seq", BigInteger, nullable=False),
    PrimaryKeyConstraint("centre", "seq"),
)

#: The lists of draws: tags for ever, codes and keyed hashes of those who asked until it is over.
draw_application = Table(
    "draw_application",
    metadata,
    Column("centre", Text, nullable=False),
    Column("draw", Text, nullable=False),
    Column("tag", Text, nullable=False),
    Column("code", Text),
    Column("person_key", Text),
    Column("lang", Text),
    Column("booked", Boolean, nullable=False, server_default=false()),
    Column("asked_at", BigInteger, nullable=False),
    Column("erase_at", BigInteger, nullable=False),
    PrimaryKeyConstraint("centre", "draw", "tag"),
    Index("uq_draw_code", "centre", "code", unique=True),
    Index("uq_draw_person", "centre", "draw", "person_key", unique=True),
)

#: What the keys of persons are made with (HMAC), kept apart from them.
person_secret = Table(
    "person_secret",
    metadata,
    Column("centre", Text, primary_key=True),
    Column("secret", Text, nullable=False),
)

#: What the codes at the door are made with: a secret of each device's own, new every day.
door_key = Table(
    "door_key",
    metadata,
    Column("centre", Text, nullable=False),
    Column("device", Text, nullable=False),
    Column("day", Text, nullable=False),
    Column("secret", Text, nullable=False),
    PrimaryKeyConstraint("centre", "device", "day"),
)
