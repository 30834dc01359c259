"""PINs: a short number that lets a clerk in at the machine of a counter, and nowhere else.

The machine is the browser that somebody who looks after the devices has paired with the counter; it
keeps a secret of its own. Wrong PINs delay that machine alone, by a delay that grows; the password
opens all the while, there and everywhere, so nobody keeps the hall from its work. A centre's file
says whether PINs are taken at all (`accounts: pin:`).
"""

import secrets
from itertools import pairwise
from typing import Any

from domain.centre import Centre
from domain.refusal import Refusal

from ..store import people, ways_in
from ..store.people import Row
from .access_log import FAILED, LOCKED
from .actor import Actor
from .growing_delay import GrowingDelay
from .identity import Identity, hash_password, password_matches

#: Whose work is at a counter; who can change more comes in by more than six figures.
PIN_ROLES = ("clerk", "greeter")
SHORTEST, LONGEST = 6, 12
#: Wrong PINs at one machine that cost nothing.
FREE_TRIES = 5


class Pins:
    """Who has a PIN, at which machines it is good, and how often it was wrong there."""

    def __init__(self, identity: Identity) -> None:
        self._identity = identity
        self._store, self._clock = identity.context.store, identity.context.clock
        self._at_machine = GrowingDelay(self._clock, FREE_TRIES)

    # machines

    def pair(self, actor: Actor, counter: str) -> tuple[str, str]:
        """This browser stands at a counter from now on: `(id, the secret it keeps)`."""
        machine, secret = secrets.token_hex(8), secrets.token_urlsafe(32)
        with self._store.change() as conn:
            ways_in.add_machine(
                conn,
                secret,
                id=machine,
                centre=actor.centre,
                counter=counter,
                paired_at=self._clock(),
                paired_by=actor.id,
            )
        self._changed(actor, f"counter_machine {machine} {counter}")
        return machine, secret

    def machines(self, centre: str) -> list[dict[str, Any]]:
        """The machines of a centre's counters: `{id, counter, since, used_at}`."""
        with self._store.read() as conn:
            return [
                {
                    "id": row.id,
                    "counter": row.counter,
                    "since": row.paired_at,
                    "used_at": row.used_at,
                }
                for row in ways_in.machines(conn, centre)
            ]

    def end_machine(self, actor: Actor, machine: str) -> None:
        """It is a counter's no more: no PIN is good there. Raises Refusal unknown_device."""
        with self._store.change() as conn:
            if not ways_in.end_machine(conn, actor.centre, machine):
                raise Refusal("unknown_device")
        self._changed(actor, f"counter_machine_ended {machine}")

    def machine_of(self, secret: str) -> Row[Any] | None:
        """The machine (`id, centre, counter`) that keeps this secret, or None."""
        if not secret:
            return None
        with self._store.read() as conn:
            return ways_in.machine_of(conn, secret)

    # one's own

    def set(self, actor: Actor, token: str, password: str, pin: str) -> None:
        """Choose a PIN, or another. Raises Refusal not_allowed for a wrong password and for a role
        that has none, bad_request for one that everybody tries first.
        """
        if actor.role not in PIN_ROLES:
            raise Refusal("not_allowed")
        person = self._identity.confirm(actor, token, password)
        if not is_good(pin):
            raise Refusal("bad_request", key="pin", problem="weak_pin", min_length=SHORTEST)
        hashed = self._identity.off_loop(hash_password, pin)
        with self._store.change() as conn:
            ways_in.set_pin(conn, person.id, hashed, self._clock())
        self._changed(actor, "pin")

    def end(self, actor: Actor, token: str, password: str) -> None:
        """The password alone opens again."""
        person = self._identity.confirm(actor, token, password)
        with self._store.change() as conn:
            ways_in.set_pin(conn, person.id, None, self._clock())
        self._changed(actor, "pin_ended")

    def since(self, staff: str) -> int | None:
        """When a person chose their PIN (ms), or None."""
        with self._store.read() as conn:
            row = ways_in.pin_of(conn, staff)
        return int(row.at) if row is not None else None

    # coming in

    def log_in(
        self, centre: Centre, secret: str, name: str, pin: str, address: str, agent: str
    ) -> tuple[str, str, Row[Any], str]:
        """`(token, csrf, staff row, counter)` of a session that works at this machine's counter
        only, and for which settings stay shut until the password is typed.

        Raises Refusal sign_in_off where the centre takes no PIN or this is no counter's machine,
        too_many where wrong ones were typed here, not_allowed for a wrong one.
        """
        machine = self.machine_of(secret)
        stands = machine is not None and machine.centre == centre.code
        if machine is None or not stands or not centre.takes_pins:
            raise Refusal("sign_in_off")
        if centre.counter(machine.counter) is None:
            raise Refusal("sign_in_off")  # the counter is no more
        with self._store.read() as conn:
            person = people.staff_named(conn, centre.code, name)
            kept = ways_in.pin_of(conn, person.id) if person is not None else None
        who = None if person is None else f"staff:{person.id}"
        if wait := self._at_machine.wait_s(machine.id):
            self._identity.access_log.turned_away(LOCKED, centre.code, who, address, "pin")
            raise Refusal("too_many", retry_after=wait)
        good = self._identity.off_loop(password_matches, kept.pin_hash if kept else None, pin)
        may = person is not None and not person.disabled and not person.must_change
        if person is None or not good or not may or person.role not in PIN_ROLES:
            locked = self._at_machine.wrong(machine.id)
            kind = LOCKED if locked else FAILED
            self._identity.access_log.turned_away(kind, centre.code, who, address, "pin")
            raise Refusal("not_allowed")
        self._at_machine.right(machine.id)
        token, csrf = self._identity.begin_session(
            person, address, agent, confirmed=False, counter=machine.counter
        )
        with self._store.change() as conn:
            ways_in.machine_used(conn, machine.id, self._clock())
        return token, csrf, person, machine.counter

    def _changed(self, actor: Actor, what: str) -> None:
        self._identity.access_log.changed(actor.centre, actor.id, actor.address, what)


def is_good(pin: str) -> bool:
    """Whether a PIN is figures enough, and none that is guessed first: one figure again and again,
    a pair or three figures repeated, a run up or down.
    """
    if not (pin.isascii() and pin.isdigit() and SHORTEST <= len(pin) <= LONGEST):
        return False
    if any(pin == (pin[:n] * len(pin))[: len(pin)] for n in (1, 2, 3)):
        return False
    steps = {(int(after) - int(before)) % 10 for before, after in pairwise(pin)}
    return steps not in ({1}, {9})
