"""People ahead are counted from the index alone; the journal keeps only the index entries that
somebody asks for.
"""

from alembic import op
from sqlalchemy import text

revision = "2026_11_23_fifth_line_index"
down_revision = "2026_11_23_fourth_announcements"

CALLED, AT_COUNTER = text("kind = 'called'"), text("counter IS NOT NULL")


def upgrade() -> None:
    op.drop_index("ix_ticket_line", "ticket")
    op.create_index(
        "ix_ticket_line",
        "ticket",
        ["centre", "day", "state", "field", "line_at", "to_counter", "to_clerk"],
    )
    op.drop_index("ix_journal_kind_at", "journal")
    op.create_index(
        "ix_journal_calls",
        "journal",
        ["centre", "at"],
        sqlite_where=CALLED,
        postgresql_where=CALLED,
    )
    op.drop_index("ix_journal_counter", "journal")
    op.create_index(
        "ix_journal_counter",
        "journal",
        ["centre", "counter", "seq"],
        sqlite_where=AT_COUNTER,
        postgresql_where=AT_COUNTER,
    )
