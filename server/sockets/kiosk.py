"""The namespace of touch kiosks."""

import json
import logging

from flask_socketio import join_room

from ..acts import Refusal, StorageError, forsake, issue, lease_blocks, printed, upload
from ..acts.act import new_id
from ..acts.tickets import see
from ..payloads import KIOSK_VERBS, BadPayload, read
from ..payloads.kiosk import Known
from .persons import Persons
from .role import Role

log = logging.getLogger("luot.sockets")
#: A kiosk says how it is every 20 s.
SEEN_MS = 45_000


class KioskRole(Role):
    """Touch kiosks."""

    sees, verbs = "see:kiosk", KIOSK_VERBS

    def __init__(self, *parts):
        super().__init__(*parts)
        self.publisher.leased = self.lease_all
        self.persons = Persons(self._ticket)
        self.publisher.day_over = self.persons.forget
        self.known = {}
        self.context.kiosk_there = self._there

    def lease_all(self, centre):
        """A new service day began: give every connected kiosk its numbers for the time without a
        hub.
        """
        for actor in {
            actor.device: actor
            for actor, _ in list(self.who.values())
            if actor.centre == centre and actor.device
        }.values():
            self.socketio.start_background_task(self.lease, actor)

    def lease(self, actor):
        """Lease what this kiosk has not got yet, by what it said it remembers."""
        try:
            lease_blocks(self.context, actor, new_id(), self.known.get(actor.device))
        except StorageError:
            log.error("no blocks leased: storage")

    def arrived(self, sid, actor, auth):
        join_room(f"kiosk:{actor.centre}:{actor.device or 'staff'}")
        if actor.device:
            self.known[actor.device] = self._remembered(actor, auth.get("known"))
        super().arrived(sid, actor, auth)

    def _remembered(self, actor, said):
        try:
            return read(Known, said or {})
        except BadPayload as bad:
            log.warning("kiosk %s says what it knows in no known form (%s)", actor.name, bad)
            return {}

    def _there(self, row, now):
        """Whether a kiosk is connected: to this process, or, where there are several, to one that
        heard of it lately.
        """
        return bool(self.publisher.online.get(row.id)) or (
            self.publisher.notifier is not None
            and row.seen_at is not None
            and now - row.seen_at < SEEN_MS
        )

    def snapshot(self, actor):
        """What this kiosk shows; its blocks of numbers for the time without a hub are leased
        first.
        """
        if actor.device:
            self.lease(actor)
        return self.publisher.snapshot("kiosk", actor.centre, actor.device)

    def do(self, actor, _place, verb, said):
        """issue, printed, status, upload, forsake, help, person."""
        request_id = said.pop("request_id", None)
        if verb == "issue":
            return issue(self.context, actor, request_id, **said)
        if verb == "printed":
            return printed(self.context, actor, request_id or new_id(), **said)
        if verb == "upload":
            return upload(self.context, actor, request_id or new_id(), said["tickets"])
        if verb == "forsake":
            return forsake(self.context, actor, request_id, **said)
        if verb == "person":
            return {
                "ok": True,
                "seq": self.context.seq(actor.centre),
                **self.persons.answer(actor.centre, self.publisher.hall(actor.centre)[0].day, said),
            }
        if verb == "help":
            return self.call_for_help(actor, said.get("screen", ""))
        return self.status(actor, said)

    def _ticket(self, centre, named):
        try:
            return see(self.context, centre, named)["ticket"]
        except Refusal:
            return None

    def status(self, actor, said):
        """What a kiosk says of itself; staff see at once when paper or printer are no longer as
        they were.
        The answer has the hub's time: it comes back sooner than any snapshot, so kiosks set their
        clocks by it.
        """
        before = self._said(actor)
        heard = self.note(
            actor, {**{k: v for k, v in before.items() if k in ("help", "help_screen")}, **said}
        )
        if any(before.get(key) != said.get(key) for key in ("paper", "printer")):
            self.publisher.soon(actor.centre)
        return {**heard, "at": self.context.clock()}

    def call_for_help(self, actor, screen):
        """Somebody at the kiosk wants a person: managers hear it at once, consoles and greeters see
        it among their alerts.
        """
        at = self.context.clock()
        self.socketio.emit(
            "help",
            {"device": actor.name, "screen": screen, "at": at},
            namespace="/manager",
            to=f"centre:{actor.centre}",
        )
        heard = self.note(actor, {**self._said(actor), "help": at, "help_screen": screen})
        self.publisher.soon(actor.centre)
        return heard

    def _said(self, actor):
        row = self.identity.device(actor) if actor.device else None
        return json.loads(row.status) if row else {}
