"""What the kiosk must not forget, in its own SQLite file: presses, numbers given, slips, leased
blocks and what the hub has yet to hear.

Every public method is one transaction, durable when it returns (WAL, synchronous=FULL). No personal
data is kept: a press is a
procedure, a language and at most a class of priority, and is forgotten two days after the hub has
it.
"""

import json
import sqlite3
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from domain.slip_key import hash_of
from kiosk.press_store_file import Transaction, json_text, open_file

FORGET_AFTER_MS = 2 * 86_400_000
LEFT_IN_PRINTER = (
    "INSERT INTO memo VALUES ('left_in_printer', ?) ON CONFLICT DO UPDATE SET value ="
    " excluded.value"
)


class NumberTwice(Exception):
    """This number was already given out by this kiosk on this service day."""


class GivenUp(Exception):
    """This press was given up meanwhile, so it gets no number."""


class PressStore:
    """The kiosk's memory.

    Safe from any thread. A damaged file is put aside, its name is in `aside`, and a new one begun.
    """

    def __init__(self, file: Path) -> None:
        self._lock = threading.RLock()
        self._db, self.aside = open_file(file)

    def close(self) -> None:
        with self._lock:
            self._db.close()

    def _transaction(self) -> Transaction:
        return Transaction(self._lock, self._db)

    # ---- presses
    # ---------------------------------------------------------------------

    def press(self, request_id: str, body: dict[str, Any], now: int) -> sqlite3.Row:
        """Writes the press down before anything else happens; gives the row, an old one when the id
        is known. Whoever asks again has not gone away.
        """
        with self._transaction() as db:
            db.execute(
                "INSERT INTO presses (request_id, body, pressed_at, state) VALUES (?, ?, ?,"
                " 'pressed') ON CONFLICT DO UPDATE SET pressed_at = excluded.pressed_at WHERE state"
                " = 'pressed'",
                (request_id, json_text(body), now),
            )
            row: sqlite3.Row = db.execute(
                "SELECT * FROM presses WHERE request_id = ?", (request_id,)
            ).fetchone()
            return row

    def refused(self, request_id: str, answer: dict[str, Any]) -> None:
        with self._transaction() as db:
            db.execute(
                "UPDATE presses SET state = 'refused', answer = ? WHERE request_id = ?",
                (json_text(answer), request_id),
            )

    def numbered_by_hub(self, request_id: str, day: str, answer: dict[str, Any], now: int) -> None:
        """Keeps the hub's number and queues its slip.

        `NumberTwice` when this kiosk gave that number to somebody else today, `GivenUp` when the
        press was forsaken.
        """
        with self._transaction() as db:
            _number(db, request_id, "hub", day, answer, now)

    def numbered_from_lease(
        self,
        request_id: str,
        day: str,
        field: str,
        make_answer: Callable[[int], dict[str, Any]],
        now: int,
    ) -> dict[str, Any] | None:
        """Takes the next leased number of the field, queues its slip and its upload; `None` when no
        number is left for this day. Raises `GivenUp` like the other.
        """
        with self._transaction() as db:
            while True:
                block = db.execute(
                    "SELECT rowid, * FROM blocks WHERE day = ? AND field = ? AND NOT withdrawn AND"
                    " next <= last ORDER BY first LIMIT 1",
                    (day, field),
                ).fetchone()
                if block is None:
                    return None
                db.execute("UPDATE blocks SET next = next + 1 WHERE rowid = ?", (block["rowid"],))
                answer = make_answer(block["next"])
                if not db.execute(
                    "SELECT 1 FROM presses WHERE day = ? AND number = ?",
                    (day, answer["ticket"]["number"]),
                ).fetchone():
                    break
            _number(db, request_id, "lease", day, answer, now)
            _post(db, "upload", request_id, _upload(request_id, day, answer), now)
            return answer

    def find(self, name: str) -> sqlite3.Row | None:
        """The newest press of this ticket id, request id or number."""
        with self._lock:
            row: sqlite3.Row | None = self._db.execute(
                "SELECT * FROM presses WHERE state = 'numbered' AND (ticket = ?1 OR request_id = ?1"
                " OR number = ?1) ORDER BY numbered_at DESC LIMIT 1",
                (name,),
            ).fetchone()
            return row

    def counted(self, day: str) -> dict[str, Any]:
        """How many numbers this kiosk gave out this day, by where they came from."""
        with self._lock:
            return dict(
                self._db.execute(
                    "SELECT source, count(*) FROM presses WHERE day = ? GROUP BY source", (day,)
                ).fetchall()
            )

    # ---- slips
    # ---------------------------------------------------------------------

    def next_job(self) -> sqlite3.Row | None:
        with self._lock:
            row: sqlite3.Row | None = self._db.execute(
                "SELECT * FROM jobs WHERE state = 'queued' ORDER BY id LIMIT 1"
            ).fetchone()
            return row

    def job_of(self, request_id: str) -> sqlite3.Row | None:
        with self._lock:
            row: sqlite3.Row | None = self._db.execute(
                "SELECT * FROM jobs WHERE request_id = ? ORDER BY id DESC LIMIT 1", (request_id,)
            ).fetchone()
            return row

    def reprint(self, request_id: str, now: int) -> int:
        """Queues a second paper of a press of this kiosk, as it was first printed."""
        with self._transaction() as db:
            job = db.execute(
                "INSERT INTO jobs (request_id, kind, ticket, day, number, slip, state, queued_at)"
                " SELECT request_id, 'reprint', ticket, day, number, json_extract(answer,"
                " '$.slip'), 'queued', ? FROM presses WHERE request_id = ?",
                (now, request_id),
            ).lastrowid
            assert job is not None  # an INSERT has one
            return job

    def second_paper(
        self, ask: str, ticket: str, day: str, number: str, slip: dict[str, Any], now: int
    ) -> bool:
        """Queues a second paper staff asked the hub for, of whichever kiosk's ticket.

        The same ask is one paper; False when it was asked before.
        """
        with self._transaction() as db:
            return (
                db.execute(
                    "INSERT INTO jobs (request_id, kind, ask, ticket, day, number, slip, state,"
                    " queued_at) VALUES ((SELECT request_id FROM presses WHERE ticket = ?2),"
                    " 'reprint', ?1, ?2, ?3, ?4, ?5, 'queued', ?6) ON CONFLICT DO NOTHING",
                    (ask, ticket, day, number, json_text(slip), now),
                ).rowcount
                > 0
            )

    def job_counts(self, day: str) -> dict[str, int]:
        """How many slips of this day are queued, sent, printed, failed."""
        with self._lock:
            return dict(
                self._db.execute(
                    "SELECT state, count(*) FROM jobs WHERE day = ? GROUP BY state", (day,)
                ).fetchall()
            )

    def job_sent(self, job: int, now: int) -> None:
        """To be called before the first byte leaves: from here on the slip may exist, so it is
        never sent again by itself, and half of it may stay in the printer.
        """
        with self._transaction() as db:
            db.execute(
                "UPDATE jobs SET state = 'sent', sent_at = ? WHERE id = ? AND state = 'queued'",
                (now, job),
            )
            db.execute(LEFT_IN_PRINTER, ('"half"',))

    def job_doubt(self, job: int, reason: str) -> None:
        """Something went wrong with a slip on its way; it may still come out."""
        with self._transaction() as db:
            db.execute("UPDATE jobs SET reason = ? WHERE id = ? AND state = 'sent'", (reason, job))

    def unprinted(self, day: str) -> int:
        """How many tickets of this day have no paper, as far as is known: their slip failed and no
        later one came out.
        """
        with self._lock:
            count: int = self._db.execute(
                "SELECT count(DISTINCT number) FROM jobs WHERE day = ?1 AND state = 'failed'"
                " AND number NOT IN (SELECT number FROM jobs WHERE day = ?1 AND state = 'printed')",
                (day,),
            ).fetchone()[0]
            return count

    def job_ended(self, job: int, ok: bool, reason: str | None, now: int) -> None:
        """Ends a slip, and tells the hub by the outbox, in the same transaction."""
        with self._transaction() as db:
            row = db.execute("SELECT * FROM jobs WHERE id = ?", (job,)).fetchone()
            if ok:
                db.execute(LEFT_IN_PRINTER, ('""',))
            db.execute(
                "UPDATE jobs SET state = ?, reason = ?, ended_at = ? WHERE id = ?",
                ("printed" if ok else "failed", reason, now, job),
            )
            hub_reason = "reprint" if ok and row["kind"] == "reprint" else reason
            _post(
                db,
                "printed",
                row["request_id"],
                {
                    "ok": ok,
                    **({"reason": hub_reason} if hub_reason else {}),
                    **({} if row["request_id"] else {"ticket": row["ticket"]}),
                },
                now,
            )

    def after_restart(self, now: int, still_there_ms: int) -> None:
        """Slips cut off by a crash: one that was being sent may lie in the tray and is not sent
        again; one that waited too long has nobody waiting for it.
        """
        with self._lock:
            sent = self._db.execute("SELECT id FROM jobs WHERE state = 'sent'").fetchall()
            late = self._db.execute(
                "SELECT id FROM jobs WHERE state = 'queued' AND queued_at < ?",
                (now - still_there_ms,),
            ).fetchall()
            for row in sent:
                self.job_ended(row["id"], False, "restart", now)
            for row in late:
                self.job_ended(row["id"], False, "late", now)

    # ---- blocks
    # ---------------------------------------------------------------------

    def lease(self, blocks: list[dict[str, Any]], day: str | None = None) -> None:
        """Takes over the hub's list of leased blocks; `day` is the one the hub is on.

        A block no longer listed for its day is withdrawn; what was used stays used.

        Blocks of another journal file (this kiosk before it was set up anew) are passed over:
        nobody knows which of their numbers are on paper.
        """
        own = self.recall("journal_id")
        blocks = [block for block in blocks if block.get("journal") in (None, own)]
        with self._transaction() as db:
            days = {block["day"] for block in blocks} | ({day} if day else set())
            listed = {(block["day"], block["field"], block["first"]) for block in blocks}
            for row in db.execute(
                "SELECT day, field, first FROM blocks WHERE NOT withdrawn"
            ).fetchall():
                if row["day"] in days and tuple(row) not in listed:
                    db.execute(
                        "UPDATE blocks SET withdrawn = 1 WHERE day = ? AND field = ? AND first = ?",
                        tuple(row),
                    )
            for block in blocks:
                db.execute(
                    "INSERT INTO blocks (day, field, first, last, next) VALUES (?1, ?2, ?3, ?4,"
                    " max(?3, ?5)) ON CONFLICT DO UPDATE SET last = excluded.last, next = max(next,"
                    " ?5), withdrawn = 0",
                    (
                        block["day"],
                        block["field"],
                        block["first"],
                        block["last"],
                        (block.get("used") or 0) + 1,
                    ),
                )

    def left(self, day: str) -> dict[str, int]:
        """How many leased numbers are left in each field this day."""
        with self._lock:
            return dict(
                self._db.execute(
                    "SELECT field, sum(max(0, last - next + 1)) FROM blocks WHERE day = ? AND NOT"
                    " withdrawn GROUP BY field",
                    (day,),
                ).fetchall()
            )

    def blocks(self, day: str) -> list[dict[str, Any]]:
        """The blocks held for this day and later ones."""
        with self._lock:
            rows = self._db.execute(
                "SELECT field, day, first, last, max(0, last - next + 1) AS left FROM blocks"
                " WHERE day >= ? AND NOT withdrawn ORDER BY day, field, first",
                (day,),
            )
            return [dict(row) for row in rows]

    # ---- outbox
    # ---------------------------------------------------------------------

    def waiting(self, limit: int = 200) -> list[sqlite3.Row]:
        """What the hub has yet to hear, oldest first, with the ticket it is about."""
        with self._lock:
            return self._db.execute(
                "SELECT outbox.*, presses.ticket, presses.number FROM outbox LEFT JOIN presses"
                " USING (request_id) WHERE outbox.state = 'waiting' ORDER BY outbox.id LIMIT ?",
                (limit,),
            ).fetchall()

    def heard_by_hub(self, ids: list[int], error: str | None = None) -> None:
        """The hub has answered: taken, or refused for good with a code."""
        with self._transaction() as db:
            db.executemany(
                "UPDATE outbox SET state = ?, error = ? WHERE id = ?",
                [("rejected" if error else "sent", error, row) for row in ids],
            )

    def hub_calls_it(self, request_id: str, ticket: str) -> None:
        """The hub's own id of a ticket this kiosk numbered."""
        with self._transaction() as db:
            db.execute("UPDATE presses SET ticket = ? WHERE request_id = ?", (ticket, request_id))

    def outbox_counts(self) -> dict[str, int]:
        with self._lock:
            return dict(
                self._db.execute(
                    "SELECT state, count(*) FROM outbox WHERE state <> 'sent' GROUP BY state"
                ).fetchall()
            )

    def tell_again(self, day: str, now: int) -> int:
        """The hub has lost part of this day: every number given on it is posted once more.

        How many.
        """
        with self._transaction() as db:
            rows = db.execute(
                "SELECT request_id, source, ticket, answer FROM presses WHERE day = ? AND state ="
                " 'numbered' ORDER BY numbered_at",
                (day,),
            ).fetchall()
            for row in rows:
                answer = json.loads(row["answer"])
                _post(
                    db,
                    "upload",
                    row["request_id"],
                    _upload(row["request_id"], day, answer)
                    | ({"id": row["ticket"]} if row["source"] == "hub" else {}),
                    now,
                )
            # what became of their papers is told after them
            db.execute(
                "UPDATE outbox SET id = id + (SELECT max(id) FROM outbox) WHERE kind = 'printed'"
                " AND state = 'waiting'"
            )
            return len(rows)

    def heard_of(self, day: str) -> int:
        """The highest seq among the hub's answers to presses of this day."""
        with self._lock:
            return (
                self._db.execute(
                    "SELECT max(json_extract(answer, '$.seq')) FROM presses WHERE day = ? AND"
                    " source = 'hub'",
                    (day,),
                ).fetchone()[0]
                or 0
            )

    def forsake(self, before: int, answer: dict[str, Any], now: int) -> list[str]:
        """Gives up presses a power cut ended before they had a number; the hub is told, since it
        may have numbered them. Their ids.
        """
        with self._transaction() as db:
            ids = [
                row[0]
                for row in db.execute(
                    "SELECT request_id FROM presses WHERE state = 'pressed' AND pressed_at < ?",
                    (before,),
                ).fetchall()
            ]
            for request_id in ids:
                db.execute(
                    "UPDATE presses SET state = 'refused', answer = ? WHERE request_id = ?",
                    (json_text(answer), request_id),
                )
                _post(db, "forsake", request_id, {"press": request_id}, now)
            return ids

    # ---- memo, forgetting
    # ---------------------------------------------------------------------

    def remember(self, name: str, value: object) -> None:
        with self._transaction() as db:
            db.execute(
                "INSERT INTO memo VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value",
                (name, json_text(value)),
            )

    def recall(self, name: str, otherwise: Any = None) -> Any:
        with self._lock:
            row = self._db.execute("SELECT value FROM memo WHERE name = ?", (name,)).fetchone()
        return json.loads(row["value"]) if row else otherwise

    def forget_old(self, now: int) -> None:
        """Forgets presses two days old of which the hub has heard everything, and blocks of days
        gone by.
        """
        with self._transaction() as db:
            db.execute(
                "CREATE TEMP TABLE old AS SELECT request_id FROM presses WHERE pressed_at < ? AND"
                " request_id NOT IN (SELECT request_id FROM outbox WHERE state = 'waiting')",
                (now - FORGET_AFTER_MS,),
            )
            db.execute("DELETE FROM outbox WHERE request_id IN (SELECT request_id FROM old)")
            db.execute("DELETE FROM jobs WHERE request_id IN (SELECT request_id FROM old)")
            db.execute("DELETE FROM presses WHERE request_id IN (SELECT request_id FROM old)")
            db.execute("DROP TABLE old")
            db.execute(
                "DELETE FROM jobs WHERE request_id IS NULL AND queued_at < ? AND state IN"
                " ('printed', 'failed')",
                (now - FORGET_AFTER_MS,),
            )
            db.execute(
                "DELETE FROM outbox WHERE request_id IS NULL AND made_at < ? AND state <>"
                " 'waiting'",
                (now - FORGET_AFTER_MS,),
            )
            db.execute(
                "DELETE FROM blocks WHERE day < date(?, 'unixepoch')",
                ((now - FORGET_AFTER_MS) // 1000,),
            )


def _number(
    db: sqlite3.Connection,
    request_id: str,
    source: str,
    day: str,
    answer: Mapping[str, Any],
    now: int,
) -> None:
    ticket = answer["ticket"]
    try:
        kept = db.execute(
            "UPDATE presses SET state = 'numbered', source = ?, day = ?, number = ?, ticket = ?,"
            " answer = ?, numbered_at = ? WHERE request_id = ? AND state = 'pressed'",
            (source, day, ticket["number"], str(ticket["id"]), json_text(answer), now, request_id),
        ).rowcount
    except sqlite3.IntegrityError:
        raise NumberTwice(ticket["number"]) from None
    if not kept:
        raise GivenUp(request_id)
    db.execute(
        "INSERT INTO jobs (request_id, kind, ticket, day, number, slip, state, queued_at) VALUES"
        " (?, 'slip', ?, ?, ?, ?, 'queued', ?)",
        (request_id, str(ticket["id"]), day, ticket["number"], json_text(answer.get("slip")), now),
    )


def _upload(request_id: str, day: str, answer: dict[str, Any]) -> dict[str, Any]:
    """A ticket as the hub takes it in: of the key on its slip only the hash."""
    ticket, url = answer["ticket"], (answer.get("slip") or {}).get("url")
    content = {"request_id": request_id, "day": day} | {
        key: ticket[key]
        for key in ("number", "field", "service", "priority", "lang", "issued_at", "dossiers")
        if ticket.get(key) is not None
    }
    return {**content, "key_hash": hash_of(url.rpartition("/")[2])} if url else content


def _post(
    db: sqlite3.Connection, kind: str, request_id: str | None, body: Mapping[str, Any], now: int
) -> None:
    db.execute(
        "INSERT INTO outbox (kind, request_id, body, state, made_at) VALUES (?, ?, ?,"
        " 'waiting', ?)",
        (kind, request_id, json_text(body), now),
    )
