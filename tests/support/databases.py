"""Schemas for the database fixtures."""

from server.store import migrate as migration
from server.store.engine import open_store


def migrate(url: str) -> None:
    """Bring a database to the newest schema."""
    store = open_store(url)
    try:
        migration.migrate(store)
    finally:
        store.close()
