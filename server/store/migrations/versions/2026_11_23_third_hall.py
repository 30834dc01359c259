"""What the hall adds."""

revision = "2026_11_23_third_hall"
down_revision = "2026_11_23_second_rules"


def upgrade():
    """Nothing yet."""
