"""Setting up a new hub in the browser: a one-time code that only who stands at the machine reads,
the browser session it opens, and the first administrator.

Open as long as a code was offered and the setting up has not ended; a hub that holds an
administrator takes no more codes.
"""

import hashlib
import os
import secrets
from pathlib import Path
from typing import Any

from domain.refusal import Refusal

from ..store import centres, people
from ..store import first_run as rows
from .growing_delay import GrowingDelay
from .identity import Identity, hash_password
from .passwords import SHORTEST, weakness
from .second_factor import new_code, plain
from .staff_admin import NAME

CODE_MS, SESSION_MS = 30 * 60_000, 24 * 3_600_000
CODE_LETTERS = 8
#: Where the code lies for the eyes of the hub's own user.
CODE_FILE = "first-run-code"
FREE_TRIES = 5
ADMIN = "admin"


def hash_of(secret: str) -> str:
    """What is kept of a code (39 bits, good once, for half an hour, tries throttled) or session."""
    return hashlib.sha256(secret.encode()).hexdigest()


class FirstRun:
    """The first run of this hub; `data` is its folder."""

    def __init__(self, identity: Identity, data: str | Path) -> None:
        self._identity, self._file = identity, Path(data) / CODE_FILE
        self._store, self._clock = identity.context.store, identity.context.real_clock
        self._tries = GrowingDelay(self._clock, FREE_TRIES)

    def offer(self) -> str | None:
        """A new code, also written to the file; None where this hub holds an administrator or its
        first run has ended.
        """
        if not self._may_begin():
            return None
        code = new_code(CODE_LETTERS)
        self._file.parent.mkdir(parents=True, exist_ok=True)
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
        with open(os.open(self._file, flags, 0o600), "w") as file:
            file.write(code + "\n")
        self._file.chmod(0o600)
        with self._store.change() as conn:
            rows.offer(conn, hash_of(plain(code)), self._clock() + CODE_MS)
        return code

    def offer_to_new(self) -> None:
        """A code where nothing was ever set up, or what was begun has no good code or session."""
        with self._store.read() as conn:
            is_new = not centres.codes(conn)
            row = rows.state(conn)
        now = self._clock()
        has_code = row is not None and row.code_hash is not None and row.expires_at > now
        if (is_new or row is not None) and not (has_code and self._file.exists()):
            self.offer()

    def _may_begin(self) -> bool:
        with self._store.read() as conn:
            row = rows.state(conn)
            staff = people.staff_of(conn)
        return (row is None or row.done_at is None) and not any(
            person.role == ADMIN and not person.disabled for person in staff
        )

    def is_open(self) -> bool:
        """Whether this hub is being set up: a code was offered, and nobody has said it is done."""
        with self._store.read() as conn:
            row = rows.state(conn)
        return row is not None and row.done_at is None

    def begin(self, code: str, address: str) -> str:
        """The session that a code opens; the code is good no more. Refused with not_allowed
        (first_run) for a wrong or expired one, with too_many for who tries too often.
        """
        keys = [("address", address), ("everywhere", "")]
        if wait := max(self._tries.wait_s(key) for key in keys):
            raise Refusal("too_many", retry_after=wait)
        session = secrets.token_urlsafe(32)
        with self._store.change() as conn:
            row, now = rows.state(conn), self._clock()
            fits = (
                row is not None
                and row.done_at is None
                and row.code_hash is not None
                and now < row.expires_at
                and secrets.compare_digest(row.code_hash, hash_of(plain(code)))
            )
            if fits:
                rows.begin(conn, hash_of(session), now)
        if not fits:
            for key in keys:
                self._tries.wrong(key)
            raise Refusal("not_allowed", why="first_run")
        self._file.unlink(missing_ok=True)
        return session

    def holds(self, session: str) -> bool:
        """Whether a session of the first run is good."""
        with self._store.read() as conn:
            row = rows.state(conn)
        return (
            row is not None
            and row.done_at is None
            and row.session_hash is not None
            and self._clock() - row.begun_at < SESSION_MS
            and secrets.compare_digest(row.session_hash, hash_of(session))
        )

    def add_admin(self, centre: str, name: str, full_name: str, password: str) -> None:
        """The first administrator of the centre. Refused with wrong_state where there is one, with
        bad_request for a name that is none or a weak password.
        """
        if not NAME.match(name):
            raise Refusal("bad_request", key="name", problem="login_name")
        problem = weakness(password, name, full_name, centre)
        if problem is not None:
            raise Refusal("bad_request", key="password", problem=problem, min_length=SHORTEST)
        hashed: Any = self._identity.off_loop(hash_password, password)
        now = self._clock()
        with self._store.change() as conn:
            if any(person.role == ADMIN for person in people.staff_of(conn)):
                raise Refusal("wrong_state", number="", state="has_admin")
            if people.staff_named(conn, centre, name) is not None:
                raise Refusal("bad_request", key="name", problem="name_taken")
            people.add_staff(
                conn,
                id=secrets.token_hex(8),
                centre=centre,
                name=name,
                full_name=full_name,
                role=ADMIN,
                password_hash=hashed,
                created_at=now,
                password_at=now,
            )

    def has_admin(self) -> bool:
        """Whether this hub holds an administrator."""
        with self._store.read() as conn:
            return any(person.role == ADMIN for person in people.staff_of(conn))

    def end(self) -> None:
        """The hub is set up; nothing of this opens any more."""
        with self._store.change() as conn:
            rows.end(conn, self._clock())
        self._file.unlink(missing_ok=True)
