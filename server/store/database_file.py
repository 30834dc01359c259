"""The SQLite file itself: who may read its folder, whether it is whole, and that nothing erased is
left beside it.
"""

import sqlite3
import stat
import sys
from pathlib import Path

#: The most faults that one check names.
MOST_FAULTS = 20
DAMAGED = (
    "the database is damaged: stop the hub and put back the newest backup with `luot restore FILE`"
    " (`luot verify` names the fault)"
)


class UnfitFile(Exception):
    """The data folder or the database file cannot be used as it is; the text says the mend."""


def keep_to_ourselves(folder: Path) -> None:
    """Make the data folder if need be, and take everybody else's rights to it away; the group's
    stay (backups). Raises UnfitFile where that is not ours to do.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o750)
    mode = stat.S_IMODE(folder.stat().st_mode)
    if not mode & stat.S_IRWXO:
        return
    try:
        folder.chmod(mode & ~stat.S_IRWXO)
    except OSError as error:
        raise UnfitFile(
            f"everybody on this machine may read the data folder {folder} ({error.strerror}); have"
            f" its owner run: chmod o-rwx {folder}"
        ) from error


def refuse_empty(file: Path) -> None:
    """Raise UnfitFile for a file that is there and holds nothing: a hub on it would be an empty one
    that calls itself ready.
    """
    if file.exists() and file.stat().st_size == 0:
        raise UnfitFile(
            f"{file} is empty (0 bytes), so something took its content away; put back the newest"
            f" backup with `luot restore FILE`, or, if nothing was ever kept here, delete {file}"
        )


def faults_of(file: str, whole: bool = True) -> list[str]:
    """What SQLite finds wrong with the pages of a file, in its words; empty when nothing is.

    `whole` compares the indexes with their tables too; without, it is several times as fast.
    """
    check = "integrity_check" if whole else "quick_check"
    try:
        connection = sqlite3.connect(f"file:{file}?mode=ro", uri=True, timeout=5)
        try:
            rows = connection.execute(f"PRAGMA {check}({MOST_FAULTS})").fetchall()
        finally:
            connection.close()
    except sqlite3.DatabaseError as error:
        return [] if _cannot_be_asked(error) else [str(error)]
    return [row[0] for row in rows if row[0] != "ok"]


def is_damage(error: BaseException) -> bool:
    """Whether an error of SQLite says that the pages are damaged."""
    text = str(error)
    return "malformed" in text or "not a database" in text


def _cannot_be_asked(error: sqlite3.DatabaseError) -> bool:
    return isinstance(error, sqlite3.OperationalError) and not is_damage(error)


if __name__ == "__main__":
    # beside a running hub, in a process of its own: a large file takes minutes
    print("\n".join(faults_of(sys.argv[1], whole=False)))
