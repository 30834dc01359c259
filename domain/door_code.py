"""The code at the door: ten letters that change every 30 seconds, made of a device's own secret.

Board, entrance and kiosk make it themselves, also while the hub is away
(`display/door_code.js` does the same). A photograph sent home is worth nothing soon.
"""

import hashlib
import hmac
import secrets

from .booking_code import DOOR_LENGTH, LETTERS, is_refused

STEP_MS = 30_000
#: Steps from now that are accepted: the next one, the present one and the last two.
ACCEPTED = (0, 1, -1, -2)


def new_secret() -> str:
    """A secret for one device and day (128 bits, hex)."""
    return secrets.token_hex(16)


def step_of(at: int) -> int:
    """The step of a moment."""
    return at // STEP_MS


def code_of(secret: str, centre: str, step: int) -> str:
    """The code of a step. A code with a word nobody should read out is passed over."""
    for attempt in range(100):
        message = f"{centre}|{step}|{attempt}".encode()
        value = int.from_bytes(hmac.new(secret.encode(), message, hashlib.sha256).digest()[:12])
        letters = []
        for _ in range(DOOR_LENGTH):
            value, place = divmod(value, len(LETTERS))
            letters.append(LETTERS[place])
        code = "".join(letters)
        if not is_refused(code):
            return code
    raise AssertionError("a hundred codes in a row were refused")


def is_accepted(code: str, device_secrets: list[str], centre: str, at: int) -> bool:
    """Whether a code is shown now at a door with one of these secrets."""
    now = step_of(at)
    return any(
        hmac.compare_digest(code, code_of(secret, centre, now + step))
        for secret in device_secrets
        for step in ACCEPTED
    )
