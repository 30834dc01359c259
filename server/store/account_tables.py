"""The tables of other ways in than the password; beside the others of `tables`."""

from sqlalchemy import BigInteger, Column, Index, PrimaryKeyConstraint, Table, Text

from .tables import metadata

#: On which machines a person has logged in before: a guesser elsewhere does not lock them out.
known_machine = Table(
    "known_machine",
    metadata,
    Column("staff", Text, nullable=False),
    Column("machine_hash", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    PrimaryKeyConstraint("staff", "machine_hash"),
)

#: A short number of a person's own, good only at the machine of a counter; a hash only.
staff_pin = Table(
    "staff_pin",
    metadata,
    Column("staff", Text, nullable=False),
    Column("pin_hash", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    PrimaryKeyConstraint("staff"),
)

#: The browser that stands at a counter, by the hash of what it keeps.
counter_machine = Table(
    "counter_machine",
    metadata,
    Column("id", Text, nullable=False),
    Column("centre", Text, nullable=False),
    Column("counter", Text, nullable=False),
    Column("token_hash", Text, nullable=False),
    Column("paired_at", BigInteger, nullable=False),
    Column("paired_by", Text, nullable=False),
    Column("used_at", BigInteger),
    PrimaryKeyConstraint("id"),
    Index("uq_counter_machine_token", "token_hash", unique=True),
    Index("ix_counter_machine_centre", "centre"),
)

#: Keys that people's own devices hold; `id` and `public_key` are base64url.
passkey = Table(
    "passkey",
    metadata,
    Column("id", Text, nullable=False),
    Column("staff", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("public_key", Text, nullable=False),
    Column("sign_count", BigInteger, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("used_at", BigInteger),
    PrimaryKeyConstraint("id"),
    Index("ix_passkey_staff", "staff"),
)

#: Who somebody is at the house's own sign-in service; nobody's (`staff` empty) until an
#: administrator says whose.
outside_identity = Table(
    "outside_identity",
    metadata,
    Column("centre", Text, nullable=False),
    Column("issuer", Text, nullable=False),
    Column("sub", Text, nullable=False),
    Column("staff", Text),
    Column("name", Text, nullable=False),
    Column("seen_at", BigInteger, nullable=False),
    Column("linked_at", BigInteger),
    Column("linked_by", Text),
    PrimaryKeyConstraint("centre", "issuer", "sub"),
    Index("ix_outside_identity_staff", "staff"),
)

#: Sign-ins that were carried out, so that none is carried out twice; kept as long as one is good.
used_sign_in = Table(
    "used_sign_in",
    metadata,
    Column("id", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    PrimaryKeyConstraint("id"),
)
