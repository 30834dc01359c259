"""Opening the database:

SQLite with one locked writer, WAL and synchronous=FULL, or PostgreSQL with a row lock per centre.
"""

import json
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Any, TypeVar

from sqlalchemy import BindParameter, Connection, Engine, bindparam, create_engine, event, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as NoConnection

from domain.facts import Fact

from .database_file import DAMAGED, UnfitFile, is_damage, keep_to_ourselves, refuse_empty
from .errors import Conflict, OutcomeUnknown, StorageError
from .house_key import FILE as KEY_FILE
from .house_key import HouseKey
from .reserve import Reserve
from .transaction import Transaction

#: How long a writer waits for another process (backup, command line) that holds the database.
GIVE_UP_AFTER = 10.0
#: Cooperative pause between tries; SQLite's own waiting would block every green thread (measured:
#: 1.5 s stall against 12 ms).
RETRY_EVERY = 0.02
#: SQLite's log is written back and emptied when nobody has written for so long, or when it is so
#: large: what was erased must not live on in it, and a reader left open makes it grow.
LOG_IDLE_S, LOG_LARGE = 10.0, 8 * 1024 * 1024
BUSY = (
    "the database is asked more than it can answer: every connection was taken for half a minute;"
    " nothing was changed"
)
UNKNOWN = (
    "the database was lost while it wrote the last change; whether it was made is not known: bring"
    " the database back, then do the same again"
)
#: SQLSTATE classes with which PostgreSQL says that the connection is gone: at COMMIT they leave
#: open whether it was carried out.
PG_GONE = ("08", "57P")
#: Under this key a connection says that its transaction erases something.
ERASED = "luot_erased"
PG_RETRY = ("40001", "40P01", "57P01", "57P02", "57P03", "08000", "08003", "08006", "08001")


Result = TypeVar("Result")


#: By these PostgreSQL keeps what it has committed through a power cut.
POWER_CUT_SETTINGS = ("fsync", "full_page_writes", "synchronous_commit")


class Store:
    """A database that holds centres. Close it when done. `on_commit` is told how long each act's
    COMMIT took, in seconds.
    """

    def __init__(
        self,
        url: str,
        lock: Any = None,
        folder: Path | None = None,
        on_commit: Callable[[float], object] = lambda seconds: None,
    ) -> None:
        self.url = url
        self.sqlite = url.startswith("sqlite")
        self.file = url.removeprefix("sqlite:///")
        if folder is None and self.sqlite:
            folder = Path(self.file).parent
        #: The data folder, where one is named: copies of the database go there.
        self.folder = folder
        #: Seals what only the hub may read.
        self.house_key = HouseKey(folder / KEY_FILE if folder else None)
        self._lock = lock or Lock()
        #: Why the database cannot be used until somebody mends it, or None.
        self.damage: str | None = None
        #: Something was erased, and what held it may still stand in the write-ahead log.
        self.erased = False
        #: Bytes of the write-ahead log that an open reader keeps from being emptied; 0 for none.
        self.log_held = 0
        self._centre_locks: dict[str, Any] = {}
        self._written_at = time.monotonic()
        self._kept: Connection | None = None
        self._on_commit = on_commit
        self.reserve = Reserve(Path(url.removeprefix("sqlite:///")).parent) if self.sqlite else None
        if self.sqlite:
            self.writer = _sqlite_engine(url, writer=True)
            self.reader = _sqlite_engine(url, writer=False)
        else:
            self.writer = self.reader = create_engine(
                url,
                pool_size=10,
                max_overflow=10,
                pool_pre_ping=True,
                isolation_level="READ COMMITTED",
                json_serializer=dumps,
            )

    def write(
        self, centre: str, act: Callable[[Transaction], Result], request_id: str = ""
    ) -> tuple[Result, list[Fact]]:
        """Run `act(tx)` as the one writer of `centre`: all of it or nothing.

        Returns (what act returned, the facts committed). `tx.asked` is the earlier answer to
        `request_id`.

        An exception from `act` rolls back and passes on. Raises StorageError when the disk is full,
        read-only or the database cannot be reached, and OutcomeUnknown when it was lost during
        COMMIT. A named request is tried again then: either its answer is there already, or the act
        is done now, so OutcomeUnknown means that the database stayed away.
        """
        if self.sqlite:
            with self._lock:
                self._written_at = time.monotonic()
                return self._tries(centre, act, request_id)
        # PostgreSQL's row lock keeps processes apart; ours keeps the threads of this one from
        # holding every connection of the pool while they wait for it
        with self._centre_locks.setdefault(centre, Lock()):
            return self._tries(centre, act, request_id)

    def _tries(
        self, centre: str, act: Callable[[Transaction], Result], request_id: str
    ) -> tuple[Result, list[Fact]]:
        deadline = time.monotonic() + GIVE_UP_AFTER
        outcome_unknown = False
        while True:
            committing = False
            try:
                with self._writing() as conn, conn.begin():
                    tx = Transaction(conn, centre, self.sqlite, request_id)
                    result = act(tx)
                    tx.finish()
                    self._note_erasure(conn)
                    committing, begun = True, time.monotonic()
                self._on_commit(time.monotonic() - begun)
                self._wipe()
                return result, tx.facts
            except IntegrityError as error:
                raise Conflict(str(error.orig).splitlines()[0]) from error
            except DBAPIError as error:
                if committing and _may_have_committed(error):
                    if not request_id:
                        raise OutcomeUnknown(UNKNOWN) from error
                    outcome_unknown = True
                self._note_damage(error)
                if self.reserve and "disk is full" in str(error.orig) and self.reserve.give_back():
                    continue
                again = outcome_unknown or _worth_another_try(error)
                if not again or time.monotonic() > deadline:
                    raise _storage_error(error, outcome_unknown) from error
                time.sleep(RETRY_EVERY)
            except NoConnection as error:
                raise (
                    OutcomeUnknown(UNKNOWN) if outcome_unknown else StorageError(BUSY)
                ) from error

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        """The connection of an act. SQLite's is kept for the next one until something goes wrong:
        whoever holds the lock is alone anyway, and its way out of the pool and back is a tenth of
        an act.
        """
        conn, self._kept = self._kept or self.writer.connect(), None
        try:
            yield conn
        except BaseException:
            conn.close()
            raise
        if self.sqlite:
            self._kept = conn
        else:
            conn.close()

    def empty_log(self) -> bool:
        """Write SQLite's log back and empty it if it is time to; whether that was done.

        Waits for no reader: with one open, it is tried again the next time, and `log_held` says how
        many bytes wait for it.
        """
        if not self.sqlite or not (size := self._log_size()):
            self.log_held = 0
            return False
        idle_s = time.monotonic() - self._written_at
        if size < LOG_LARGE and idle_s < LOG_IDLE_S and not self.erased:
            return False
        try:
            with self._lock, self.writer.connect() as conn:
                busy, _, _ = conn.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()
        except (DBAPIError, NoConnection):
            return False
        self.erased = self.erased and bool(busy)
        self.log_held = size if busy else 0
        return not busy

    def _log_size(self) -> int:
        try:
            return Path(self.url.removeprefix("sqlite:///") + "-wal").stat().st_size
        except OSError:
            return 0

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection for reading, with one view of the data for as long as it is held."""
        try:
            with self.reader.connect() as conn, conn.begin():
                if self.sqlite:
                    conn.exec_driver_sql("BEGIN")
                yield conn
        except DBAPIError as error:
            self._note_damage(error)
            raise StorageError(_mend(error)) from error
        except NoConnection as error:
            raise StorageError(BUSY) from error

    @contextmanager
    def change(self) -> Iterator[Connection]:
        """A short transaction outside any centre's line (devices, staff, sessions).

        Raises Conflict, StorageError, and OutcomeUnknown for one that was lost during COMMIT.
        """
        if self.sqlite:
            self._lock.acquire()
            self._written_at = time.monotonic()
        try:
            conn = self._begun()
            committing = False
            try:
                yield conn
                self._note_erasure(conn)
                committing = True
                conn.commit()
            except IntegrityError as error:
                raise Conflict(str(error.orig).splitlines()[0]) from error
            except DBAPIError as error:
                self._note_damage(error)
                lost = committing and _may_have_committed(error)
                raise _storage_error(error, lost) from error
            finally:
                conn.close()
            self._wipe()
        finally:
            if self.sqlite:
                self._lock.release()

    def durability(self) -> dict[str, str]:
        """What PostgreSQL says of the settings by which a commit outlives a power cut: {name: "on",
        "off" or another word}. SQLite's are held when the store opens: {}.
        """
        if self.sqlite:
            return {}
        names: BindParameter[str] = bindparam("names", POWER_CUT_SETTINGS, expanding=True)
        with self.read() as conn:
            rows = conn.execute(
                text("SELECT name, setting FROM pg_settings WHERE name IN :names").bindparams(names)
            )
            return {row.name: row.setting for row in rows}

    def _begun(self) -> Connection:
        """A writing connection with its transaction begun."""
        deadline = time.monotonic() + GIVE_UP_AFTER
        while True:
            conn = None
            try:
                conn = self.writer.connect()
                conn.begin()
                if self.sqlite:
                    conn.exec_driver_sql("BEGIN IMMEDIATE")
                return conn
            except DBAPIError as error:
                if conn is not None:
                    conn.close()
                if not _worth_another_try(error) or time.monotonic() > deadline:
                    raise StorageError(_mend(error)) from error
                time.sleep(RETRY_EVERY)
            except NoConnection as error:
                raise StorageError(BUSY) from error

    def _wipe(self) -> None:
        """Empty SQLite's log at once if something erased may still stand in it; for whoever holds
        the writer. A reader only delays it (empty_log).
        """
        if not (self.sqlite and self.erased):
            return
        try:
            connection = self.writer.raw_connection()
            try:
                cursor = connection.cursor()
                busy = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
                cursor.close()
            finally:
                connection.close()
        except (DBAPIError, sqlite3.Error, NoConnection):
            return
        self.erased = bool(busy)

    def _note_erasure(self, conn: Connection) -> None:
        if conn.info.pop(ERASED, False):
            self.erased = True

    def _note_damage(self, error: DBAPIError) -> None:
        if self.sqlite and is_damage(error.orig or error):
            self.found_damaged(True)

    def found_damaged(self, damaged: bool) -> None:
        """Keep what a check, or an act, found of the file's pages."""
        self.damage = DAMAGED if damaged else None

    def close(self) -> None:
        """Empty the write-ahead log and let go of every connection."""
        self.reader.dispose()
        if self._kept is not None:
            self._kept.close()
            self._kept = None
        if self.sqlite:
            self.erased = True
            self._wipe()
        self.writer.dispose()
        self.reader.dispose()


def open_store(
    url: str | Path,
    lock: Any = None,
    data_folder: str | Path | None = None,
    on_commit: Callable[[float], object] = lambda seconds: None,
) -> Store:
    """The store at `url` (a SQLAlchemy address) or at a folder (SQLite file luot.db in it). The key
    of the house lies in `data_folder`, of SQLite beside the database.

    Refuses a SQLite that is not durable.
    """
    if "://" not in str(url):
        folder = Path(url)
        try:
            keep_to_ourselves(folder)
            refuse_empty(folder / "luot.db")
        except UnfitFile as unfit:
            raise StorageError(str(unfit)) from None
        url = f"sqlite:///{folder / 'luot.db'}"
    store = Store(str(url), lock, Path(data_folder) if data_folder else None, on_commit)
    if store.sqlite:
        _refuse_unless_durable(store)
    return store


def mark_erased(conn: Connection) -> None:
    """Say that this transaction erases what must not be found again: once it is committed, nothing
    of it is left in the write-ahead log either.
    """
    conn.info[ERASED] = True


_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def dumps(value: Any) -> str:
    """JSON as it is stored: compact, Vietnamese letters as they are."""
    return _JSON.encode(value)


def _sqlite_engine(url: str, writer: bool) -> Engine:
    engine = create_engine(
        url,
        # one writer is kept by the acts, one does what is beside them
        **({"pool_size": 2, "max_overflow": 0} if writer else {"pool_size": 5, "max_overflow": 5}),
        connect_args={"check_same_thread": False},
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _: Any) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute("PRAGMA busy_timeout=10" if writer else "PRAGMA busy_timeout=2000")
        if writer:
            try:
                cursor.execute("PRAGMA journal_mode=WAL")
            except sqlite3.OperationalError as error:
                if "readonly" not in str(error) and "locked" not in str(error):
                    raise
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA foreign_keys=ON")
        if writer:
            # what is deleted (notes) is overwritten with zeros, not only forgotten
            cursor.execute("PRAGMA secure_delete=ON")
            cursor.execute(f"PRAGMA journal_size_limit={LOG_LARGE}")
        else:
            cursor.execute("PRAGMA query_only=ON")
        cursor.close()

    return engine


def _refuse_unless_durable(store: Store) -> None:
    try:
        connection = store.writer.raw_connection()
    except DBAPIError as error:
        raise StorageError(_mend(error)) from error
    except sqlite3.Error as error:
        raise StorageError(
            f"the database cannot be opened ({error}); check the folder and its rights"
        ) from error
    try:
        cursor = connection.cursor()
        mode = cursor.execute("PRAGMA journal_mode").fetchone()[0]
        level = cursor.execute("PRAGMA synchronous").fetchone()[0]
    finally:
        connection.close()
    if str(mode).lower() != "wal" or level != 2:
        store.close()
        raise StorageError(
            f"SQLite would not keep numbers through a power cut (journal_mode={mode},"
            f" synchronous={level}); put the data folder on a local disk that allows WAL"
        )


def _worth_another_try(error: DBAPIError) -> bool:
    state = getattr(error.orig, "sqlstate", None)
    return (
        state in PG_RETRY
        or "database is locked" in str(error.orig)
        or bool(getattr(error, "connection_invalidated", False))
    )


def _may_have_committed(error: DBAPIError) -> bool:
    """Whether a COMMIT that failed like this may have been carried out all the same: nobody was
    left to say so, or the disk failed while it was written.
    """
    state = getattr(error.orig, "sqlstate", None)
    if state is not None:
        return str(state).startswith(PG_GONE)
    return bool(error.connection_invalidated) or "disk I/O error" in str(error.orig)


def _storage_error(error: DBAPIError, outcome_unknown: bool = False) -> StorageError:
    """The StorageError that says an error of the driver."""
    return OutcomeUnknown(UNKNOWN) if outcome_unknown else StorageError(_mend(error))


def _mend(error: DBAPIError) -> str:
    text = str(error.orig)
    state = getattr(error.orig, "sqlstate", None) or ""
    if "disk is full" in text or state == "53100":
        return "the disk is full: free some space; nothing was changed"
    if "readonly" in text or state == "25006":
        return (
            "the database is read-only: give the hub the right to write to its data folder; nothing"
            " was changed"
        )
    if "no such table" in text or state == "42P01":
        return "the database has no tables yet: run `luot migrate`"
    if "database is locked" in text:
        return "another program holds the database: end it, then try again; nothing was changed"
    if is_damage(error.orig or error):
        return DAMAGED
    return f"the database does not answer ({text.splitlines()[0]}); nothing was changed"


__all__ = ["Conflict", "Connection", "OutcomeUnknown", "StorageError", "Store"]
