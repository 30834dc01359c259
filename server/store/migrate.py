"""Bringing a database to the newest schema in one transaction, the database copied aside first."""

import os
import re
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Column, Connection, Integer, MetaData, Table, inspect, text

from .backup_copies import to_disk
from .copies import (
    BackupError,
    copy_sqlite,
    database_bytes,
    dump_postgres,
    load_dump,
    room_for,
)
from .engine import Store
from .errors import StorageError
from .sealed_secrets import seal_plain

if TYPE_CHECKING:
    from alembic.config import Config

FOLDER = Path(__file__).parent / "migrations"
#: Stands in a database while its schema is changed; still there after a fault, a part was kept.
UNDER_WAY = Table("migration_under_way", MetaData(), Column("a", Integer))
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
    """Bring `store` to the newest schema, in one transaction; a database that already holds tables
    is copied to `luot.db.before-<revision>` (`luot.pgdump.before-<revision>`) in the data folder
    first. Returns (from, to).

    Raises StorageError, and then the database is as it was.
    """
    before, after = current(store), newest()
    if before == after:
        return before, after
    if before is None:
        _upgrade(store, seal=False)
        return before, after
    try:
        copy = _copied_aside(store, after)
    except BackupError as error:
        raise StorageError(
            f"the schema was left at {before}, since no copy of the database could be made: {error}"
        ) from None
    try:
        _upgrade(store, seal=True)
    except Exception as error:
        _go_back(store, copy)
        reason = (str(error).splitlines() or [""])[0] or type(error).__name__
        raise StorageError(
            f"the schema could not be brought from {before} to {after} ({reason}); the database is"
            f" as it was, a copy is {copy}: start the version before, and report this"
        ) from error
    return before, after


def _upgrade(store: Store, *, seal: bool) -> None:
    from alembic import command

    with store.change() as conn:
        UNDER_WAY.create(conn)
        command.upgrade(_config(conn), "head")
        UNDER_WAY.drop(conn)
        if seal:
            seal_plain(conn, store.house_key)


def _copied_aside(store: Store, after: str) -> Path:
    """A copy of the database as it is, whole and on the disk. Raises BackupError."""
    if store.folder is None:
        raise BackupError("no data folder is named for the copy; set LUOT_DATA")
    name = f"{Path(store.file).name if store.sqlite else 'luot.pgdump'}.before-{after}"
    copy = store.folder / name
    part = copy.with_name(f"{name}.part")
    room_for(store.folder, database_bytes(store))
    try:
        part.unlink(missing_ok=True)
        os.close(os.open(part, os.O_WRONLY | os.O_CREAT, 0o600))
        if store.sqlite:
            copy_sqlite(store, part)
        else:
            dump_postgres(store, part)
        to_disk(part)
        os.replace(part, copy)
        to_disk(store.folder)
    except OSError as error:
        raise BackupError(f"{copy}: {error.strerror or error}; free some space") from None
    finally:
        part.unlink(missing_ok=True)
    return copy


def _go_back(store: Store, copy: Path) -> None:
    """Put the copy back, should a migration have left anything behind. Raises StorageError."""
    with store.read() as conn:
        if not inspect(conn).has_table(UNDER_WAY.name):
            return  # its transaction was rolled back
    try:
        if store.sqlite:
            store.writer.dispose()
            with (
                closing(sqlite3.connect(copy)) as source,
                closing(sqlite3.connect(store.file)) as target,
            ):
                source.backup(target)
        else:
            load_dump(store, copy)
    except (BackupError, sqlite3.Error) as error:
        raise StorageError(
            f"the schema is half changed and {copy} could not be put back ({error}); stop every"
            " hub and restore the newest backup with `luot restore FILE`"
        ) from error
