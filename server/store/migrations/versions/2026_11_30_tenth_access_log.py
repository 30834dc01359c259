"""Who came in and who was turned away, and on which machines a person has logged in before."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_30_tenth_access_log"
down_revision = "2026_11_30_ninth_clock"


def upgrade() -> None:
    """Add the log, which may only grow, and the machines."""
    op.create_table(
        "access_log",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("centre", sa.Text),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("who", sa.Text),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("what", sa.Text),
        sa.Column("times", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_access_log"),
    )
    op.create_index("ix_access_log_at", "access_log", ["at"])
    op.create_table(
        "known_machine",
        sa.Column("staff", sa.Text, nullable=False),
        sa.Column("machine_hash", sa.Text, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("staff", "machine_hash", name="pk_known_machine"),
    )
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE TRIGGER access_log_no_update BEFORE UPDATE ON access_log BEGIN SELECT"
            " RAISE(ABORT, 'the access log is append-only'); END"
        )
        op.execute(
            # 180 days before the newest row, in milliseconds: what is older may be forgotten
            "CREATE TRIGGER access_log_no_delete BEFORE DELETE ON access_log WHEN OLD.at >"
            " (SELECT max(at) FROM access_log) - 15552000000 BEGIN SELECT"
            " RAISE(ABORT, 'the access log is append-only'); END"
        )
        return
    op.execute(
        "CREATE FUNCTION access_log_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        " IF TG_OP = 'DELETE' AND OLD.at <= (SELECT max(at) FROM access_log) -"
        " 15552000000 THEN RETURN OLD; END IF;"
        " RAISE EXCEPTION 'the access log is append-only'; END $$"
    )
    op.execute(
        "CREATE TRIGGER access_log_no_change BEFORE UPDATE OR DELETE ON access_log FOR EACH ROW"
        " EXECUTE FUNCTION access_log_is_append_only()"
    )
