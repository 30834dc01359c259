"""What hangs in the hall, and what the hub keeps for itself."""

from sqlalchemy import BigInteger, Column, Index, Integer, PrimaryKeyConstraint, Table, Text

from .base import metadata

#: What a screen in the hall is (board, sign) and what an administrator set for it; JSON.
screen = Table(
    "screen",
    metadata,
    Column("device", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("settings", Text, nullable=False),
)

#: What all screens of a centre show besides the calls: the playlist and, when there is one, the
#: emergency; `version` moves with each change.
hall_screens = Table(
    "hall_screens",
    metadata,
    Column("centre", Text, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("playlist", Text, nullable=False),
    Column("emergency", Text),
)

#: Pictures and films; the file lies in the data folder under its sha256.
media = Table(
    "media",
    metadata,
    Column("centre", Text, nullable=False),
    Column("id", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("type", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("bytes", BigInteger, nullable=False),
    Column("width", Integer, nullable=False),
    Column("height", Integer, nullable=False),
    Column("seconds", Integer),
    Column("by", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    PrimaryKeyConstraint("centre", "id"),
)

#: A new screen that waits to be told what it is. Only the hash of its secret is here; the rows go
#: after ten minutes.
pairing = Table(
    "pairing",
    metadata,
    Column("claim_hash", Text, primary_key=True),
    Column("code", Text, nullable=False, unique=True),
    Column("centre", Text),
    Column("kind", Text, nullable=False),
    Column("about", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("device", Text),
)

#: Wrong codes typed, so that nobody tries them all.
pairing_guess = Table(
    "pairing_guess",
    metadata,
    Column("actor", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
)

#: What staff announced, by language as JSON and here only; `zones`: a list, or null for all.
announcement = Table(
    "announcement",
    metadata,
    Column("centre", Text, nullable=False),
    Column("id", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("until", BigInteger, nullable=False),
    Column("text", Text, nullable=False),
    Column("zones", Text),
    Column("times", Integer, nullable=False),
    Column("by", Text, nullable=False),
    Column("withdrawn_at", BigInteger),
    PrimaryKeyConstraint("centre", "id"),
    Index("ix_announcement_until", "centre", "until"),
)

#: Which hub process drives a loudspeaker area, where there are several processes, and what was said
#: there last: [{id, names, device, over}].
loudspeaker = Table(
    "loudspeaker",
    metadata,
    Column("centre", Text, nullable=False),
    Column("area", Text, nullable=False),
    Column("process", Text, nullable=False),
    Column("until", BigInteger, nullable=False),
    Column("said", Text, key="spoken", nullable=False, server_default="[]"),
    PrimaryKeyConstraint("centre", "area"),
)

#: What the hub believes of the time (domain/clock_check.py: Belief): one row a run of a machine.
clock = Table(
    "clock",
    metadata,
    Column("boot", Text, primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("wall", BigInteger, nullable=False),
    Column("uptime", BigInteger, nullable=False),
    Column("shift", BigInteger, nullable=False),
    Column("since", BigInteger, nullable=False),
    Column("doubt", Text),
    Column("wrong_from", BigInteger),
    Column("wrong_until", BigInteger),
    Column("told", Integer, key="confirmations", nullable=False),
)

#: One row, written by the readiness check: only a real write shows that the disk still takes one.
probe = Table(
    "probe",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", BigInteger, nullable=False),
)
