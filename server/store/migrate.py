"""Bringing a database to the newest schema, one transaction a step, the file copied aside first."""

import re
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text

from .engine import Store
from .sealed_secrets import seal_plain

if TYPE_CHECKING:
    from alembic.config import Config

FOLDER = Path(__file__).parent / "migrations"
_LINK = re.compile(r'^(revision|down_revision) = "(.+)"$', re.MULTILINE)


def _config(connection: Connection | None) -> "Config":
    # only a database that is behind needs Alembic, and loading it would cost every start of the hub
    # a tenth of its time
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def newest() -> str:
    """The revision this program needs: the one migration that no other follows."""
    links = [
        dict(_LINK.findall(file.read_text("utf-8")))
        for file in (FOLDER / "versions").glob("[0-9]*.py")
    ]
    (last,) = {link["revision"] for link in links} - {link.get("down_revision") for link in links}
    return str(last)


def current(store: Store) -> str | None:
    """The revision the database has, or None for an empty one."""
    with store.read() as conn:
        if not inspect(conn).has_table("alembic_version"):
            return None
        version = conn.execute(text("SELECT version_num FROM alembic_version")).scalar()
        return None if version is None else str(version)


def migrate(store: Store) -> tuple[str | None, str | None]:
    """Bring `store` to the newest schema; a SQLite file that already holds tables is copied to
    `<file>.before-<revision>` first. Returns (from, to).
    """
    before, after = current(store), newest()
    if before == after:
        return before, after
    if store.sqlite and before is not None:
        file = str(store.writer.url.database)
        with sqlite3.connect(file) as source, sqlite3.connect(f"{file}.before-{after}") as copy:
            source.backup(copy)
    from alembic import command

    with store.change() as conn:
        command.upgrade(_config(conn), "head")
        if before is not None:
            seal_plain(conn, store.house_key)
    return before, after
