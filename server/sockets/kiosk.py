"""The namespace of touch kiosks."""

import logging

from flask_socketio import join_room

from ..desk import StorageError, issue, lease_blocks, printed, upload
from ..desk.act import new_id
from ..payloads import KIOSK_VERBS
from .role import Role

log = logging.getLogger("luot.sockets")


class KioskRole(Role):
    """Touch kiosks."""

    sees, verbs = "see:kiosk", KIOSK_VERBS

    def __init__(self, *parts):
        super().__init__(*parts)
        self.publisher.leased = self.lease_all

    def lease_all(self, centre):
        """A new service day began: give every connected kiosk its numbers for the time without a hub."""
        for actor in {actor.device: actor for actor, _ in list(self.who.values()) if actor.centre == centre and actor.device}.values():
            self.socketio.start_background_task(self.lease, actor)

    def lease(self, actor):
        """Lease what this kiosk has not got yet."""
        try:
            lease_blocks(self.desk, actor, f"lease-{actor.device}-{self.desk.clock()}")
        except StorageError:
            log.error("no blocks leased: storage")

    def arrived(self, sid, actor, auth):
        join_room(f"kiosk:{actor.centre}:{actor.device or 'staff'}")
        super().arrived(sid, actor, auth)

    def snapshot(self, actor):
        """What this kiosk shows; its blocks of numbers for the time without a hub are leased first."""
        if actor.device:
            self.lease(actor)
        return self.publisher.snapshot("kiosk", actor.centre, actor.device)

    def do(self, actor, _place, verb, said):
        """issue, printed, status, upload, help."""
        request_id = said.pop("request_id", None)
        if verb == "issue":
            return issue(self.desk, actor, request_id, **said)
        if verb == "printed":
            return printed(self.desk, actor, request_id or new_id(), **said)
        if verb == "upload":
            return upload(self.desk, actor, request_id or new_id(), said["tickets"])
        if verb == "help":
            self.socketio.emit("help", {"device": actor.name, "screen": said.get("screen", ""), "at": self.desk.clock()}, namespace="/manager", to=f"centre:{actor.centre}")
            return self.note(actor, {"help": self.desk.clock()})
        return self.note(actor, said)
