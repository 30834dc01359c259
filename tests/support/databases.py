"""Schemas for the database fixtures, and damage."""

import os
import sqlite3
from pathlib import Path

from server.store import migrate as migration
from server.store.engine import open_store


def migrate(url: str) -> None:
    """Bring a database to the newest schema."""
    store = open_store(url)
    try:
        migration.migrate(store)
    finally:
        store.close()


def damage(folder: Path) -> None:
    """Make a page in the middle of a closed database no page any more: one of a table `filler` that
    nobody reads by the way.
    """
    file = folder / "luot.db"
    store = open_store(folder)
    with store.change() as conn:
        conn.exec_driver_sql("CREATE TABLE filler (id INTEGER PRIMARY KEY, text TEXT)")
        for _ in range(300):
            conn.exec_driver_sql("INSERT INTO filler (text) VALUES (hex(randomblob(400)))")
    store.close()
    with sqlite3.connect(file) as conn:
        page = conn.execute("SELECT rootpage FROM sqlite_master WHERE name='filler'").fetchone()[0]
    with file.open("r+b") as pages:
        pages.seek((page - 1) * 4096)
        pages.write(os.urandom(4096))
