"""Backups: one file with the database, media, voices, recordings and device accounts of a data
folder, each part with its checksum. Written whole or not at all; put back whole.

A backup is a plain tar, so that any machine can look into it; `manifest.json`, its last part, names
every other with size and sha256.
A tar without it was cut short and is refused.
"""

import contextlib
import fcntl
import hashlib
import io
import json
import os
import re
import shutil
import sqlite3
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import IO, Any

from sqlalchemy import text

from . import migrate
from .backup_copies import SUFFIX, CopyError, is_sealed, seal, to_disk, unseal
from .copies import (
    BackupError,
    copy_sqlite,
    database_bytes,
    dump_postgres,
    room_for,
    run_postgres,
)
from .engine import Store

#: What of the data folder cannot be made anew: what boards show and say, and the accounts of LED
#: boards and call pads. The cache of reports can, logs and locks need not.
FOLDERS = ("media", "voices", "signs", "announced", "mosquitto", "bridge")
DATABASES = {"sqlite": "luot.db", "postgresql": "luot.pgdump"}
MANIFEST = "manifest.json"
#: Stands in the data folder while parts are being changed over; a hub that sees it does not start.
UNFINISHED = "restore-unfinished"
KEPT = ".before-restore"
PIECE = 1024 * 1024
HANOI = timezone(timedelta(hours=7))
NAME = re.compile(r"luot-\d{8}-\d{6}\.tar(\.age)?")


def name_at(now: int) -> str:
    """The file name of a backup made at this moment (ms); sorted by name is sorted by time."""
    return datetime.fromtimestamp(now / 1000, HANOI).strftime("luot-%Y%m%d-%H%M%S.tar")


def backup(
    store: Store, data: str | Path, target: str | Path, now: int, recipient: str = ""
) -> tuple[int, int]:
    """Copy what `data` and its database hold to the file `target`, read it back and compare, and
    seal it for a recipient ("age1…") where one is named.

    Returns (files, bytes). Raises BackupError and leaves what was there as it was.
    """
    target, data = Path(target), Path(data)
    part = target.with_name(target.name + ".part")
    try:
        with _alone(target.parent):
            _sweep(target.parent)
            try:
                with tempfile.TemporaryDirectory(
                    prefix=".luot-backup-", dir=target.parent
                ) as aside:
                    room_for(
                        target.parent,
                        2 * database_bytes(store)
                        + sum(path.stat().st_size for path, _ in _listed(data)),
                    )
                    written = _write(store, data, part, Path(aside), now)
                check(part)
                if recipient:
                    sealed = part.with_name(part.name + SUFFIX)
                    seal(part, recipient, sealed)
                    os.replace(sealed, part)
                os.replace(part, target)
                to_disk(target.parent)
            finally:
                part.unlink(missing_ok=True)
                part.with_name(part.name + SUFFIX).unlink(missing_ok=True)
    except CopyError as error:
        raise BackupError(str(error)) from None
    except OSError as error:
        raise BackupError(
            f"{target}: {error.strerror or error}; free some space or choose another folder"
        ) from None
    return len(written), sum(size for size, _ in written.values())


def prune(folder: str | Path, keep: int, newest: Path) -> list[Path]:
    """Take away all but the `keep` newest backups that `name_at` named, never the one just made.

    Returns those gone.
    """
    gone = [
        path
        for path in sorted(p for p in Path(folder).iterdir() if NAME.fullmatch(p.name))[:-keep]
        if path != newest
    ]
    for path in gone:
        path.unlink()
    return gone


def _write(store: Store, data: Path, part: Path, aside: Path, now: int) -> dict[str, list[Any]]:
    kind = "sqlite" if store.sqlite else "postgresql"
    written: dict[str, list[Any]] = {}
    with (
        open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file,
        tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT) as tar,
    ):
        # media before the database: what comes in meanwhile is fetched afterwards, so no row of the
        # copy is without its file
        _add_folders(tar, data, written)
        copy = aside / DATABASES[kind]
        copy_sqlite(store, copy) if store.sqlite else dump_postgres(store, copy)
        _add(tar, copy, copy.name, written)
        _add_folders(tar, data, written)
        manifest = {
            "luot": 1,
            "made_at": now,
            "database": kind,
            "schema": migrate.current(store),
            "files": written,
        }
        manifest_bytes = json.dumps(manifest, ensure_ascii=False, indent=1).encode()
        about = tarfile.TarInfo(MANIFEST)
        about.size, about.mtime, about.mode = len(manifest_bytes), now // 1000, 0o600
        tar.addfile(about, io.BytesIO(manifest_bytes))
        tar.close()
        file.flush()
        os.fsync(file.fileno())
    return written


def _listed(data: Path) -> Iterator[tuple[Path, str]]:
    """`(path, name in the backup)` of the files to keep: no half-arrived ones, no links, nothing
    hidden but the studio's drafts.
    """
    for folder in FOLDERS:
        for place, inside, names in os.walk(data / folder):
            inside[:] = sorted(
                d for d in inside if not d.startswith(".") or d.startswith(".draft-")
            )
            for name in sorted(names):
                path = Path(place) / name
                if (
                    not name.startswith((".", "incoming-"))
                    and not name.endswith(".part")
                    and path.is_file()
                    and not path.is_symlink()
                ):
                    yield path, path.relative_to(data).as_posix()


def _add_folders(tar: tarfile.TarFile, data: Path, written: dict[str, list[Any]]) -> None:
    for path, name in _listed(data):
        if name not in written:
            try:
                _add(tar, path, name, written)
            except FileNotFoundError:
                continue  # taken away by somebody while we looked


class _Hashed:
    """A file being read, hashed as it goes."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file, self.sum = file, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        """Some bytes."""
        piece = self.file.read(size)
        self.sum.update(piece)
        return piece


def _add(tar: tarfile.TarFile, path: Path, name: str, written: dict[str, list[Any]]) -> None:
    with open(path, "rb") as file:
        seen = os.fstat(file.fileno())
        about = tarfile.TarInfo(name)
        about.size, about.mtime, about.mode = seen.st_size, int(seen.st_mtime), seen.st_mode & 0o777
        hashed = _Hashed(file)
        tar.addfile(about, hashed)
    written[name] = [seen.st_size, hashed.sum.hexdigest()]


def check(source: str | Path) -> dict[str, Any]:
    """Read a backup whole and hold every part against the manifest.

    Returns the manifest. Raises BackupError for one that is cut short, damaged or no backup.
    """
    return _each(source, lambda *_: None)


def _each(
    source: str | Path, take: Callable[[tarfile.TarInfo, Iterator[bytes]], object]
) -> dict[str, Any]:
    """Give every part to `take(member, pieces)`; afterwards all must be as the manifest says."""
    seen, manifest = {}, None
    try:
        with tarfile.open(source, "r:") as tar:
            for member in tar:
                if not member.isreg() or not _ours(member.name):
                    raise BackupError(
                        f"{source}: {member.name!r} does not belong in a backup of Lượt"
                    )
                file = tar.extractfile(member)
                if file is None:
                    raise BackupError(f"{source}: {member.name!r} cannot be read")
                if member.name == MANIFEST:
                    manifest = json.load(file)
                    continue
                hashed = _Hashed(file)
                pieces = iter(lambda: hashed.read(PIECE), b"")  # noqa: B023 - read before the next member
                take(member, pieces)
                for _ in pieces:
                    pass
                seen[member.name] = [member.size, hashed.sum.hexdigest()]
    except (tarfile.TarError, ValueError, EOFError) as error:
        raise BackupError(
            f"{source} is not a sound backup of Lượt ({error}); take another one"
        ) from None
    if (
        not isinstance(manifest, dict)
        or manifest.get("files") != seen
        or manifest.get("database") not in DATABASES
        or DATABASES[manifest["database"]] not in seen
    ):
        raise BackupError(
            f"{source} is not a sound backup of Lượt (cut short or changed); take another one"
        )
    return manifest


def _ours(name: str) -> bool:
    parts = name.split("/")
    return name in (MANIFEST, *DATABASES.values()) or (
        parts[0] in FOLDERS and len(parts) > 1 and not any(p in ("", ".", "..") for p in parts)
    )


def restore(
    store_url: str, source: str | Path, data: str | Path, identity: Path | None = None
) -> None:
    """Put a backup in the place of a data folder and its database; what was there is kept beside it
    as `*.before-restore`.
    An old backup that is a bare SQLite file brings only the database.

    `store_url` is the PostgreSQL address, or "" for SQLite in `data`; `identity` the file with the
    key of a sealed backup. Raises BackupError, and then
    nothing was changed.
    Cut short by a power failure, it is done by running it again.
    """
    source, data = Path(source), Path(data)
    for left in data.glob(".restore-*"):
        shutil.rmtree(left, ignore_errors=True)
    fresh = Path(tempfile.mkdtemp(prefix=".restore-", dir=data))
    try:
        if is_sealed(source):
            room_for(fresh, source.stat().st_size)
            opened = fresh / "opened.tar"
            unseal(source, identity, opened)
            kind, whole = _unpack(opened, fresh)
            opened.unlink()
        else:
            kind, whole = _unpack(source, fresh)
        if (kind == "postgresql") != bool(store_url):
            raise BackupError(
                f"{source} is of {kind}, this hub uses {'PostgreSQL' if store_url else 'SQLite'};"
                " set LUOT_DATABASE_URL accordingly"
            )
        if kind == "sqlite":
            _sound(fresh / "luot.db", source)
        again = (data / UNFINISHED).exists()
        (data / UNFINISHED).write_text(f"{source}\n", "utf-8")
        to_disk(data)
        try:
            if kind == "sqlite":
                _change_sqlite(fresh / "luot.db", data / "luot.db", again)
            else:
                _change_postgres(
                    store_url, fresh / "luot.pgdump", data / f"luot.pgdump{KEPT}", again
                )
        except (OSError, BackupError):
            if not again:
                (data / UNFINISHED).unlink()
            raise
        for folder in FOLDERS if whole else ():
            _change_folder(fresh / folder, data / folder, again)
        (data / UNFINISHED).unlink()
        to_disk(data)
    except CopyError as error:
        raise BackupError(str(error)) from None
    except OSError as error:
        raise BackupError(f"{error.strerror or error}; free some space") from None
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _unpack(source: Path, fresh: Path) -> tuple[str, bool]:
    """`(database kind, whether media and voices are in it)`; the parts lie in `fresh` and on the
    disk.
    """
    room_for(fresh, source.stat().st_size)
    with open(source, "rb") as file:
        bare = file.read(16) == b"SQLite format 3\0"
    if bare:
        shutil.copy(source, fresh / "luot.db")
        os.chmod(fresh / "luot.db", 0o600)
        return "sqlite", False

    def take(member: tarfile.TarInfo, pieces: Iterator[bytes]) -> None:
        path = fresh / member.name
        path.parent.mkdir(parents=True, exist_ok=True)
        # secrets stay secret: nobody gets more than had it
        with open(
            os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, member.mode & 0o644 | 0o600), "wb"
        ) as file:
            for piece in pieces:
                file.write(piece)
            file.flush()
            os.fsync(file.fileno())

    return _each(source, take)["database"], True


def _sound(file: Path, source: Path) -> None:
    with sqlite3.connect(file) as conn:
        try:
            good = (
                conn.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
                and conn.execute("SELECT name FROM sqlite_master WHERE name = 'journal'").fetchone()
            )
        except sqlite3.DatabaseError:
            good = False
    conn.close()
    if not good:
        raise BackupError(f"{source} is not a sound backup of Lượt; take another one")


def _change_sqlite(fresh: Path, file: Path, again: bool) -> None:
    """At every moment `file` is one whole database, the old or the new: a hub never begins with an
    empty one.
    """
    kept = file.with_name(file.name + KEPT)
    if file.exists():
        old = sqlite3.connect(file)
        with contextlib.suppress(sqlite3.DatabaseError):  # damaged: that is why it is replaced
            old.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        old.close()
        if not again:
            kept.unlink(missing_ok=True)
            os.link(file, kept)
    for tail in ("-wal", "-shm"):
        Path(f"{file}{tail}").unlink(missing_ok=True)
    os.replace(fresh, file)
    to_disk(file.parent)


def _change_postgres(url: str, fresh: Path, kept: Path, again: bool) -> None:
    from .engine import open_store

    store = open_store(url)
    try:
        with store.read() as conn:
            others = conn.execute(
                text(
                    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND"
                    " pid <> pg_backend_pid() AND backend_type = 'client backend'"
                )
            ).scalar()
        if others:
            raise BackupError(f"{others} others still use the database; stop every hub first")
        if not again:
            dump_postgres(store, kept)
        run_postgres(
            "pg_restore",
            store,
            "--clean",
            "--if-exists",
            "--no-owner",
            "--no-privileges",
            "--single-transaction",
            "--exit-on-error",
            fresh,
        )
    finally:
        store.close()


def _change_folder(fresh: Path, place: Path, again: bool) -> None:
    kept = place.with_name(place.name + KEPT)
    if place.exists():
        if again and kept.exists():
            shutil.rmtree(place)  # of the attempt that was cut short; the older one is kept already
        else:
            shutil.rmtree(kept, ignore_errors=True)
            os.rename(place, kept)
    if fresh.exists():
        os.rename(fresh, place)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One backup at a time into a folder."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        raise BackupError(
            f"another backup is being written to {folder}; wait until it has ended"
        ) from None
    finally:
        os.close(handle)


def _sweep(folder: Path) -> None:
    """What a backup that was killed left behind."""
    for left in folder.glob("luot-*.tar.part"):
        left.unlink(missing_ok=True)
    for left in folder.glob(".luot-backup-*"):
        shutil.rmtree(left, ignore_errors=True)
