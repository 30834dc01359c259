"""Whole copies of a database beside it: for a backup, and before its schema is changed."""

import os
import shutil
import sqlite3
import subprocess
import tempfile
from pathlib import Path

from sqlalchemy import make_url, text

from .engine import Store

#: Left free on the disk of the copy, so that a backup is never what stops the queue.
LEAVE_FREE = 100 * 1024 * 1024


class BackupError(Exception):
    """No backup was made, or nothing was restored; the text says why and the mend."""


def copy_sqlite(store: Store, copy: Path) -> None:
    """Copy a SQLite file that may be in use, and read the copy. Raises BackupError."""
    source, target = sqlite3.connect(str(store.writer.url.database)), sqlite3.connect(copy)
    try:
        source.backup(target)
        if target.execute("PRAGMA integrity_check").fetchone()[0] != "ok":
            raise BackupError(
                "the database is damaged; look at the disk, and keep the older backups"
            )
        target.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.DatabaseError as error:
        raise BackupError(
            f"the database cannot be copied ({error}); look at the disk, and keep the older backups"
        ) from None
    finally:
        target.close()
        source.close()


def database_bytes(store: Store) -> int:
    """How large the database is now."""
    if store.sqlite:
        return sum(
            Path(f"{store.writer.url.database}{tail}").stat().st_size
            for tail in ("", "-wal")
            if Path(f"{store.writer.url.database}{tail}").exists()
        )
    with store.read() as conn:
        return int(conn.execute(text("SELECT pg_database_size(current_database())")).scalar_one())


def run_postgres(program: str, store: Store | None, *argv: str | Path) -> None:
    """Run a program of PostgreSQL, on this database where one is named; its password goes by the
    environment, where no list of processes shows it. Raises BackupError.
    """
    tool = shutil.which(program)
    if not tool:
        raise BackupError(f"{program} is missing; run: apt-get install postgresql-client")
    command, environment = [tool], dict(os.environ)
    if store is not None:
        url = make_url(store.url)
        plain = url.set(drivername="postgresql", password=None).render_as_string()
        command += [f"--dbname={plain}", "--no-password"]
        if url.password:
            environment["PGPASSWORD"] = url.password
    done = subprocess.run(
        [*command, *map(str, argv)], capture_output=True, text=True, env=environment
    )
    if done.returncode:
        raise BackupError(f"{program}: {(done.stderr.strip().splitlines() or ['failed'])[-1]}")


def dump_postgres(store: Store, copy: Path) -> None:
    """Write a PostgreSQL database to a file that `pg_restore` reads. Raises BackupError."""
    run_postgres(
        "pg_dump", store, "--format=custom", "--no-owner", "--no-privileges", f"--file={copy}"
    )


def room_for(folder: Path, size: int) -> None:
    """Raise BackupError where so many bytes do not go on the disk of a folder."""
    free = shutil.disk_usage(folder).free
    if free < size + LEAVE_FREE:
        raise BackupError(
            f"{folder} has {free // 1024**2} MB free and {(size + LEAVE_FREE) // 1024**2} MB are"
            " needed; free some space or choose another disk"
        )


def load_dump(store: Store, dump: Path) -> None:
    """Put what `dump_postgres` wrote in the place of everything the database holds, all or nothing.
    Raises BackupError.
    """
    with tempfile.TemporaryDirectory(dir=dump.parent) as aside:
        script = Path(aside) / "restore.sql"
        run_postgres("pg_restore", None, "--no-owner", "--no-privileges", f"--file={script}", dump)
        run_postgres(
            "psql",
            store,
            *("--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1"),
            "--command=DROP SCHEMA public CASCADE; CREATE SCHEMA public",
            f"--file={script}",
        )


def old_copies(folder: Path, before: int) -> list[Path]:
    """The copies of a whole database that an upgrade or a restore laid beside it before a moment
    (ms); they hold what has been erased since.
    """
    return [
        file
        for file in sorted(folder.glob("luot.*.before-*"))
        if file.is_file() and file.stat().st_mtime * 1000 < before
    ]
