"""The line: days, tickets, counters, and the journal they are folded from."""

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
    text,
    true,
)

from .base import metadata

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
    Column("issued_seq", BigInteger, nullable=False, server_default="0"),
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
    # the fact that gave a ticket out is found by ticket.issued_seq (journal.of_ticket), so a new
    # ticket leaves this tree as it is
    Index(
        "ix_journal_ticket",
        "centre",
        "ticket",
        sqlite_where=text("kind <> 'issued'"),
        postgresql_where=text("kind <> 'issued'"),
    ),
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
