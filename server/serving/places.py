"""Places: how many connections or sockets there may be, and who makes room when all are taken.

Who has shown no token or session that was accepted is put out first, the longest there first.
"""

import socket
import threading
from collections import Counter
from contextlib import suppress
from typing import Any

#: Addresses remembered at which somebody was let in.
HOMES_KEPT = 10_000
#: This part of all places is for such addresses only.
KEPT_FOR_HOMES = 0.1


class Guest:
    """Who holds a place: a connection or a socket of an address."""

    def __init__(self, address: str, sock: Any) -> None:
        self.address, self.sock, self.gone = address, sock, False

    def put_out(self) -> None:
        """End it, its place is wanted: whoever reads the socket wakes and finds it closed."""
        with suppress(OSError):
            self.sock.shutdown(socket.SHUT_RDWR)


class Places:
    """So many places in all and under each address. Safe between threads."""

    def __init__(self, most: int, most_per_address: int) -> None:
        self.most, self.most_per_address = most, most_per_address
        self.put_out_count = 0
        self._here: Counter[str] = Counter()
        self._homes: dict[str, None] = {}
        # in the order of their coming: the first is the longest there
        self._strangers: dict[str, dict[int, Guest]] = {}
        self._lock = threading.Lock()

    def take(self, guest: Guest) -> bool:
        """A place for a newcomer, who is a stranger until `let_in`; False when there is none."""
        victims: list[Guest] = []
        with self._lock:
            address = guest.address
            if self._here[address] >= self.most_per_address:
                victims += self._oldest(address)
                if not victims:
                    return False
            elif self._here.total() >= self.most - self._kept_from(address):
                victims += self._oldest(self._most_strangers())
                if not victims:
                    return False
            self._here[address] += 1
            self._strangers.setdefault(address, {})[id(guest)] = guest
        for victim in victims:
            self.put_out_count += 1
            victim.put_out()
        return True

    def _kept_from(self, address: str) -> int:
        return 0 if address in self._homes else int(self.most * KEPT_FOR_HOMES)

    def _most_strangers(self) -> str:
        return max(self._strangers, key=lambda address_: len(self._strangers[address_]), default="")

    def _oldest(self, address: str) -> list[Guest]:
        """The stranger of an address who is there longest, whose place is free from now on."""
        strangers = self._strangers.get(address)
        if not strangers:
            return []
        key = next(iter(strangers))
        victim = strangers[key]
        self._drop_stranger(victim)
        self._free(victim)
        return [victim]

    def let_in(self, guest: Guest) -> None:
        """The guest has shown a token or session: it keeps its place, its address is remembered."""
        with self._lock:
            self._drop_stranger(guest)
            if guest.address not in self._homes and len(self._homes) >= HOMES_KEPT:
                self._homes.pop(next(iter(self._homes)))
            self._homes[guest.address] = None

    def keep(self, guest: Guest) -> None:
        """The guest is not put out from here any more; its address is no better known for it."""
        with self._lock:
            self._drop_stranger(guest)

    def refresh(self, guest: Guest) -> None:
        """A stranger did something with its place: the last of its address to be put out now."""
        with self._lock:
            strangers = self._strangers.get(guest.address, {})
            if strangers.pop(id(guest), None) is not None:
                strangers[id(guest)] = guest

    def leave(self, guest: Guest) -> None:
        """The guest has gone."""
        with self._lock:
            if not guest.gone:
                self._drop_stranger(guest)
                self._free(guest)

    def _free(self, guest: Guest) -> None:
        guest.gone = True
        self._here[guest.address] -= 1
        if self._here[guest.address] <= 0:
            del self._here[guest.address]

    def _drop_stranger(self, guest: Guest) -> None:
        strangers = self._strangers.get(guest.address)
        if strangers is not None:
            strangers.pop(id(guest), None)
            if not strangers:
                del self._strangers[guest.address]
