"""Signatures under reports are found without reading the journal."""

from alembic import op
from sqlalchemy import text

revision = "2026_11_30_signed_reports"
down_revision = "2026_11_30_names_of_then"

SIGNED = text("kind = 'report_signed'")


def upgrade() -> None:
    """Add the index."""
    op.create_index(
        "ix_journal_signed",
        "journal",
        ["centre", "seq"],
        sqlite_where=SIGNED,
        postgresql_where=SIGNED,
    )
