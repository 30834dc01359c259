"""Who is connected to this hub process."""

from collections import defaultdict
from typing import Any

#: A kiosk says how it is every 20 s.
SEEN_MS = 45_000


class Presence:
    """Devices, kiosks and consoles by their connections.

    shared: other hub processes may hold a device's connection.
    """

    def __init__(self, shared: bool = False) -> None:
        self.shared = shared
        self._devices: defaultdict[str, set[str]] = defaultdict(set)
        self._consoles: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
        self._kiosks: dict[str, Any] = {}
        self._whole_list: defaultdict[str, set[str]] = defaultdict(set)
        self._asked: dict[str, int] = {}

    def device_came(self, device: str, connection: str) -> None:
        """A device is on this connection."""
        self._devices[device].add(connection)

    def device_left(self, device: str, connection: str) -> None:
        """That connection ended."""
        _discard(self._devices, device, connection)

    def is_online(self, device: str) -> bool:
        """Whether a device is connected to this process."""
        return device in self._devices

    def connections(self, device: str) -> list[str]:
        """The connections of a device to this process."""
        return list(self._devices.get(device, ()))

    def kiosk_came(self, actor: Any, connection: str) -> None:
        """A kiosk is on this connection, as this actor."""
        self._kiosks[connection] = actor

    def kiosk_left(self, connection: str) -> None:
        """That connection ended."""
        self._kiosks.pop(connection, None)

    def kiosks(self, centre: str) -> list[Any]:
        """The actors of the connected kiosks of a centre, one for each device."""
        by_device = {
            actor.device: actor
            for actor in list(self._kiosks.values())
            if actor.centre == centre and actor.device
        }
        return list(by_device.values())

    def kiosk_is_there(self, row: Any, now: int) -> bool:
        """Whether a kiosk (its row) is connected: to this process, or, where there are several, to
        one that heard of it lately.
        """
        if self.is_online(row.id):
            return True
        return self.shared and row.seen_at is not None and now - row.seen_at < SEEN_MS

    def console_came(self, centre: str, counter: str, connection: str) -> None:
        """A console of a counter is on this connection."""
        self._consoles[centre, counter].add(connection)

    def console_left(self, centre: str, counter: str, connection: str) -> None:
        """That connection ended."""
        _discard(self._consoles, (centre, counter), connection)

    def consoles(self, centre: str, counter: str) -> int:
        """How many consoles a counter has here."""
        return len(self._consoles.get((centre, counter), ()))

    def wants_whole_list(self, room: str, connection: str) -> None:
        """A client of an older version is in this room: it does not fetch the list of
        procedures.
        """
        self._whole_list[room].add(connection)

    def whole_list_left(self, room: str, connection: str) -> None:
        """That connection ended."""
        _discard(self._whole_list, room, connection)

    def whole_list(self, room: str) -> bool:
        """Whether somebody in this room needs the list of procedures in each snapshot."""
        return room in self._whole_list

    def device_asked(self, device: str, at: int) -> None:
        """A device without a socket asked over HTTP."""
        self._asked[device] = at

    def asked_at(self, device: str) -> int | None:
        """When it last did (ms), or None."""
        return self._asked.get(device)


def _discard(held: defaultdict[Any, set[str]], key: Any, connection: str) -> None:
    there = held.get(key)
    if there is not None:
        there.discard(connection)
        if not there:
            held.pop(key, None)
