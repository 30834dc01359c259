"""The key of a slip: who holds the paper holds it, nobody else does.

It opens the page of that one ticket (`/t/KEY`), and gives the number back. It is on the slip only:
the database and the journal hold its hash, and no id, number or token leads to it. The hub derives
the keys it prints from a secret of the centre, so that a second paper carries the same one; a kiosk
without the hub makes its own and uploads its hash.
"""

import base64
import hashlib
import hmac
import secrets
from functools import cache

#: Bytes of a key: 128 bits, which are 22 letters in a QR code.
KEY_BYTES = 16
KEY_PATTERN = r"[A-Za-z0-9_-]{22}"
#: `key_hash` of a ticket to which no slip has a key.
NO_KEY = ""


def new_secret() -> str:
    """A centre's secret for its slips, made once."""
    return secrets.token_hex(32)


def new_key() -> str:
    """A key nobody can guess, for a slip printed without the hub."""
    return secrets.token_urlsafe(KEY_BYTES)


def key_of(secret: str, ticket_id: str) -> str:
    """The key on the slip of a ticket that the hub gave out."""
    keyed = _keyed(secret).copy()
    keyed.update(ticket_id.encode())
    return base64.urlsafe_b64encode(keyed.digest()[:KEY_BYTES]).rstrip(b"=").decode()


@cache
def _keyed(secret: str) -> hmac.HMAC:
    """HMAC-SHA-256 that has taken in a secret; to be copied."""
    return hmac.new(bytes.fromhex(secret), digestmod="sha256")


def hash_of(key: str) -> str:
    """What is stored of a key."""
    return hashlib.sha256(key.encode()).hexdigest()
