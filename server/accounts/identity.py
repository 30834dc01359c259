"""Who is speaking: device tokens, staff log-in and sessions.

Secrets are compared as hashes; nothing is left open by default.
"""

import json
import logging
import secrets
from collections.abc import Callable, Hashable, Mapping
from typing import Any, Protocol, TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from domain.refusal import Refusal

from ..store import known_machines, people
from ..store.engine import Connection, Store
from ..store.errors import KeyTrouble
from ..store.people import Row
from . import second_factor
from .access_log import FAILED, LOCKED, AccessLog
from .actor import Actor, prefix_of
from .growing_delay import GrowingDelay
from .login_throttle import MOST, LoginThrottle

log = logging.getLogger("luot.accounts")
#: A revoked token stops working within this time (asked for below 5 s; each lookup saved is a fifth
#: of a ticket's cost).
KEPT_MS = 2_000
#: So long after a password was typed the settings and accounts may be changed.
CONFIRMED_MS = 15 * 60_000
#: Who has come in by a one-time code and must choose a password before anything else.
NEWCOMER = "newcomer"
FREE_TRIES, FREE_TRIES_EVERYWHERE = 5, 50
#: A machine on which nobody logged in for so long is forgotten.
MACHINE_KEPT_MS = 400 * 86_400_000
TOUCH_EVERY_MS = 60_000
_hasher = PasswordHasher(
    time_cost=2, memory_cost=19_456, parallelism=1
)  # OWASP's argon2id floor: about 25 ms, since it blocks the loop
#: Verified when no such person exists, so that the answer takes as long.
_NOBODY = _hasher.hash(secrets.token_hex(16))


T = TypeVar("T")


class StoreAndClock(Protocol):
    """What identities need of the acts' context."""

    @property
    def store(self) -> Store:
        """The hub's database."""

    @property
    def clock(self) -> Callable[[], int]:
        """The hall's clock: ms since 1970 UTC."""

    @property
    def real_clock(self) -> Callable[[], int]:
        """The clock that sessions and limits go by; the hall's but in a demo."""


def _at_once(work: Callable[..., Any], *args: Any) -> Any:
    return work(*args)


class Identity:
    """Finds the Actor behind a token or a session."""

    def __init__(
        self,
        context: StoreAndClock,
        session_hours: int,
        idle_minutes: int,
        off_loop: Callable[..., Any] = _at_once,
    ) -> None:
        self.context = context
        # how a password's hash is worked out; the app gives a way that lets the hub go on meanwhile
        self.off_loop = off_loop
        self._session_ms, self._idle_ms = session_hours * 3_600_000, idle_minutes * 60_000
        #: `{(kind, token): (when it was read, what was read)}`
        self._kept: dict[tuple[str, str], tuple[int, Any]] = {}
        self._throttle = LoginThrottle(context.real_clock)
        # a person where they have logged in before; a name at one address; a name from anywhere,
        # which is slow to lock, since it keeps its owner from logging in on a new machine
        self._at_home = GrowingDelay(context.real_clock, FREE_TRIES)
        self._elsewhere = GrowingDelay(context.real_clock, FREE_TRIES)
        self._everywhere = GrowingDelay(context.real_clock, FREE_TRIES_EVERYWHERE)
        self.access_log = AccessLog(context.store, context.real_clock)
        self._homes: set[tuple[str, str]] = (
            set()
        )  # (person, address) where somebody has logged in since this hub started

    def of_token(self, token: str) -> Actor | None:
        """The device's Actor, or None."""
        return self._remembered(("device", token), self._device)

    def of_session(self, token: str) -> tuple[Actor, str] | None:
        """`(Actor, csrf)` of a staff session, or None."""
        return self._remembered(("staff", token), self._staff)

    def _remembered(self, key: tuple[str, str], read: Callable[[str, int], T]) -> T:
        now = self.context.real_clock()
        kept = self._kept.get(key)
        if kept is not None and 0 <= now - kept[0] < KEPT_MS:
            remembered: T = kept[1]
            return remembered
        fresh = read(key[1], now)
        if len(self._kept) > 5000:
            self._kept.clear()
        self._kept[key] = (now, fresh)
        return fresh

    def _device(self, token: str, _now: int) -> Actor | None:
        with self.context.store.read() as conn:
            row = people.device_of(conn, token)
        if row is not None and row.next_token_hash == people.hash_of(token):
            with self.context.store.change() as conn:
                people.take_up_token(conn, row.id, token)
            self.forget()
        return (
            Actor(row.centre, f"device:{row.id}", row.role, row.counter, None, row.id, row.name)
            if row
            else None
        )

    def _staff(self, token: str, now: int) -> tuple[Actor, str] | None:
        with self.context.store.read() as conn:
            row = people.session_of(conn, token)
        if (
            row is None
            or now - row.created_at > self._session_ms
            or now - row.seen_at > self._idle_ms
        ):
            return None
        if now - row.seen_at > TOUCH_EVERY_MS:
            with self.context.store.change() as conn:
                people.touch_session(conn, token, now)
        role = NEWCOMER if row.must_change else row.role
        return (
            Actor(row.centre, f"staff:{row.id}", role, row.counter, row.id, None, row.full_name),
            row.csrf,
        )

    def stands(self, token: str) -> bool:
        """Whether a session has not ended; asking is no sign of life of its person."""
        now = self.context.real_clock()
        with self.context.store.read() as conn:
            row = people.session_of(conn, token)
        return (
            row is not None
            and now - row.created_at <= self._session_ms
            and now - row.seen_at <= self._idle_ms
        )

    def confirmed(self, token: str) -> bool:
        """Whether the password of a session was typed within the last 15 minutes."""
        with self.context.store.read() as conn:
            row = people.session_of(conn, token)
        typed = row.confirmed_at if row is not None else None
        return typed is not None and 0 <= self.context.real_clock() - typed < CONFIRMED_MS

    def confirm(self, actor: Actor, token: str, password: str) -> Row[Any]:
        """The person types the password again: the settings may be changed for 15 minutes. Returns
        their row. Raises Refusal not_allowed (password), or too_many.
        """
        key = ("confirm", actor.staff)
        if wait := self._elsewhere.wait_s(key):
            raise Refusal("too_many", retry_after=wait)
        with self.context.store.read() as conn:
            person = people.staff_by_id(conn, actor.staff or "")
        stored = person.password_hash if person is not None else _NOBODY
        typed = second_factor.plain(password) if person is not None and person.must_change else ""
        if person is None or not (
            self.off_loop(password_matches, stored, password)
            or (typed and self.off_loop(password_matches, stored, typed))
        ):
            self._elsewhere.wrong(key)
            self.access_log.turned_away(FAILED, actor.centre, actor.id, actor.address, "confirm")
            raise Refusal("not_allowed", why="password")
        self._elsewhere.right(key)
        with self.context.store.change() as conn:
            people.confirm_session(conn, token, self.context.real_clock())
        return person

    def forget(self) -> None:
        """Read every token anew at its next use: a device was shut off here."""
        self._kept.clear()

    def device(self, actor: Actor) -> Row[Any] | None:
        """The row of an actor's device (zone, sound), or None."""
        with self.context.store.read() as conn:
            of_centre = people.devices(conn, actor.centre)
            return next((device for device in of_centre if device.id == actor.device), None)

    def welcome(self) -> set[str]:
        """The hashes of the tokens of every device that is on, and of every session that has not
        ended. Silence ends no session here: a wall may be watched all day.
        """
        with self.context.store.read() as conn:
            return people.tokens_on(conn) | people.sessions_since(
                conn, self.context.real_clock() - self._session_ms
            )

    def renew(self, token: str, new: str) -> None:
        """A device gives itself a new token; the old one ends at the first use of the new one.
        Raises Refusal request_id_reused where another has that token, and not_allowed for none.
        """
        with self.context.store.change() as conn:
            row = people.device_of(conn, token)
            other = people.device_of(conn, new)
            if row is None:
                raise Refusal("not_allowed")
            if other is not None and (other.id != row.id or secrets.compare_digest(token, new)):
                raise Refusal("request_id_reused")
            if other is None:
                people.offer_token(conn, row.id, new)

    @staticmethod
    def hash_of(credential: str) -> str:
        """What `welcome` knows a session or a token by."""
        return people.hash_of(credential)

    def status(self, actor: Actor, status: Mapping[str, Any]) -> None:
        """Keep what a device said of itself; who is no device has nothing kept."""
        if actor.device is None:
            return
        with self.context.store.change() as conn:
            people.device_status(conn, actor.device, status, self.context.clock())

    def answer_help(self, centre: str, kiosk: str, at: int) -> None:
        """Somebody goes to the kiosk (its name or id) that called for help at `at`: the call is
        over for everybody. A later one stands. Raises Refusal unknown_device.
        """
        with self.context.store.change() as conn:
            row = next(
                (
                    device
                    for device in people.devices(conn, centre)
                    if device.role == "kiosk"
                    and device.revoked_at is None
                    and kiosk in (device.id, device.name)
                ),
                None,
            )
            if row is None:
                raise Refusal("unknown_device")
            status = json.loads(row.status)
            if status.pop("help", None) == at:
                status.pop("help_screen", None)
                people.device_status(conn, row.id, status, row.seen_at)

    def log_in(
        self,
        centre: str,
        name: str,
        password: str,
        address: str = "",
        machine: str = "",
        code: str = "",
        agent: str = "",
    ) -> tuple[str, str, Row[Any]]:
        """`(token, csrf, staff row)` of a new session. `machine` is what the browser keeps of an
        earlier log-in, or empty.

        `code`: of the second factor, where the person has one, or a recovery code; each is good
        once. Without it a right password is refused with not_allowed (`second_factor`).

        Raises Refusal not_allowed, or too_many for whoever guessed wrong too often: the same
        answers, in the same time, for names that nobody has.
        """
        now = self.context.real_clock()
        with self.context.store.read() as conn:
            row = people.staff_named(conn, centre, name)
            at_home = row is not None and self._is_known(conn, row.id, address, machine)
        who = None if row is None else f"staff:{row.id}"
        delays: list[tuple[GrowingDelay, Hashable]] = (
            [(self._at_home, (centre, name, machine or address))]
            if at_home
            else [(self._elsewhere, (centre, name, address)), (self._everywhere, (centre, name))]
        )
        wait = max(self._throttle.wait_s(address), *(d.wait_s(key) for d, key in delays))
        if wait:
            self.access_log.turned_away(LOCKED, centre, who, address)
            raise Refusal("too_many", retry_after=wait)
        by_code = row is not None and row.must_change
        typed = second_factor.plain(password) if by_code else password
        matches = self.off_loop(password_matches, row.password_hash if row else _NOBODY, typed)
        over = row is not None and row.must_change and now > (row.code_until or 0)
        needs_code = matches and row is not None and bool(row.totp_secret)
        if needs_code and not code and row is not None and not row.disabled:
            raise Refusal("not_allowed", why="second_factor")
        if needs_code and row is not None and not self._second_factor(row, code, now):
            matches = False
        if not matches or row is None or row.disabled or over:
            self._throttle.wrong(address)
            locked = [delay.wrong(key) for delay, key in delays]
            self.access_log.turned_away(FAILED, centre, who, address)
            if any(locked):
                self.access_log.turned_away(LOCKED, centre, who, address)
            raise Refusal("not_allowed")
        for delay, key in delays:
            if delay is not self._everywhere:
                delay.right(key)
        if len(self._homes) >= MOST:
            self._homes.clear()
        self._homes.add((row.id, address))
        token, csrf = self.begin_session(row, address, agent)
        if machine:
            with self.context.store.change() as conn:
                known_machines.remember(conn, row.id, machine, now, now - MACHINE_KEPT_MS)
        return token, csrf, row

    def begin_session(
        self,
        row: Row[Any],
        address: str,
        agent: str,
        confirmed: bool = True,
        counter: str | None = None,
    ) -> tuple[str, str]:
        """`(token, csrf)` of a new session of somebody who has shown who they are. `confirmed`: by
        what is as good as a password; `counter`: the only one it may work at.
        """
        now = self.context.clock()
        token, csrf = secrets.token_urlsafe(32), secrets.token_urlsafe(16)
        with self.context.store.change() as conn:
            people.end_old_sessions(conn, now - self._session_ms, now - self._idle_ms)
            people.add_session(
                conn,
                token,
                row.id,
                csrf,
                now,
                prefix_of(address),
                agent[:120],
                confirmed=confirmed,
                counter=counter,
            )
        self.access_log.came_in(row.centre, f"staff:{row.id}", address)
        return token, csrf

    def _second_factor(self, row: Row[Any], code: str, now: int) -> bool:
        with self.context.store.change() as conn:
            return second_factor.use(conn, row.id, self._totp_secret(row), code, now)

    def _totp_secret(self, row: Row[Any]) -> str | None:
        """The secret of a person's app; None where the key of the house is lost: then the recovery
        codes on paper open still.
        """
        try:
            return self.context.store.house_key.open(row.totp_secret)
        except KeyTrouble as trouble:
            log.error("a second factor cannot be read: %s", trouble)
            return None

    def _is_known(self, conn: Connection, staff: str, address: str, machine: str) -> bool:
        """Whether a person has logged in here before: by what the browser keeps, else by the
        address since this hub started.
        """
        if machine and known_machines.is_known(conn, staff, machine):
            return True
        return (staff, address) in self._homes

    def log_out(self, token: str) -> None:
        """End a session at once."""
        self._kept.pop(("staff", token), None)
        with self.context.store.change() as conn:
            people.end_session(conn, token)


def hash_password(password: str) -> str:
    """The argon2id hash to store."""
    return _hasher.hash(password)


def password_matches(stored: str | None, password: str) -> bool:
    """Whether a password is the one of an argon2 hash. Without a hash (None: there is no such
    person) it takes as long and is not.
    """
    try:
        return _hasher.verify(stored or _NOBODY, password) and stored is not None
    except (VerifyMismatchError, InvalidHashError):
        return False
