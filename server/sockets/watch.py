"""Who may no longer be connected, and who never said what for: their sockets are ended.
A log-out, a new password, a person or device shut off elsewhere; and sockets on which nobody ever
came in.
"""

import logging
from collections.abc import Callable, Sequence
from typing import Any

from .role import Role

log = logging.getLogger("luot.sockets")
#: How often the connections are looked through: whoever is shut off hears nothing more after this
#: time (asked for: 5 s).
REFRESH_S = 3
#: A socket that has joined no role's namespace after this time is nobody's screen.
STRANGER_MS = 20_000


class Watch:
    """Looks through the sockets of this hub process. `roles` are its namespaces; `clock` in ms."""

    def __init__(
        self, socketio: Any, identity: Any, roles: Sequence[Role], clock: Callable[[], int]
    ) -> None:
        self._socketio, self._identity, self._roles, self._clock = socketio, identity, roles, clock
        self._strangers: dict[str, int] = {}

    def refresh(self) -> None:
        """Once through all connections. Strangers are ended also while the database is away; then
        raises StorageError.
        """
        try:
            self._end_unwelcome()
        finally:
            self._end_strangers()

    def _end_unwelcome(self) -> None:
        # who was there before the store is read: somebody who logs in meanwhile is not in what is
        # read
        there = [
            (role, sid, actor, role.credential_hash(sid))
            for role in self._roles
            for sid, (actor, _) in list(role.who.items())
        ]
        welcome = self._identity.welcome() if there else set()
        for role, sid, actor, credential in there:
            if credential not in welcome:
                log.info(
                    "ended a %s connection of %s: shut off, replaced or logged out",
                    role.namespace,
                    actor.name,
                )
                self._socketio.server.disconnect(sid, namespace=role.namespace)

    def _end_strangers(self) -> None:
        server, now = self._socketio.server, self._clock()
        # only a role's namespace asks who comes in: a socket in another one is a stranger too
        rooms = server.manager.rooms
        joined = {
            eio_sid
            for role in self._roles
            for eio_sid in list(rooms.get(role.namespace, {}).get(None, {}).values())
        }
        here = {
            eio_sid: socket
            for eio_sid, socket in list(server.eio.sockets.items())
            if eio_sid not in joined
        }
        # a clock set back makes nobody a stranger for longer than he is, nor at once
        self._strangers = {eio_sid: min(self._strangers.get(eio_sid, now), now) for eio_sid in here}
        for eio_sid, since in self._strangers.items():
            if now - since > STRANGER_MS:
                self._socketio.start_background_task(here[eio_sid].close, wait=False, abort=True)
