"""The key of the house: a file beside the database, never in it, by which what must stay readable
for the hub alone is sealed: second factors, and how to reach a citizen.

Whoever has a copy of the database, or a backup, reads none of it without this file. It is kept
elsewhere too (docs/operations.md): without it sealed second factors must be set up anew, and nobody
who wanted to be told is.
"""

import base64
import hashlib
import hmac
import os
from pathlib import Path
from typing import TYPE_CHECKING

from .errors import KeyTrouble

if TYPE_CHECKING:
    from cryptography.fernet import MultiFernet

FILE = "house.key"
#: What a sealed text begins with; a secret that does not was kept before there was a key.
SEALED = "sealed:"


class HouseKey:
    """The key in a file, made at its first use; only its owner may read it.

    A line a key: the first seals, the others open what was sealed before the key was renewed. The
    file is read again when it has changed, so a running hub follows a renewal.
    """

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self._keys: tuple[bytes, ...] = ()
        self._read_of: tuple[int, int] | None = None

    def seal(self, text: str) -> str:
        """A text that only the holder of the key reads. Raises KeyTrouble."""
        return SEALED + self._cipher().encrypt(text.encode()).decode()

    def open(self, sealed: str) -> str:
        """The text of `seal`; one that was never sealed comes back as it is. Raises KeyTrouble."""
        if not sealed.startswith(SEALED):
            return sealed
        from cryptography.fernet import InvalidToken

        if self.path is not None and not self._keys and not self.path.exists():
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

    def sealed_by_newest(self, sealed: str) -> bool:
        """Whether a text is sealed, and by the key that seals now. Raises KeyTrouble."""
        from cryptography.fernet import Fernet, InvalidToken

        if not sealed.startswith(SEALED):
            return False
        try:
            Fernet(self._loaded()[0]).decrypt(sealed.removeprefix(SEALED).encode())
        except InvalidToken:
            return False
        return True

    def marks(self, text: str) -> list[str]:
        """By what a sealed text is found again without opening every other: a keyed hash of it (32
        hexadecimal figures), of each key there is, the one that seals now first. Raises KeyTrouble.
        """
        return [
            hmac.new(key, b"mark:" + text.encode(), hashlib.sha256).hexdigest()[:32]
            for key in self._loaded()
        ]

    def renew(self) -> None:
        """Put a new key before the newest; older ones are dropped. Whoever calls it seals anew what
        is sealed, before and after. Raises KeyTrouble.
        """
        kept = self._loaded()[:1]
        assert self.path is not None
        try:
            _write(self.path, (_new_key(), *kept), replace=True)
        except OSError as error:
            raise KeyTrouble(f"{self.path}: {error.strerror or error}") from None

    def _cipher(self) -> "MultiFernet":
        from cryptography.fernet import Fernet, MultiFernet

        return MultiFernet([Fernet(key) for key in self._loaded()])

    def _loaded(self) -> tuple[bytes, ...]:
        """Every key of the file, the one that seals first."""
        if self.path is None:
            raise KeyTrouble("no folder is named for the key of the house; set LUOT_DATA")
        try:
            if not self._keys and not self.path.exists():
                _write(self.path, (_new_key(),), replace=False)
            about = self.path.stat()
        except FileExistsError:  # another process made it at this moment
            return self._loaded()
        except FileNotFoundError:
            return self._keys  # taken away under a hub that runs: it goes on with what it read
        except OSError as error:
            raise KeyTrouble(f"{self.path}: {error.strerror or error}") from None
        now = (about.st_ino, about.st_mtime_ns)
        if self._read_of != now:
            self._keys, self._read_of = self._read(), now
        return self._keys

    def _read(self) -> tuple[bytes, ...]:
        assert self.path is not None
        try:
            lines = self.path.read_bytes().split()
            whole = bool(lines) and all(len(base64.urlsafe_b64decode(line)) == 32 for line in lines)
        except OSError as error:
            raise KeyTrouble(f"{self.path}: {error.strerror or error}") from None
        except ValueError:
            whole = False
        if not whole:
            raise KeyTrouble(f"{self.path} is no key: put back the file that belongs here")
        return tuple(lines)


def _new_key() -> bytes:
    return base64.urlsafe_b64encode(os.urandom(32))


def _write(path: Path, keys: tuple[bytes, ...], *, replace: bool) -> None:
    """Write keys whole: under another name first, so that nobody reads half a file. Raises
    FileExistsError where there is one that is not to be replaced.
    """
    part = path.with_name(f"{path.name}.{os.getpid()}")
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        os.write(handle, b"".join(key + b"\n" for key in keys))
        os.fsync(handle)
    finally:
        os.close(handle)
    try:
        if replace:
            os.replace(part, path)
        else:
            os.link(part, path)
    finally:
        part.unlink(missing_ok=True)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
