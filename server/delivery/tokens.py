"""The passing keys of providers that renew them: an access token that is good for hours, and a
refresh token that is good for one renewal. One file each, for the hub's own user only.
"""

import contextlib
import fcntl
import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from ..outside_keys import FOLDER, KeyTrouble

TOKENS = "tokens"


@dataclass(frozen=True, slots=True)
class Tokens:
    """refresh: what the next renewal is asked with. access: what messages are sent with, "" before
    the first renewal; until: it is good no longer (ms); renew_at: from then on another is asked for
    (ms). asked_at: a renewal was begun and its answer is not written down (ms, 0 for none): where
    its process died, `refresh` may be spent. failed_at: the last renewal that may be tried again
    (ms). refused, refused_at: the provider took `refresh` no more, why and since when.
    """

    refresh: str
    access: str = ""
    until: int = 0
    renew_at: int = 0
    asked_at: int = 0
    failed_at: int = 0
    refused: str = ""
    refused_at: int = 0


class TokenFile:
    """The tokens of one provider of one centre."""

    def __init__(self, data: str | Path, centre: str, provider: str) -> None:
        self.provider = provider
        self._file = Path(data) / FOLDER / TOKENS / f"{centre}.{provider}.json"

    def read(self) -> Tokens:
        """What is kept. Raises KeyTrouble."""
        try:
            return Tokens(**json.loads(self._file.read_text("utf-8")))
        except FileNotFoundError:
            raise KeyTrouble(
                f"no refresh token of {self.provider!r}: put it in with"
                f" `luot delivery-secret {self.provider} --refresh-token`"
            ) from None
        except (OSError, ValueError, TypeError) as error:
            raise KeyTrouble(f"{self._file} cannot be read ({error})") from error

    def put(self, refresh: str) -> None:
        """Keep a refresh token that somebody got from the provider. An access token that is kept
        goes on being used until its time is over; the renewal comes at once.
        """
        with self.alone():
            try:
                kept = self.read()
            except KeyTrouble:
                kept = Tokens(refresh)
            self.write(Tokens(refresh, kept.access, kept.until))

    def write(self, tokens: Tokens) -> None:
        """Keep them, on the disk when this returns: they are used only afterwards."""
        self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        part = self._file.with_suffix(".part")
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
            out.write(json.dumps(asdict(tokens)).encode())
            out.flush()
            os.fsync(out.fileno())
        part.replace(self._file)
        folder = os.open(self._file.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    @contextlib.contextmanager
    def alone(self) -> Iterator[None]:
        """No other thread or process renews them meanwhile; the lock ends with its process."""
        self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = os.open(self._file.with_suffix(".lock"), os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)

    def note(self, kept: Tokens, **changed: int | str) -> Tokens:
        """Write what changed of the tokens kept; returns them."""
        after = replace(kept, **changed)  # type: ignore[arg-type]
        self.write(after)
        return after
