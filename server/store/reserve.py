"""Room on the data disk, kept for the hour in which the disk fills up: given back then, the hall
goes on while somebody makes room. On a full disk SQLite cannot write at all, not even what
would make room.
"""

import os
import shutil
from pathlib import Path

#: Enough for some twenty thousand acts.
SIZE = 64 * 1024 * 1024
#: Laid aside only where so much is free, so that a small disk is not filled by its own reserve.
ROOM = 8 * SIZE


class Reserve:
    """The file `reserve` in the data folder, of `size` bytes; it holds nothing."""

    def __init__(self, folder: str | Path, size: int = SIZE, room: int = ROOM) -> None:
        self.file, self._size, self._room = Path(folder) / "reserve", size, room

    def lay_aside(self) -> None:
        """Make the file where there is room and none stands."""
        if self.file.exists() or shutil.disk_usage(self.file.parent).free < self._room:
            return
        handle = os.open(self.file, os.O_WRONLY | os.O_CREAT, 0o600)
        try:
            os.posix_fallocate(handle, 0, self._size)
        except OSError:
            self.give_back()
        finally:
            os.close(handle)

    def give_back(self) -> bool:
        """Let the disk have it; False when there is none to give."""
        try:
            self.file.unlink()
        except OSError:
            return False
        return True
