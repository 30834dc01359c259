"""A centre that came to live in another hub process takes its screens along: their sockets here are
ended, a few at a time, and nginx leads them there.
"""

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from .role import Role

log = logging.getLogger("luot.sockets")
#: A centre has lived elsewhere for so long before its screens follow: nginx knows by then (it leads
#: again to a hub that was away within seconds), and a process that starts and dies moves nobody.
AFTER_S = 15.0
#: So many sockets at most are ended in one round: they all come back at once.
MOST_A_ROUND = 50


class MovedCentres:
    """Looks through the sockets of this process now and then.

    Only a socket that was here while its centre lived here is ended, and so no socket twice for one
    move: where nothing leads sockets by their centre, each stays where it came in.
    """

    def __init__(
        self,
        socketio: Any,
        roles: Sequence[Role],
        is_elsewhere: Callable[[str], bool],
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._socketio, self._roles = socketio, roles
        self._is_elsewhere, self._now = is_elsewhere, now
        self._at_home = set[str]()
        self._since: dict[str, float] = {}

    def round(self) -> None:
        """Once through all connections."""
        now, sockets = self._now(), self._socketio.server.eio.sockets
        there = list(self._there())
        away = {centre for centre in {c for _, c in there} if self._is_elsewhere(centre)}
        self._since = {centre: self._since.get(centre, now) for centre in away}
        self._at_home &= {eio_sid for eio_sid, _ in there}
        self._at_home |= {eio_sid for eio_sid, centre in there if centre not in away}
        to_end = [
            (eio_sid, centre)
            for eio_sid, centre in there
            if eio_sid in self._at_home
            and centre in away
            and now - self._since[centre] >= AFTER_S
            and eio_sid in sockets
        ]
        for eio_sid, _ in to_end[:MOST_A_ROUND]:
            # not a goodbye, after which a screen would stay away
            self._socketio.start_background_task(sockets[eio_sid].close, wait=False, abort=True)
        if to_end:
            log.info(
                "%d sockets follow their centres to another hub process: %s",
                min(len(to_end), MOST_A_ROUND),
                ", ".join(sorted({centre for _, centre in to_end[:MOST_A_ROUND]})),
            )

    def _there(self) -> Iterator[tuple[str, str]]:
        """`(socket, centre)` of everybody here."""
        rooms = self._socketio.server.manager.rooms
        for role in self._roles:
            connected = rooms.get(role.namespace, {}).get(None, {})
            for sid, (actor, _) in list(role.who.items()):
                if sid in connected:
                    yield connected[sid], actor.centre
