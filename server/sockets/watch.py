"""Who may no longer be on a line, and who never said what for: their sockets are ended.
A log-out, a new password, a person or device shut off elsewhere; and lines on which nobody ever
came in.
"""

import logging

from ..acts import StorageError

log = logging.getLogger("luot.sockets")
#: How often the lines are looked through: whoever is shut off hears nothing more after this time
#: (asked for: 5 s, safety.md F32).
LOOK_S = 3
#: A socket that has joined no namespace after this time is nobody's screen.
STRANGER_S = 20


class Watch:
    """Looks through the sockets of this hub process. `roles` are its namespaces; `clock` in ms."""

    def __init__(self, socketio, identity, roles, clock):
        self._socketio, self._identity, self._roles, self._clock = socketio, identity, roles, clock
        self._strangers = {}

    def run(self):
        """For as long as the hub runs; one background task."""
        while True:
            self._socketio.sleep(LOOK_S)
            try:
                self.look()
            except StorageError as trouble:
                log.warning("who may still be on a line could not be read: %s", trouble)
            except Exception:
                log.exception("the lines could not be looked through; trying again")

    def look(self):
        """Once through all lines."""
        # who was there before the store is read: somebody who logs in meanwhile is not in what is
        # read
        there = [
            (role, sid, actor, role.session_hash(sid))
            for role in self._roles
            for sid, (actor, _) in list(role.who.items())
        ]
        devices, sessions = self._identity.welcome() if there else ((), ())
        for role, sid, actor, session in there:
            if (actor.device not in devices) if actor.device else (session not in sessions):
                log.info(
                    "ended a %s line of %s: shut off or logged out", role.namespace, actor.name
                )
                self._socketio.server.disconnect(sid, namespace=role.namespace)
        self._end_strangers()

    def _end_strangers(self):
        server, now = self._socketio.server, self._clock()
        known = {
            eio_sid
            for rooms in list(server.manager.rooms.values())
            for eio_sid in list(rooms.get(None, {}).values())
        }
        here = {
            eio_sid: socket
            for eio_sid, socket in list(server.eio.sockets.items())
            if eio_sid not in known
        }
        self._strangers = {eio_sid: self._strangers.get(eio_sid, now) for eio_sid in here}
        for eio_sid, since in self._strangers.items():
            if now - since > STRANGER_S * 1000:
                self._socketio.start_background_task(here[eio_sid].close, wait=False, abort=True)
