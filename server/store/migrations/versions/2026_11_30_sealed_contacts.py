"""By what a contact is found whose address is sealed by the key of the house. What is there is
sealed after the last migration (server/store/sealed_secrets.py).
"""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_30_sealed_contacts"
down_revision = "2026_11_30_base_changes"


def upgrade() -> None:
    """Add the column."""
    op.add_column("contact", sa.Column("mark", sa.Text))
