"""People ahead are counted from the index alone."""

from alembic import op

revision = "2026_11_23_fifth_line_index"
down_revision = "2026_11_23_fourth_announcements"


def upgrade():
    op.drop_index("ix_ticket_line", "ticket")
    op.create_index("ix_ticket_line", "ticket", ["centre", "day", "state", "field", "line_at", "to_counter", "to_clerk"])
