"""Who is speaking: device tokens, staff log-in and sessions.

Secrets are compared as hashes; nothing is left open by default.
"""

import json
import secrets
from collections.abc import Hashable
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from domain.refusal import Refusal

from ..store import known_machines, people
from .access_log import FAILED, LOCKED, AccessLog
from .actor import Actor
from .growing_delay import GrowingDelay
from .login_throttle import MOST, LoginThrottle

#: A revoked token stops working within this time (asked for below 5 s; each lookup saved is a fifth
#: of a ticket's cost).
KEPT_MS = 2_000
FREE_TRIES, FREE_TRIES_EVERYWHERE = 5, 50
#: A machine on which nobody logged in for so long is forgotten.
MACHINE_KEPT_MS = 400 * 86_400_000
TOUCH_EVERY_MS = 60_000
_hasher = PasswordHasher(
    time_cost=2, memory_cost=19_456, parallelism=1
)  # OWASP's argon2id floor: about 25 ms, since it blocks the loop
#: Verified when no such person exists, so that the answer takes as long.
_NOBODY = _hasher.hash(secrets.token_hex(16))


class Identity:
    """Finds the Actor behind a token or a session."""

    def __init__(self, context, session_hours, idle_minutes, off_loop=None):
        self.context = context
        # how a password's hash is worked out; the app gives a way that lets the hub go on meanwhile
        self.off_loop = off_loop or (lambda work, *args: work(*args))
        self._session_ms, self._idle_ms = session_hours * 3_600_000, idle_minutes * 60_000
        self._kept = {}
        self._throttle = LoginThrottle(context.clock)
        # a person where they have logged in before; a name at one address; a name from anywhere,
        # which is slow to lock, since it keeps its owner from logging in on a new machine
        self._at_home = GrowingDelay(context.clock, FREE_TRIES)
        self._elsewhere = GrowingDelay(context.clock, FREE_TRIES)
        self._everywhere = GrowingDelay(context.clock, FREE_TRIES_EVERYWHERE)
        self.access_log = AccessLog(context.store, context.clock)
        self._homes: set[tuple[str, str]] = (
            set()
        )  # (person, address) where somebody has logged in since this hub started

    def of_token(self, token):
        """The device's Actor, or None."""
        return self._remembered(("device", token), self._device)

    def of_session(self, token):
        """`(Actor, csrf)` of a staff session, or None."""
        return self._remembered(("staff", token), self._staff)

    def _remembered(self, key, find):
        now = self.context.clock()
        kept = self._kept.get(key)
        if kept is not None and 0 <= now - kept[0] < KEPT_MS:
            return kept[1]
        found = find(key[1], now)
        if len(self._kept) > 5000:
            self._kept.clear()
        self._kept[key] = (now, found)
        return found

    def _device(self, token, _now):
        with self.context.store.read() as conn:
            row = people.device_of(conn, token)
        return (
            Actor(row.centre, f"device:{row.id}", row.role, row.counter, None, row.id, row.name)
            if row
            else None
        )

    def _staff(self, token, now):
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
        return (
            Actor(row.centre, f"staff:{row.id}", row.role, None, row.id, None, row.full_name),
            row.csrf,
        )

    def forget(self):
        """Read every token anew at its next use: a device was shut off here."""
        self._kept.clear()

    def device(self, actor):
        """The row of an actor's device (zone, sound), or None."""
        with self.context.store.read() as conn:
            return next(
                (d for d in people.devices(conn, actor.centre) if d.id == actor.device), None
            )

    def still_on(self, actor):
        """Whether a device has not been shut off; remembered for 2 s."""
        return self._remembered(("on", actor.device), self._on)

    def _on(self, device, _now):
        with self.context.store.read() as conn:
            return people.is_on(conn, device)

    def welcome(self):
        """`(devices, sessions)`: the ids of every device that is on, and the hashes of every
        session that has not ended.
        Silence ends no session here: a wall may be watched all day.
        """
        with self.context.store.read() as conn:
            return people.devices_on(conn), people.sessions_since(
                conn, self.context.clock() - self._session_ms
            )

    @staticmethod
    def hash_of(session):
        """What `welcome` knows a session by."""
        return people.hash_of(session)

    def status(self, actor, status):
        """Keep what a device said of itself."""
        with self.context.store.change() as conn:
            people.device_status(conn, actor.device, status, self.context.clock())

    def answer_help(self, centre, kiosk, at):
        """Somebody goes to the kiosk (its name or id) that called for help at `at`: the call is
        over for everybody. A later one stands. Raises Refusal unknown_device.
        """
        with self.context.store.change() as conn:
            row = next(
                (
                    d
                    for d in people.devices(conn, centre)
                    if d.role == "kiosk" and d.revoked_at is None and kiosk in (d.id, d.name)
                ),
                None,
            )
            if row is None:
                raise Refusal("unknown_device")
            said = json.loads(row.status)
            if said.get("help") == at:
                people.device_status(
                    conn,
                    row.id,
                    {k: v for k, v in said.items() if k not in ("help", "help_screen")},
                    row.seen_at,
                )

    def log_in(
        self, centre: str, name: str, password: str, address: str = "", machine: str = ""
    ) -> tuple[str, str, Any]:
        """`(token, csrf, staff row)` of a new session. `machine` is what the browser keeps of an
        earlier log-in, or empty.

        Raises Refusal not_allowed, or too_many for whoever guessed wrong too often: the same
        answers, in the same time, for names that nobody has.
        """
        now = self.context.clock()
        with self.context.store.read() as conn:
            row = people.staff_named(conn, centre, name)
            known = row is not None and self._is_known(conn, row.id, address, machine)
        who = None if row is None else f"staff:{row.id}"
        delays: list[tuple[GrowingDelay, Hashable]] = (
            [(self._at_home, (centre, name, machine or address))]
            if known
            else [(self._elsewhere, (centre, name, address)), (self._everywhere, (centre, name))]
        )
        wait = max(self._throttle.wait_s(address), *(d.wait_s(key) for d, key in delays))
        if wait:
            self.access_log.turned_away(LOCKED, centre, who, address)
            raise Refusal("too_many", retry_after=wait)
        matches = self.off_loop(_matches, row.password_hash if row else _NOBODY, password)
        if not matches or row is None or row.disabled:
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
        token, csrf = secrets.token_urlsafe(32), secrets.token_urlsafe(16)
        with self.context.store.change() as conn:
            people.end_old_sessions(conn, now - self._session_ms, now - self._idle_ms)
            people.add_session(conn, token, row.id, csrf, now)
            if machine:
                known_machines.remember(conn, row.id, machine, now, now - MACHINE_KEPT_MS)
        self.access_log.came_in(row.centre, f"staff:{row.id}", address)
        return token, csrf, row

    def _is_known(self, conn: Any, staff: str, address: str, machine: str) -> bool:
        """Whether a person has logged in here before: by what the browser keeps, else by the
        address since this hub started.
        """
        if machine and known_machines.is_known(conn, staff, machine):
            return True
        return (staff, address) in self._homes

    def log_out(self, token):
        """End a session at once."""
        self._kept.pop(("staff", token), None)
        with self.context.store.change() as conn:
            people.end_session(conn, token)


def hash_password(password):
    """The argon2id hash to store."""
    return _hasher.hash(password)


def _matches(stored, password):
    try:
        return _hasher.verify(stored, password)
    except (VerifyMismatchError, InvalidHashError):
        return False
