"""The secret this kiosk made itself when it was paired, and what the hub told it then.

It lies in the kiosk's folder, for its own user's eyes only. It is renewed by the kiosk itself: the
new secret is written down before the hub hears of it, so that a power cut or a lost answer never
leaves the kiosk without a good one.
"""

import json
import os
import secrets
from dataclasses import asdict, dataclass, replace
from pathlib import Path

FILE = "paired.json"
#: A secret is renewed once it is so old.
RENEW_AFTER_MS = 30 * 86_400_000


def new_secret() -> str:
    """43 letters of 64: 256 bits."""
    return secrets.token_urlsafe(32)


@dataclass(frozen=True)
class Credential:
    """What opens the hub to this kiosk, and the centre and name it has there. `since`: when the
    secret was made (ms since 1970 UTC); `following`: the one that may be in force already.
    """

    token: str
    centre: str
    device: str
    since: int
    following: str = ""

    @property
    def tokens(self) -> list[str]:
        """The secrets that may be in force, the newest first."""
        return [token for token in (self.following, self.token) if token]

    def with_following(self) -> "Credential":
        """It with a secret made to follow, unless there is one already."""
        return self if self.following else replace(self, following=new_secret())

    def settled(self, token: str, at: int) -> "Credential":
        """It once the hub has taken `token`."""
        return replace(self, token=token, since=at, following="")


def kept_in(folder: Path) -> Credential | None:
    """The credential in the kiosk's folder, or None where it was never paired."""
    try:
        return Credential(**json.loads((folder / FILE).read_text("utf-8")))
    except (FileNotFoundError, ValueError, TypeError):
        return None


def keep(folder: Path, credential: Credential) -> None:
    """Write it down so that a power cut leaves the old one or the new one."""
    folder.mkdir(parents=True, exist_ok=True)
    new = folder / f"{FILE}.new"
    with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(asdict(credential), file)
        file.flush()
        os.fsync(file.fileno())
    new.rename(folder / FILE)
    directory = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)


def forget(folder: Path) -> None:
    """The hub knows the secret no more: this kiosk has to be paired again."""
    (folder / FILE).unlink(missing_ok=True)
