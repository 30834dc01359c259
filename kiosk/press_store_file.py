"""The file under the kiosk's press store: its tables, how an older file becomes a newer one,
and the one kind of transaction.
"""

import json
import secrets
import sqlite3
import threading
from pathlib import Path
from types import TracebackType

VERSION = 2
DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
TABLES = """
CREATE TABLE IF NOT EXISTS presses (
  request_id TEXT PRIMARY KEY, body TEXT NOT NULL, pressed_at INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('pressed', 'numbered', 'refused')),
  source TEXT CHECK (source IN ('hub', 'lease')), day TEXT, number TEXT, ticket TEXT, answer TEXT,
  numbered_at INTEGER);
CREATE TABLE IF NOT EXISTS jobs (
  id INTEGER PRIMARY KEY, request_id TEXT REFERENCES presses,
  kind TEXT NOT NULL CHECK (kind IN ('slip', 'reprint')),
  ask TEXT, ticket TEXT, day TEXT NOT NULL, number TEXT NOT NULL, slip TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('queued', 'sent', 'printed', 'failed')), reason TEXT,
  queued_at INTEGER NOT NULL, sent_at INTEGER, ended_at INTEGER);
CREATE TABLE IF NOT EXISTS blocks (
  field TEXT NOT NULL, day TEXT NOT NULL,
  first INTEGER NOT NULL, last INTEGER NOT NULL, next INTEGER NOT NULL,
  withdrawn INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (day, field, first));
CREATE TABLE IF NOT EXISTS outbox (
  id INTEGER PRIMARY KEY, kind TEXT NOT NULL CHECK (kind IN ('upload', 'printed', 'forsake')),
  request_id TEXT, body TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('waiting', 'sent', 'rejected')), error TEXT,
  made_at INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS memo (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""
INDEXES = """
CREATE UNIQUE INDEX IF NOT EXISTS one_number_a_day ON presses (day, number)
  WHERE number IS NOT NULL;
CREATE INDEX IF NOT EXISTS by_ticket ON presses (ticket);
CREATE INDEX IF NOT EXISTS still_pressed ON presses (pressed_at) WHERE state = 'pressed';
CREATE UNIQUE INDEX IF NOT EXISTS one_slip_a_press ON jobs (request_id) WHERE kind = 'slip';
CREATE UNIQUE INDEX IF NOT EXISTS one_paper_an_ask ON jobs (ask) WHERE ask IS NOT NULL;
CREATE INDEX IF NOT EXISTS queued_jobs ON jobs (id) WHERE state = 'queued';
CREATE INDEX IF NOT EXISTS outbox_waiting ON outbox (id) WHERE state = 'waiting';
"""
# what a file of the first version needs before it has the tables above
FROM_ONE = (
    """
ALTER TABLE jobs RENAME TO jobs_of_one;
ALTER TABLE outbox RENAME TO outbox_of_one;
DROP INDEX IF EXISTS one_slip_a_press;
DROP INDEX IF EXISTS outbox_waiting;
"""
    + TABLES
    + """
INSERT INTO jobs
  (id, request_id, kind, day, number, slip, state, reason, queued_at, sent_at, ended_at)
  SELECT id, request_id, kind, day, number, json_extract(answer, '$.slip'), jobs_of_one.state,
    reason, queued_at, sent_at, ended_at
  FROM jobs_of_one JOIN presses USING (request_id);
INSERT INTO outbox SELECT * FROM outbox_of_one;
DROP TABLE jobs_of_one;
DROP TABLE outbox_of_one;
"""
)


def open_file(file: Path) -> tuple[sqlite3.Connection, str | None]:
    """The press store's file, durable and of the newest form, and the name a damaged one was
    put aside under. A newer file, or a file system that cannot be trusted, is an error.

    A kiosk on a new file is a kiosk set up anew: the hub never leases it numbers of the old one, so
    none comes out twice; what the hub had not heard lies in the file put aside.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    try:
        return _open(file), None
    except sqlite3.DatabaseError as error:
        if getattr(error, "sqlite_errorcode", 0) & 0xFF not in DAMAGED:
            raise
        aside = f"{file.name}.damaged-{secrets.token_hex(4)}"
        for tail in ("-wal", "-shm", ""):
            if (part := file.with_name(file.name + tail)).exists():
                part.rename(file.with_name(aside + tail))
        return _open(file), aside


def _open(file: Path) -> sqlite3.Connection:
    db = sqlite3.connect(file, isolation_level=None, check_same_thread=False, timeout=10)
    try:
        return _ready(db, file)
    except BaseException:
        db.close()
        raise


def _ready(db: sqlite3.Connection, file: Path) -> sqlite3.Connection:
    db.row_factory = sqlite3.Row
    if (fault := db.execute("PRAGMA quick_check(1)").fetchone()[0]) != "ok":
        wrong = sqlite3.DatabaseError(f"{file}: {fault}")
        wrong.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
        raise wrong
    mode = db.execute("PRAGMA journal_mode=WAL").fetchone()[0]
    db.execute("PRAGMA synchronous=FULL")
    db.execute("PRAGMA secure_delete=ON")
    if mode != "wal" or db.execute("PRAGMA synchronous").fetchone()[0] != 2:
        raise OSError(
            f"{file}: this file system cannot keep numbers safe (WAL with synchronous=FULL refused)"
        )
    version = db.execute("PRAGMA user_version").fetchone()[0]
    if version > VERSION:
        raise OSError(
            f"{file}: was written by a newer kiosk program; install that version again, or give"
            " this one another --data"
        )
    if version < VERSION:
        old = db.execute("SELECT 1 FROM sqlite_master WHERE name = 'jobs'").fetchone()
        db.executescript(
            f"BEGIN IMMEDIATE; {FROM_ONE if old else TABLES} {INDEXES} PRAGMA user_version ="
            f" {VERSION}; COMMIT;"
        )
    # what earlier programs kept of cards
    db.executescript(
        "DROP TABLE IF EXISTS persons; DELETE FROM memo WHERE name LIKE 'person_key:%';"
    )
    db.execute("PRAGMA foreign_keys=ON")
    db.execute(
        "INSERT INTO memo VALUES ('journal_id', ?) ON CONFLICT DO NOTHING",
        (f'"{secrets.token_hex(12)}"',),
    )
    return db


def json_text(value: object) -> str:
    """A value as the tables keep it: equal values are equal texts."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


class Transaction:
    """BEGIN IMMEDIATE … COMMIT under the store's lock; rolled back by any error."""

    def __init__(self, lock: threading.RLock, db: sqlite3.Connection) -> None:
        self._lock, self._db = lock, db

    def __enter__(self) -> sqlite3.Connection:
        self._lock.acquire()
        try:
            self._db.execute("BEGIN IMMEDIATE")
        except BaseException:
            self._lock.release()
            raise
        return self._db

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            if kind is None:
                self._db.execute("COMMIT")
        finally:
            # a full disk ends the transaction by itself; any other error, also one of COMMIT,
            # leaves it open
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            self._lock.release()
