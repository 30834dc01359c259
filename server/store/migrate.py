"""Bringing a database to the newest schema, one transaction a step, the file copied aside first."""

import re
import shutil
import sqlite3
from pathlib import Path

from sqlalchemy import inspect, text

FOLDER = Path(__file__).parent / "migrations"
_LINK = re.compile(r'^(revision|down_revision) = "(.+)"$', re.MULTILINE)


def _config(connection):
    # only a database that is behind needs Alembic, and loading it would cost every start of the hub a tenth of its time
    from alembic.config import Config
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def newest():
    """The revision this program needs: the one migration that no other follows."""
    links = [dict(_LINK.findall(file.read_text("utf-8"))) for file in (FOLDER / "versions").glob("[0-9]*.py")]
    (last,) = {link["revision"] for link in links} - {link.get("down_revision") for link in links}
    return last


def current(store):
    """The revision the database has, or None for an empty one."""
    with store.read() as conn:
        if not inspect(conn).has_table("alembic_version"):
            return None
        return conn.execute(text("SELECT version_num FROM alembic_version")).scalar()


def migrate(store):
    """Bring `store` to the newest schema; a SQLite file that already holds tables is copied to `<file>.before-<revision>` first. Returns (from, to)."""
    before, after = current(store), newest()
    if before == after:
        return before, after
    if store.sqlite and before is not None:
        file = store.writer.url.database
        with sqlite3.connect(file) as source, sqlite3.connect(f"{file}.before-{after}") as copy:
            source.backup(copy)
    from alembic import command
    with store.change() as conn:
        command.upgrade(_config(conn), "head")
    return before, after


def backup(store, target):
    """Copy a running SQLite database whole to `target`, then open the copy and check it. Returns the target."""
    target = Path(target)
    half = target.with_name(target.name + ".part")
    half.unlink(missing_ok=True)
    source, copy = sqlite3.connect(store.writer.url.database), sqlite3.connect(half)
    try:
        source.backup(copy)
        if copy.execute("PRAGMA integrity_check").fetchone()[0] != "ok":
            raise ValueError("the copy is damaged; look at the disk")
        copy.execute("PRAGMA journal_mode=DELETE")
    finally:
        copy.close()
        source.close()
    half.replace(target)
    return target


def restore(source, file):
    """Put a backup in the place of the database `file`; what was there is kept beside it as `.before-restore`."""
    with sqlite3.connect(source) as check:
        if check.execute("PRAGMA integrity_check").fetchone()[0] != "ok" or not check.execute("SELECT name FROM sqlite_master WHERE name = 'journal'").fetchone():
            raise ValueError(f"{source} is not a sound backup of Lượt")
    file = Path(file)
    if file.exists():
        with sqlite3.connect(file) as old:
            old.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        shutil.move(file, file.with_name(file.name + ".before-restore"))
    for tail in ("-wal", "-shm"):
        Path(f"{file}{tail}").unlink(missing_ok=True)
    shutil.copy(source, file)
