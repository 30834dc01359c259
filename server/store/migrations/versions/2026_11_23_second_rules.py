"""What the rules of the line add."""

revision = "2026_11_23_second_rules"
down_revision = "2026_11_23_first"


def upgrade():
    """Nothing yet."""
