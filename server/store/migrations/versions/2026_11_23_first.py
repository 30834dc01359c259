"""The first tables: centres, days, tickets, counters, the append-only journal, devices and
staff.
"""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_23_first"
down_revision = None

AT_COUNTER = sa.text("state IN ('CALLED', 'SERVING')")


def upgrade() -> None:
    op.create_table(
        "centre",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("profile", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("code", name="pk_centre"),
    )
    op.create_table(
        "counter",
        sa.Column("centre", sa.Text(), nullable=False),
        sa.Column("counter", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("clerk", sa.Text()),
        sa.Column("reason", sa.Text()),
        sa.PrimaryKeyConstraint("centre", "counter", name="pk_counter"),
    )
    op.create_table(
        "device",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("centre", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("counter", sa.Text()),
        sa.Column("zone", sa.Text()),
        sa.Column("sound", sa.Boolean(), nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("revoked_at", sa.BigInteger()),
        sa.Column("seen_at", sa.BigInteger()),
        sa.Column("status", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_device"),
        sa.UniqueConstraint("token_hash", name="uq_device_token_hash"),
    )
    op.create_table(
        "journal",
        sa.Column("centre", sa.Text(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("ticket", sa.Text()),
        sa.Column("number", sa.Text()),
        sa.Column("field", sa.Text()),
        sa.Column("counter", sa.Text()),
        sa.Column("data", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("centre", "seq", name="pk_journal"),
    )
    op.create_index("ix_journal_counter", "journal", ["centre", "counter", "seq"])
    op.create_index("ix_journal_day", "journal", ["centre", "day", "kind"])
    op.create_index("ix_journal_kind_at", "journal", ["centre", "kind", "at"])
    op.create_index("ix_journal_ticket", "journal", ["centre", "ticket"])
    op.create_table(
        "probe",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_probe"),
    )
    op.create_table(
        "request",
        sa.Column("centre", sa.Text(), nullable=False),
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("centre", "request_id", name="pk_request"),
    )
    op.create_index("ix_request_at", "request", ["at"])
    op.create_table(
        "series",
        sa.Column("centre", sa.Text(), nullable=False),
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.Column("leased", sa.Integer(), nullable=False),
        sa.Column("issued", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("centre", "day", "field", name="pk_series"),
    )
    op.create_table(
        "service_day",
        sa.Column("centre", sa.Text(), nullable=False),
        sa.Column("date", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("closed_at", sa.BigInteger()),
        sa.Column("by_hand", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("centre", "date", name="pk_service_day"),
    )
    op.create_table(
        "session",
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("staff", sa.Text(), nullable=False),
        sa.Column("csrf", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("token_hash", name="pk_session"),
    )
    op.create_table(
        "staff",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("centre", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("full_name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("disabled", sa.Boolean(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("locked_until", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_staff"),
    )
    op.create_index("uq_staff_name", "staff", ["centre", "name"], unique=True)
    op.create_table(
        "ticket",
        sa.Column("centre", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("service", sa.Text()),
        sa.Column("lang", sa.Text(), nullable=False),
        sa.Column("priority", sa.Text()),
        sa.Column("credit_ms", sa.BigInteger(), nullable=False),
        sa.Column("device", sa.Text()),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("issued_at", sa.BigInteger(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("line_at", sa.BigInteger(), nullable=False),
        sa.Column("called_at", sa.BigInteger()),
        sa.Column("first_called_at", sa.BigInteger()),
        sa.Column("started_at", sa.BigInteger()),
        sa.Column("ended_at", sa.BigInteger()),
        sa.Column("parked_at", sa.BigInteger()),
        sa.Column("missed_at", sa.BigInteger()),
        sa.Column("counter", sa.Text()),
        sa.Column("clerk", sa.Text()),
        sa.Column("calls", sa.Integer(), nullable=False),
        sa.Column("absences", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text()),
        sa.Column("to_counter", sa.Text()),
        sa.Column("to_clerk", sa.Text()),
        sa.Column("come_back", sa.Text()),
        sa.Column("park_reason", sa.Text()),
        sa.Column("outcome", sa.Text()),
        sa.Column("services", sa.Text(), nullable=False),
        sa.Column("printed", sa.Boolean()),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("centre", "id", name="pk_ticket"),
    )
    op.create_index("ix_ticket_line", "ticket", ["centre", "day", "state", "field", "line_at"])
    op.create_index(
        "uq_ticket_at_counter",
        "ticket",
        ["centre", "counter"],
        unique=True,
        sqlite_where=AT_COUNTER,
        postgresql_where=AT_COUNTER,
    )
    op.create_index("uq_ticket_number", "ticket", ["centre", "day", "number"], unique=True)
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER journal_no_{verb.lower()} BEFORE {verb} ON journal BEGIN SELECT"
                " RAISE(ABORT, 'the journal is append-only'); END"
            )
    else:
        op.execute(
            "CREATE FUNCTION journal_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            " RAISE EXCEPTION 'the journal is append-only'; END $$"
        )
        op.execute(
            "CREATE TRIGGER journal_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON journal FOR"
            " EACH STATEMENT EXECUTE FUNCTION journal_is_append_only()"
        )
