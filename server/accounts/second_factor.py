"""Second factors: one-time codes of an app (TOTP) and recovery codes on paper, each good once."""

import hashlib
import re
import secrets

import pyotp

from ..store import people
from ..store.engine import Connection

STEP_S = 30
#: Codes of this many steps before and after now are taken: phones' clocks are off a little.
STEPS_AROUND = 1
RECOVERY_CODES = 10
#: Letters and figures that are not mistaken for one another on paper.
LETTERS = "ABCDEFGHJKLMNPQRTUVWXYZ2346789"
_CODE = re.compile(r"[^A-Z0-9]")


def new_secret() -> str:
    """The secret of a new second factor, as apps take it."""
    return pyotp.random_base32()


def address_of(secret: str, name: str, issuer: str) -> str:
    """What the QR code of a second factor holds."""
    return pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=issuer)


def step_of(secret: str, code: str, now: int) -> int | None:
    """The step (30 s each since 1970) whose code this is at a moment (ms), or None."""
    typed = re.sub(r"\D", "", code)
    here = now // 1000 // STEP_S
    one_time = pyotp.TOTP(secret, interval=STEP_S)
    for step in range(here - STEPS_AROUND, here + STEPS_AROUND + 1):
        if len(typed) == 6 and secrets.compare_digest(one_time.at(step * STEP_S), typed):
            return step
    return None


def new_code(letters: int = 8) -> str:
    """A code to be typed from paper: groups of four."""
    text = "".join(secrets.choice(LETTERS) for _ in range(letters))
    return " ".join(text[n : n + 4] for n in range(0, letters, 4))


def plain(code: str) -> str:
    """A code as it is compared: however it was typed."""
    return _CODE.sub("", code.upper())


def recovery_hash(code: str) -> str:
    """What is kept of a recovery code (40 bits or more, each good once, guesses throttled)."""
    return hashlib.sha256(plain(code).encode()).hexdigest()


def new_recovery_codes(conn: Connection, staff: str) -> list[str]:
    """Ten new codes, shown once; the ones before end."""
    codes = [new_code() for _ in range(RECOVERY_CODES)]
    people.set_recovery_codes(conn, staff, [recovery_hash(code) for code in codes])
    return codes


def use(conn: Connection, staff: str, secret: str | None, code: str, now: int) -> bool:
    """Take a code of the app (None: its secret is lost) or of the paper; False for a wrong one, and
    for one taken before.
    """
    step = step_of(secret, code, now) if secret is not None else None
    if step is not None:
        return people.use_step(conn, staff, step)
    return people.use_recovery_code(conn, staff, recovery_hash(code), now)
