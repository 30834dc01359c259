"""The key of the house: a file beside the database, never in it, by which what must stay readable
for the hub alone is sealed: second factors, and how to reach a citizen.

Whoever has a copy of the database, or a backup, reads none of it without this file. It is kept
elsewhere too (docs/operations.md): without it sealed second factors must be set up anew.
"""

import base64
import os
from pathlib import Path
from typing import TYPE_CHECKING

from .errors import KeyTrouble

if TYPE_CHECKING:
    from cryptography.fernet import Fernet

FILE = "house.key"
#: What a sealed text begins with; a secret that does not was kept before there was a key.
SEALED = "sealed:"


class HouseKey:
    """The key in a file, made at its first use; only its owner may read it."""

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self._key: bytes | None = None
        self._fernet: Fernet | None = None

    def seal(self, text: str) -> str:
        """A text that only the holder of the key reads. Raises KeyTrouble."""
        return SEALED + self._cipher().encrypt(text.encode()).decode()

    def open(self, sealed: str) -> str:
        """The text of `seal`; one that was never sealed comes back as it is. Raises KeyTrouble."""
        if not sealed.startswith(SEALED):
            return sealed
        from cryptography.fernet import InvalidToken

        if self.path is not None and self._key is None and not self.path.exists():
            raise KeyTrouble(
                f"the key of the house is missing: put back {self.path} from where it is kept"
                " besides; without it second factors must be set up anew"
            )
        try:
            return self._cipher().decrypt(sealed.removeprefix(SEALED).encode()).decode()
        except InvalidToken:
            raise KeyTrouble(
                f"{self.path} is not the key this was sealed with: put back the file that belongs"
                " to this database"
            ) from None

    def _cipher(self) -> "Fernet":
        from cryptography.fernet import Fernet

        if self._fernet is None:
            self._fernet = Fernet(base64.urlsafe_b64encode(self._loaded()))
        return self._fernet

    def _loaded(self) -> bytes:
        if self._key is None:
            self._key = self._read_or_make()
        return self._key

    def _read_or_make(self) -> bytes:
        if self.path is None:
            raise KeyTrouble("no folder is named for the key of the house; set LUOT_DATA")
        try:
            if not self.path.exists():
                _write_new(self.path)
            key = base64.urlsafe_b64decode(self.path.read_bytes().strip())
        except FileExistsError:  # another process made it at this moment
            return self._read_or_make()
        except OSError as error:
            raise KeyTrouble(f"{self.path}: {error.strerror or error}") from None
        except ValueError:
            key = b""
        if len(key) != 32:
            raise KeyTrouble(f"{self.path} is no key: put back the file that belongs here")
        return key


def _write_new(path: Path) -> None:
    """Write a new key whole: under another name first, so that nobody reads half a key."""
    part = path.with_name(f"{path.name}.{os.getpid()}")
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        os.write(handle, base64.urlsafe_b64encode(os.urandom(32)) + b"\n")
        os.fsync(handle)
    finally:
        os.close(handle)
    try:
        os.link(part, path)
    finally:
        part.unlink()
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
