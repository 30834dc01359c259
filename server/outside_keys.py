"""The secrets of what goes out of the house, in files that only the hub's own user reads: the key
pair web pushes are signed with, and what providers and receivers of webhooks know us by.
"""

import base64
import contextlib
import fcntl
import hmac
import json
import os
import secrets
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

#: The folder of these files in the data folder.
FOLDER = "delivery"
VAPID_FILE, PUBLIC_FILE, SECRETS_FILE = "vapid.pem", "vapid.pub", "secrets.json"
#: A webhook's receiver may check by the secret before for so long after a rotation.
BOTH_FOR_MS = 7 * 86_400_000


def draw_secret(centre: str, secret_hash: str) -> str:
    """What the secret of a draw is kept under: its own fingerprint, so that no other draw that is
    announced at the same moment under the same name takes its place.
    """
    return f"draw:{centre}:{secret_hash}"


class KeyTrouble(Exception):
    """A secret is missing or cannot be read; the text says the mend."""


class OutsideKeys:
    """The secrets in a data folder; nothing is made before it is asked for."""

    def __init__(self, data: str | Path) -> None:
        self.folder = Path(data) / FOLDER

    def vapid_pem(self) -> bytes:
        """The private key web pushes are signed with, made at the first call (PEM)."""
        file = self.folder / VAPID_FILE
        if not file.exists():
            with self._alone():
                if not file.exists():
                    self._make_vapid(file)
        return file.read_bytes()

    def public_key(self) -> str | None:
        """The key a browser subscribes with, as it wants it (base64url), or None before there is
        one: nobody can be sent a push then.
        """
        try:
            return (self.folder / PUBLIC_FILE).read_text("ascii").strip() or None
        except FileNotFoundError:
            return None

    def secret(self, name: str) -> str:
        """What a provider knows us by ("mail", "message:CODE"). Raises KeyTrouble."""
        kept = self._read().get(name)
        if kept is None:
            raise KeyTrouble(f"no secret {name!r}: put it in with `luot delivery-secret {name}`")
        return str(kept["now"])

    def webhook_secrets(self, code: str, now: int) -> list[str]:
        """What a webhook is signed with ("whsec_…"): the newest first, then the one before for a
        week after a rotation. Made at the first call.
        """
        name = f"webhook:{code}"
        kept = self._first(name, self.new_webhook_secret(), now)
        both = [str(kept["now"])]
        if kept.get("before") and now - int(kept["since"]) < BOTH_FOR_MS:
            both.append(str(kept["before"]))
        return both

    @staticmethod
    def new_webhook_secret() -> str:
        """A new secret in the form of Standard Webhooks."""
        return "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()

    def put(self, name: str, value: str, now: int) -> Mapping[str, Any]:
        """Keep a secret; the one before is remembered. Returns what is kept of it."""
        with self._alone():
            return self._put(name, value, now)

    def forget(self, name: str) -> None:
        """Keep a secret no longer."""
        with self._alone():
            everything = self._read()
            if everything.pop(name, None) is not None:
                self._write(SECRETS_FILE, json.dumps(everything).encode())

    def secret_of_draw(self, centre: str, press: str, now: int) -> str:
        """The secret of the draw that a press announces: a press that comes twice announces one
        draw. HMAC-SHA256 of a secret that is made at the first call.
        """
        root = str(self._first("draws", secrets.token_hex(32), now)["now"])
        return hmac.new(root.encode(), f"{centre}|{press}".encode(), "sha256").hexdigest()

    def _first(self, name: str, made: str, now: int) -> Mapping[str, Any]:
        """What is kept under a name, else what was made: one, whoever asks at once."""
        everything: Mapping[str, Mapping[str, Any]] = self._read()
        if name in everything:
            return everything[name]
        with self._alone():
            return self._read().get(name) or self._put(name, made, now)

    def _put(self, name: str, value: str, now: int) -> Mapping[str, Any]:
        everything = self._read()
        before = everything.get(name, {}).get("now")
        everything[name] = {"now": value, "before": before, "since": now}
        self._write(SECRETS_FILE, json.dumps(everything).encode())
        return everything[name]

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """No other thread or process changes these files meanwhile."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = os.open(self.folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)

    def _read(self) -> dict[str, dict[str, Any]]:
        try:
            return dict(json.loads((self.folder / SECRETS_FILE).read_text("utf-8")))
        except FileNotFoundError:
            return {}
        except (OSError, ValueError) as error:
            raise KeyTrouble(
                f"{self.folder / SECRETS_FILE} cannot be read ({error}); put the file of the last"
                " backup there"
            ) from error

    def _make_vapid(self, file: Path) -> None:
        from cryptography.hazmat.primitives import serialization
        from cryptography.hazmat.primitives.asymmetric import ec

        key = ec.generate_private_key(ec.SECP256R1())
        private = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        public = key.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )
        self._write(file.name, private)
        self._write(PUBLIC_FILE, base64.urlsafe_b64encode(public).rstrip(b"="))

    def _write(self, name: str, content: bytes) -> None:
        """Put a file there whole, for our own user only."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        part = self.folder / f"{name}.part"
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        part.replace(self.folder / name)
