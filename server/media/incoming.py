"""A picture or film on its way in: written to the disk as it comes, looked into by a process of its
own, kept under the sha256 of its content.
"""

import hashlib
import json
import os
import re
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from ..worker_pool import NotDone, run_in_worker

ENDINGS = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/webp": "webp",
    "video/mp4": "mp4",
    "video/webm": "webm",
}
MOST_BYTES = {"image": 20 * 1024 * 1024, "video": 300 * 1024 * 1024}
#: Left free on the disk: the queue's own database comes first.
KEEP_FREE = 500 * 1024 * 1024
CHECK_LIMIT_S = 60


class DiskFull(Exception):
    """The disk takes no more media; the text says the mend. Nothing was changed."""


class Incoming:
    """A file while it arrives: written to the disk as it comes, counted and hashed.

    Raises DiskFull when the disk is full.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        if shutil.disk_usage(folder).free < KEEP_FREE:
            raise DiskFull("the disk is nearly full: free some space; nothing was changed")
        self._file = tempfile.NamedTemporaryFile(dir=folder, prefix="incoming-", delete=False)  # noqa: SIM115 - closed when it is kept or dropped
        self.path, self.bytes = Path(self._file.name), 0

    def write(self, part: bytes) -> int:
        """Take some bytes."""
        try:
            self._file.write(part)
        except OSError as error:
            raise DiskFull(
                f"the disk takes no more ({error.strerror}): free some space; nothing was changed"
            ) from None
        self.bytes += len(part)
        return len(part)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)

    def drop(self) -> None:
        """Forget the file."""
        self._file.close()
        self.path.unlink(missing_ok=True)


def folder_of(data: str | Path) -> Path:
    """Where media files lie in a data folder."""
    return Path(data) / "media"


def file_name(id_: str, type_: str) -> str:
    """The name a media file is kept and served under: its sha256."""
    return f"{id_}.{ENDINGS[type_]}"


def tidy(name: str | None) -> str:
    """The name a file came with, fit to be shown."""
    text = re.sub(r"[\x00-\x1f\x7f]", "", Path((name or "").replace("\\", "/")).name).strip()
    return text[:120] or "?"


def hash_of(path: Path) -> str:
    """The sha256 of a file."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def checked_file(path: Path) -> dict[str, Any]:
    """What the checking process says of a file. One it dies of or cannot finish is damaged."""
    try:
        answer: dict[str, Any] = json.loads(
            run_in_worker(
                [
                    sys.executable,
                    "-P",
                    str(Path(__file__).with_name("file_check.py")),
                    str(path),
                ],
                seconds=CHECK_LIMIT_S,
                knows={"PATH": os.environ.get("PATH", "")},
            )
        )
        return answer
    except (NotDone, ValueError):
        return {"ok": False, "why": "damaged"}
