"""Who may come in: staff, devices, sessions, and the log of who did."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
    false,
)

from .base import metadata

#: Rows of the access log younger than this cannot be deleted (a trigger).
ACCESS_LOG_KEPT_MS = 180 * 86_400_000

#: Who came in and who was turned away. Append-only, nothing a stranger typed.
access_log = Table(
    "access_log",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("centre", Text),
    Column("kind", Text, nullable=False),
    Column("who", Text),
    Column("address", Text, nullable=False),
    Column("what", Text),
    Column("times", Integer, nullable=False),
    Index("ix_access_log_at", "at"),
)

device = Table(
    "device",
    metadata,
    Column("id", Text, primary_key=True),
    Column("centre", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("counter", Text),
    Column("zone", Text),
    Column("sound", Boolean, nullable=False),
    Column("token_hash", Text, nullable=False, unique=True),
    Column("created_at", BigInteger, nullable=False),
    Column("revoked_at", BigInteger),
    Column("seen_at", BigInteger),
    Column("status", Text, nullable=False),
    # the token the device renewed its own to, good beside the old one until its first use
    Column("next_token_hash", Text),
    Column("group_name", Text),
    Index("uq_device_next_token", "next_token_hash", unique=True),
)

staff = Table(
    "staff",
    metadata,
    Column("id", Text, primary_key=True),
    Column("centre", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("full_name", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("password_hash", Text, nullable=False),
    Column("disabled", Boolean, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("locked_until", BigInteger, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("must_change", Boolean, nullable=False, server_default=false()),
    Column("code_until", BigInteger),
    Column("totp_since", BigInteger),
    Column("totp_last_step", BigInteger),
    Column("password_at", BigInteger),
    Column("totp_secret", Text),
    Column("totp_pending", Text),
    Index("uq_staff_name", "centre", "name", unique=True),
)

#: What stands in for a second factor that is lost, each once; hashes only.
recovery_code = Table(
    "recovery_code",
    metadata,
    Column("staff", Text, nullable=False),
    Column("code_hash", Text, nullable=False),
    Column("used_at", BigInteger),
    PrimaryKeyConstraint("staff", "code_hash"),
)

#: What a member of staff was called until a moment.
staff_name = Table(
    "staff_name",
    metadata,
    Column("staff", Text, nullable=False),
    Column("until", BigInteger, nullable=False),
    Column("full_name", Text, nullable=False),
    PrimaryKeyConstraint("staff", "until"),
)

session = Table(
    "session",
    metadata,
    Column("token_hash", Text, primary_key=True),
    Column("staff", Text, nullable=False),
    Column("csrf", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("seen_at", BigInteger, nullable=False),
    Column("confirmed_at", BigInteger),
    Column("address", Text),
    Column("agent", Text),
    Column("counter", Text),
)
