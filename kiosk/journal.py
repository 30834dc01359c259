"""What the kiosk must not forget, in its own SQLite file: presses, numbers given, slips, leased blocks and what the hub has yet to hear.

Every public method is one transaction, durable when it returns (WAL, synchronous=FULL). No personal data is kept: a press is a
procedure, a language and at most a class of priority, and is forgotten two days after the hub has it.
"""

import json
import sqlite3
import threading
from pathlib import Path

SCHEMA = """
CREATE TABLE IF NOT EXISTS presses (
  request_id TEXT PRIMARY KEY, body TEXT NOT NULL, pressed_at INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('pressed', 'numbered', 'refused')),
  source TEXT CHECK (source IN ('hub', 'lease')), day TEXT, number TEXT, ticket TEXT, answer TEXT, numbered_at INTEGER);
CREATE UNIQUE INDEX IF NOT EXISTS one_number_a_day ON presses (day, number) WHERE number IS NOT NULL;
CREATE INDEX IF NOT EXISTS by_ticket ON presses (ticket);
CREATE TABLE IF NOT EXISTS jobs (
  id INTEGER PRIMARY KEY, request_id TEXT NOT NULL REFERENCES presses, kind TEXT NOT NULL CHECK (kind IN ('slip', 'reprint')),
  state TEXT NOT NULL CHECK (state IN ('queued', 'sent', 'printed', 'failed')), reason TEXT,
  queued_at INTEGER NOT NULL, sent_at INTEGER, ended_at INTEGER);
CREATE UNIQUE INDEX IF NOT EXISTS one_slip_a_press ON jobs (request_id) WHERE kind = 'slip';
CREATE TABLE IF NOT EXISTS blocks (
  field TEXT NOT NULL, day TEXT NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL, next INTEGER NOT NULL,
  withdrawn INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (day, field, first));
CREATE TABLE IF NOT EXISTS outbox (
  id INTEGER PRIMARY KEY, kind TEXT NOT NULL CHECK (kind IN ('upload', 'printed')), request_id TEXT NOT NULL, body TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('waiting', 'sent', 'rejected')), error TEXT, made_at INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS outbox_waiting ON outbox (id) WHERE state = 'waiting';
CREATE TABLE IF NOT EXISTS memo (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""
FORGET_AFTER_MS = 2 * 86_400_000


class NumberTwice(Exception):
    """This number was already given out by this kiosk on this service day."""


class Journal:
    """The kiosk's memory. Safe from any thread; a broken file refuses to open rather than start empty."""

    def __init__(self, file: Path):
        file.parent.mkdir(parents=True, exist_ok=True)
        self._lock = threading.RLock()
        self._db = sqlite3.connect(file, isolation_level=None, check_same_thread=False, timeout=10)
        self._db.row_factory = sqlite3.Row
        mode = self._db.execute("PRAGMA journal_mode=WAL").fetchone()[0]
        self._db.execute("PRAGMA synchronous=FULL")
        self._db.execute("PRAGMA foreign_keys=ON")
        self._db.execute("PRAGMA secure_delete=ON")
        if mode != "wal" or self._db.execute("PRAGMA synchronous").fetchone()[0] != 2:
            raise OSError(f"{file}: this file system cannot keep numbers safe (WAL with synchronous=FULL refused)")
        self._db.executescript(SCHEMA)

    def close(self) -> None:
        with self._lock:
            self._db.close()

    def _transaction(self):
        return _Transaction(self._lock, self._db)

    # ---- presses -------------------------------------------------------------------------------------------------------------

    def press(self, request_id: str, body: dict, now: int) -> sqlite3.Row:
        """Writes the press down before anything else happens; gives the row, an old one when the id is known."""
        with self._transaction() as db:
            db.execute(
                "INSERT INTO presses (request_id, body, pressed_at, state) VALUES (?, ?, ?, 'pressed') ON CONFLICT DO NOTHING",
                (request_id, _text(body), now),
            )
            return db.execute("SELECT * FROM presses WHERE request_id = ?", (request_id,)).fetchone()

    def refused(self, request_id: str, answer: dict) -> None:
        with self._transaction() as db:
            db.execute("UPDATE presses SET state = 'refused', answer = ? WHERE request_id = ?", (_text(answer), request_id))

    def numbered_by_hub(self, request_id: str, day: str, answer: dict, now: int) -> None:
        """Keeps the hub's number and queues its slip. `NumberTwice` when this kiosk gave that number to somebody else today."""
        with self._transaction() as db:
            _number(db, request_id, "hub", day, answer, now)

    def numbered_from_lease(self, request_id: str, day: str, field: str, make_answer, now: int) -> dict | None:
        """Takes the next leased number of the field, queues its slip and its upload; `None` when no number is left for this day."""
        with self._transaction() as db:
            while True:
                block = db.execute(
                    "SELECT rowid, * FROM blocks WHERE day = ? AND field = ? AND NOT withdrawn AND next <= last ORDER BY first LIMIT 1", (day, field)
                ).fetchone()
                if block is None:
                    return None
                db.execute("UPDATE blocks SET next = next + 1 WHERE rowid = ?", (block["rowid"],))
                answer = make_answer(block["next"])
                if not db.execute("SELECT 1 FROM presses WHERE day = ? AND number = ?", (day, answer["ticket"]["number"])).fetchone():
                    break
            _number(db, request_id, "lease", day, answer, now)
            ticket = answer["ticket"]
            upload = {key: ticket[key] for key in ("number", "field", "service", "priority", "lang", "issued_at") if ticket[key] is not None}
            _post(db, "upload", request_id, {"request_id": request_id, **upload}, now)
            return answer

    def find(self, name: str) -> sqlite3.Row | None:
        """The newest press of this ticket id, request id or number."""
        with self._lock:
            return self._db.execute(
                "SELECT * FROM presses WHERE state = 'numbered' AND (ticket = ?1 OR request_id = ?1 OR number = ?1) ORDER BY numbered_at DESC LIMIT 1", (name,)
            ).fetchone()

    def counted(self, day: str) -> dict:
        """How many numbers this kiosk gave out this day, by where they came from."""
        with self._lock:
            return dict(self._db.execute("SELECT source, count(*) FROM presses WHERE day = ? GROUP BY source", (day,)).fetchall())

    # ---- slips ---------------------------------------------------------------------------------------------------------------

    def next_job(self) -> sqlite3.Row | None:
        with self._lock:
            return self._db.execute(
                "SELECT jobs.*, presses.answer, presses.day, presses.number, presses.source FROM jobs JOIN presses USING (request_id)"
                " WHERE jobs.state = 'queued' ORDER BY jobs.id LIMIT 1"
            ).fetchone()

    def job_of(self, request_id: str) -> sqlite3.Row | None:
        with self._lock:
            return self._db.execute("SELECT * FROM jobs WHERE request_id = ? ORDER BY id DESC LIMIT 1", (request_id,)).fetchone()

    def reprint(self, request_id: str, now: int) -> int:
        with self._transaction() as db:
            return db.execute("INSERT INTO jobs (request_id, kind, state, queued_at) VALUES (?, 'reprint', 'queued', ?)", (request_id, now)).lastrowid

    def job_sent(self, job: int, now: int) -> None:
        """To be called before the first byte leaves: from here on the slip may exist, so it is never sent again by itself."""
        with self._transaction() as db:
            db.execute("UPDATE jobs SET state = 'sent', sent_at = ? WHERE id = ? AND state = 'queued'", (now, job))

    def job_doubt(self, job: int, reason: str) -> None:
        """Something went wrong with a slip on its way; it may still come out."""
        with self._transaction() as db:
            db.execute("UPDATE jobs SET reason = ? WHERE id = ? AND state = 'sent'", (reason, job))

    def job_ended(self, job: int, ok: bool, reason: str | None, now: int) -> None:
        """Ends a slip, and tells the hub by the outbox, in the same transaction."""
        with self._transaction() as db:
            row = db.execute("SELECT jobs.*, presses.ticket, presses.source FROM jobs JOIN presses USING (request_id) WHERE jobs.id = ?", (job,)).fetchone()
            db.execute("UPDATE jobs SET state = ?, reason = ?, ended_at = ? WHERE id = ?", ("printed" if ok else "failed", reason, now, job))
            _post(db, "printed", row["request_id"], {"ok": ok, **({"reason": reason} if reason else {})}, now)

    def after_restart(self, now: int, still_there_ms: int) -> None:
        """Slips cut off by a crash: one that was being sent may lie in the tray and is not sent again; one that waited too long has nobody waiting for it."""
        with self._lock:
            sent = self._db.execute("SELECT id FROM jobs WHERE state = 'sent'").fetchall()
            late = self._db.execute("SELECT id FROM jobs WHERE state = 'queued' AND queued_at < ?", (now - still_there_ms,)).fetchall()
            for row in sent:
                self.job_ended(row["id"], False, "restart", now)
            for row in late:
                self.job_ended(row["id"], False, "late", now)

    # ---- blocks --------------------------------------------------------------------------------------------------------------

    def lease(self, blocks: list[dict]) -> None:
        """Takes over the hub's list of leased blocks. A block no longer listed for its day is withdrawn; what was used stays used."""
        with self._transaction() as db:
            days = {block["day"] for block in blocks}
            listed = {(block["day"], block["field"], block["first"]) for block in blocks}
            for row in db.execute("SELECT day, field, first FROM blocks WHERE NOT withdrawn").fetchall():
                if row["day"] in days and tuple(row) not in listed:
                    db.execute("UPDATE blocks SET withdrawn = 1 WHERE day = ? AND field = ? AND first = ?", tuple(row))
            for block in blocks:
                db.execute(
                    "INSERT INTO blocks (day, field, first, last, next) VALUES (?1, ?2, ?3, ?4, ?3)"
                    " ON CONFLICT DO UPDATE SET last = excluded.last, withdrawn = 0",
                    (block["day"], block["field"], block["first"], block["last"]),
                )

    def left(self, day: str) -> dict[str, int]:
        """How many leased numbers are left in each field this day."""
        with self._lock:
            return dict(self._db.execute(
                "SELECT field, sum(max(0, last - next + 1)) FROM blocks WHERE day = ? AND NOT withdrawn GROUP BY field", (day,)
            ).fetchall())

    # ---- outbox --------------------------------------------------------------------------------------------------------------

    def waiting(self, limit: int = 50) -> list[sqlite3.Row]:
        """What the hub has yet to hear, oldest first, with the ticket it is about."""
        with self._lock:
            return self._db.execute(
                "SELECT outbox.*, presses.ticket, presses.number FROM outbox JOIN presses USING (request_id) WHERE outbox.state = 'waiting' ORDER BY outbox.id LIMIT ?",
                (limit,),
            ).fetchall()

    def heard_by_hub(self, ids: list[int], error: str | None = None) -> None:
        """The hub has answered: taken, or refused for good with a code."""
        with self._transaction() as db:
            db.executemany("UPDATE outbox SET state = ?, error = ? WHERE id = ?", [("rejected" if error else "sent", error, row) for row in ids])

    def hub_calls_it(self, request_id: str, ticket: str) -> None:
        """The hub's own id of a ticket this kiosk numbered."""
        with self._transaction() as db:
            db.execute("UPDATE presses SET ticket = ? WHERE request_id = ?", (ticket, request_id))

    def outbox_counts(self) -> dict[str, int]:
        with self._lock:
            return dict(self._db.execute("SELECT state, count(*) FROM outbox WHERE state <> 'sent' GROUP BY state").fetchall())

    # ---- memo, forgetting ----------------------------------------------------------------------------------------------------

    def remember(self, name: str, value) -> None:
        with self._transaction() as db:
            db.execute("INSERT INTO memo VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value", (name, _text(value)))

    def recall(self, name: str, otherwise=None):
        with self._lock:
            row = self._db.execute("SELECT value FROM memo WHERE name = ?", (name,)).fetchone()
        return json.loads(row["value"]) if row else otherwise

    def forget_old(self, now: int) -> None:
        """Forgets presses two days old of which the hub has heard everything, and blocks of days gone by."""
        with self._transaction() as db:
            old = "SELECT request_id FROM presses WHERE pressed_at < ? AND request_id NOT IN (SELECT request_id FROM outbox WHERE state = 'waiting')"
            for table in ("outbox", "jobs", "presses"):
                db.execute(f"DELETE FROM {table} WHERE request_id IN ({old})", (now - FORGET_AFTER_MS,))
            db.execute("DELETE FROM blocks WHERE day < date(?, 'unixepoch')", ((now - FORGET_AFTER_MS) // 1000,))


class _Transaction:
    """BEGIN IMMEDIATE … COMMIT under the journal's lock; rolled back by any error."""

    def __init__(self, lock, db):
        self._lock, self._db = lock, db

    def __enter__(self):
        self._lock.acquire()
        try:
            self._db.execute("BEGIN IMMEDIATE")
        except BaseException:
            self._lock.release()
            raise
        return self._db

    def __exit__(self, kind, error, trace):
        try:
            if kind is None:
                self._db.execute("COMMIT")
        finally:
            # a full disk ends the transaction by itself; any other error, also one of COMMIT, leaves it open
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            self._lock.release()


def _number(db, request_id, source, day, answer, now):
    ticket = answer["ticket"]
    try:
        db.execute(
            "UPDATE presses SET state = 'numbered', source = ?, day = ?, number = ?, ticket = ?, answer = ?, numbered_at = ? WHERE request_id = ?",
            (source, day, ticket["number"], str(ticket["id"]), _text(answer), now, request_id),
        )
    except sqlite3.IntegrityError:
        raise NumberTwice(ticket["number"]) from None
    db.execute("INSERT INTO jobs (request_id, kind, state, queued_at) VALUES (?, 'slip', 'queued', ?)", (request_id, now))


def _post(db, kind, request_id, body, now):
    db.execute("INSERT INTO outbox (kind, request_id, body, state, made_at) VALUES (?, ?, ?, 'waiting', ?)", (kind, request_id, _text(body), now))


def _text(value) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
