"""A key that says whether two bookings are of one person, and no more."""

import hashlib
import hmac


def person_key(secret: str, person: str) -> str:
    """The keyed hash of a number of an identity card or telephone, however it is spaced."""
    plain = "".join(sign for sign in person.upper() if sign.isalnum())
    return hmac.new(bytes.fromhex(secret), plain.encode(), hashlib.sha256).hexdigest()
