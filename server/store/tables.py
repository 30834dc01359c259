"""The tables.

Times are milliseconds since 1970 UTC; JSON is text, so SQLite and PostgreSQL hold the same bytes.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    false,
    text,
    true,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
    }
)

centre = Table(
    "centre",
    metadata,
    Column("code", Text, primary_key=True),
    Column("seq", BigInteger, nullable=False),
    Column("version", Integer, nullable=False),
    Column("profile", Text, nullable=False),
    Column("waiting", Text),
    Column("managed_by", Text, nullable=False, server_default="browser"),
    Column("base_version", Integer),
)

#: Every document that was in force, by version: names and hours of a day that is over are read from
#: the one of then.
centre_document = Table(
    "centre_document",
    metadata,
    Column("centre", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("profile", Text, nullable=False),
    Column("actor", Text),
    Column("reason", Text),
    Column("source", Text),
    Column("digest", Text),
    PrimaryKeyConstraint("centre", "version"),
)

#: Changes of a centre's document that wait for their moment; `changes` is a list of places and
#: values as JSON, made of the document of version `made_of`.
planned_change = Table(
    "planned_change",
    metadata,
    Column("centre", Text, nullable=False),
    Column("id", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("due_at", BigInteger, nullable=False),
    Column("made_of", Integer, nullable=False),
    Column("changes", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("outcome", Text),
    PrimaryKeyConstraint("centre", "id"),
    Index("ix_planned_change_due", "centre", "state", "due_at"),
)

#: What a person has changed on the pages of the settings and not applied yet.
settings_draft = Table(
    "settings_draft",
    metadata,
    Column("centre", Text, nullable=False),
    Column("staff", Text, nullable=False),
    Column("made_of", Integer, nullable=False),
    Column("changes", Text, nullable=False),
    Column("since", BigInteger, nullable=False),
    Column("at", BigInteger, nullable=False),
    PrimaryKeyConstraint("centre", "staff"),
)

#: The document a province shares among its centres, every version whole.
base_document = Table(
    "base_document",
    metadata,
    Column("version", Integer, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("document", Text, nullable=False),
    Column("actor", Text),
    Column("reason", Text),
    Column("digest", Text, nullable=False),
    PrimaryKeyConstraint("version"),
)

service_day = Table(
    "service_day",
    metadata,
    Column("centre", Text, nullable=False),
    Column("date", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("opened_at", BigInteger, nullable=False),
    Column("closed_at", BigInteger),
    Column("by_hand", Boolean, nullable=False),
    Column("issuing", Boolean, nullable=False, server_default=true()),
    Column("closed_fields", Text, nullable=False, server_default="{}"),
    Column("assigned", Text, nullable=False, server_default="{}"),
    Column("wanting", Text, nullable=False, server_default="[]"),
    Column("moved_to", Text),
    Column("taken_alerts", Text, nullable=False, server_default="{}"),
    PrimaryKeyConstraint("centre", "date"),
)

series = Table(
    "series",
    metadata,
    Column("centre", Text, nullable=False),
    Column("day", Text, nullable=False),
    Column("field", Text, nullable=False),
    Column("last", Integer, nullable=False),
    Column("leased", Integer, nullable=False),
    Column("issued", Integer, nullable=False),
    PrimaryKeyConstraint("centre", "day", "field"),
)

ticket = Table(
    "ticket",
    metadata,
    Column("centre", Text, nullable=False),
    Column("id", Text, nullable=False),
    Column("day", Text, nullable=False),
    Column("number", Text, nullable=False),
    Column("field", Text, nullable=False),
    Column("service", Text),
    Column("lang", Text, nullable=False),
    Column("priority", Text),
    Column("credit_ms", BigInteger, nullable=False),
    Column("device", Text),
    Column("state", Text, nullable=False),
    Column("issued_at", BigInteger, nullable=False),
    Column("since", BigInteger, nullable=False),
    Column("line_at", BigInteger, nullable=False),
    Column("called_at", BigInteger),
    Column("first_called_at", BigInteger),
    Column("started_at", BigInteger),
    Column("ended_at", BigInteger),
    Column("parked_at", BigInteger),
    Column("missed_at", BigInteger),
    Column("counter", Text),
    Column("clerk", Text),
    Column("calls", Integer, nullable=False),
    Column("absences", Integer, nullable=False),
    Column("reason", Text),
    Column("to_counter", Text),
    Column("to_clerk", Text),
    Column("come_back", Text),
    Column("park_reason", Text),
    Column("outcome", Text),
    Column("services", Text, nullable=False),
    Column("printed", Boolean),
    Column("dossiers", Integer),
    Column("then_services", Text, nullable=False, server_default="[]"),
    Column("remind_at", BigInteger),
    Column("back_clerk", Text),
    Column("noted", Boolean, nullable=False, server_default=false()),
    Column("time_doubted", Boolean, nullable=False, server_default=false()),
    Column("key_hash", Text),
    Column("slot_at", BigInteger),
    Column("seq", BigInteger, nullable=False),
    PrimaryKeyConstraint("centre", "id"),
    Index("uq_ticket_number", "centre", "day", "number", unique=True),
    Index(
        "ix_ticket_key",
        "key_hash",
        sqlite_where=text("key_hash IS NOT NULL"),
        postgresql_where=text("key_hash IS NOT NULL"),
    ),
    Index("ix_ticket_line", "centre", "day", "state", "field", "line_at", "to_counter", "to_clerk"),
    Index(
        "uq_ticket_at_counter",
        "centre",
        "counter",
        unique=True,
        sqlite_where=text("state IN ('CALLED', 'SERVING')"),
        postgresql_where=text("state IN ('CALLED', 'SERVING')"),
    ),
)

#: What the keys of a centre's slips are derived from (domain/slip_key.py).
slip_secret = Table(
    "slip_secret",
    metadata,
    Column("centre", Text, primary_key=True),
    Column("secret", Text, nullable=False),
)

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

#: Notes of open tickets. They may hold personal data, so they are in no journal and go in the
#: transaction that ends their ticket.
note = Table(
    "note",
    metadata,
    Column("centre", Text, nullable=False),
    Column("ticket", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("author", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    PrimaryKeyConstraint("centre", "ticket"),
)

counter = Table(
    "counter",
    metadata,
    Column("centre", Text, nullable=False),
    Column("counter", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("since", BigInteger, nullable=False),
    Column("clerk", Text),
    Column("reason", Text),
    Column("break_wanted", Boolean, nullable=False, server_default=false()),
    PrimaryKeyConstraint("centre", "counter"),
)

journal = Table(
    "journal",
    metadata,
    Column("centre", Text, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("day", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("act", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("ticket", Text),
    Column("number", Text),
    Column("field", Text),
    Column("counter", Text),
    Column("data", Text, nullable=False),
    Column("address", Text),
    PrimaryKeyConstraint("centre", "seq"),
    Index("ix_journal_day", "centre", "day", "kind"),
    Index("ix_journal_ticket", "centre", "ticket"),
    Index(
        "ix_journal_calls",
        "centre",
        "at",
        sqlite_where=text("kind = 'called'"),
        postgresql_where=text("kind = 'called'"),
    ),
    Index(
        "ix_journal_signed",
        "centre",
        "seq",
        sqlite_where=text("kind = 'report_signed'"),
        postgresql_where=text("kind = 'report_signed'"),
    ),
    Index(
        "ix_journal_counter",
        "centre",
        "counter",
        "seq",
        sqlite_where=text("counter IS NOT NULL"),
        postgresql_where=text("counter IS NOT NULL"),
    ),
)

request = Table(
    "request",
    metadata,
    Column("centre", Text, nullable=False),
    Column("request_id", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Column("answer", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    PrimaryKeyConstraint("centre", "request_id"),
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
