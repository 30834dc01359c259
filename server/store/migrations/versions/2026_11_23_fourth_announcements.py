"""What announcements add."""

revision = "2026_11_23_fourth_announcements"
down_revision = "2026_11_23_third_hall"


def upgrade():
    """Nothing yet."""
