"""Why files cannot be written to a folder, in words that pages and commands have sentences for."""

import errno
import tempfile
from pathlib import Path

FULL, READ_ONLY, NO_FOLDER, OTHER = "full", "read_only", "no_folder", "internal"
_WHY = {
    errno.ENOSPC: FULL,
    errno.EDQUOT: FULL,
    errno.EFBIG: FULL,
    errno.EROFS: READ_ONLY,
    errno.EACCES: READ_ONLY,
    errno.EPERM: READ_ONLY,
    errno.ENOTDIR: NO_FOLDER,
    errno.EEXIST: NO_FOLDER,
    errno.ENOENT: NO_FOLDER,
}
#: About what the files of a month take.
ROOM = 1024 * 1024


def why(error: OSError) -> str:
    """full, read_only, no_folder (a file has its name, or its own folder is gone) or internal."""
    return _WHY.get(error.errno or 0, OTHER)


def why_not(folder: Path) -> str | None:
    """Why a file of a month would not find its place there; None where it would. It is tried: only
    the system knows of quotas and of disks that were mounted read-only.
    """
    there = folder
    while not there.exists() and there != there.parent:
        there = there.parent
    try:
        if not there.is_dir():
            return NO_FOLDER
        with tempfile.TemporaryFile(dir=there) as trial:
            trial.write(bytes(ROOM))
    except OSError as error:
        return why(error)
    return None
