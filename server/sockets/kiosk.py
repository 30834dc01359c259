"""The namespace of touch kiosks."""

import json
import logging
from functools import partial
from typing import Any

from flask_socketio import join_room

from ..acts import forsake, issue, printed, upload
from ..acts.act import new_id
from ..acts.visits import person_secret
from ..payloads import KIOSK_VERBS, BadPayload, read
from ..payloads.kiosk import Remembered
from .blocks import KioskBlocks
from .persons import Persons
from .publish import STAFF, Publisher
from .role import Role, fetches_list, takes_changes

log = logging.getLogger("luot.sockets")


class KioskRole(Role):
    """Touch kiosks."""

    sees, verbs = "see:kiosk", KIOSK_VERBS

    def __init__(
        self,
        namespace: str,
        context: Any,
        identity: Any,
        publisher: Publisher,
        blocks: KioskBlocks,
        persons: Persons,
    ) -> None:
        super().__init__(namespace, context, identity, publisher)
        self.blocks, self.persons = blocks, persons

    def arrived(self, sid: str, actor: Any, auth: dict[str, Any]) -> None:
        """Into the room of its own; what it remembers of its numbers is kept."""
        # what is for this kiosk alone goes to this room
        join_room(_room(actor))
        if not fetches_list(auth):
            self.presence.wants_whole_list(_room(actor, "whole"), sid)
        if actor.device:
            self.blocks.remember(actor.device, self._remembered(actor, auth.get("known")))
            self.presence.kiosk_came(actor, sid)
        self.who[sid] = (actor, None)
        join_room(f"centre:{actor.centre}")
        self._present(actor, sid)
        if takes_changes(auth) and fetches_list(auth):
            tell = partial(self.publisher.tell_kiosk, actor.centre, _device(actor))
            self.tell_changes(sid, actor, _room(actor, "parts"), tell)
            return
        join_room(_room(actor, "whole"))
        self.socketio.start_background_task(self._first_snapshot, sid, actor)

    def before_greeting(self, actor: Any, sid: str) -> None:
        """Its blocks of numbers for the time without a hub are leased first."""
        if actor.device:
            self.blocks.lease(actor)

    def left(self, sid: str, actor: Any, counter: str | None) -> None:
        """A kiosk that has gone is given no numbers."""
        if actor:
            self.presence.whole_list_left(_room(actor, "whole"), sid)
        self.presence.kiosk_left(sid)

    def _remembered(self, actor: Any, remembered: Any) -> dict[str, Any]:
        try:
            return dict(read(Remembered, remembered or {}))
        except BadPayload as bad:
            log.warning("kiosk %s says what it knows in no known form (%s)", actor.name, bad)
            return {}

    def snapshot(self, actor: Any) -> dict[str, Any]:
        """What this kiosk shows."""
        return self.publisher.kiosk_snapshot(
            actor.centre, actor.device, self.presence.whole_list(_room(actor, "whole"))
        )

    def do(
        self, sid: str, actor: Any, counter: str | None, verb: str, payload: dict[str, Any]
    ) -> dict[str, Any]:
        """issue, printed, status, upload, forsake, help, person."""
        request_id = payload.pop("request_id", None)
        if verb == "issue":
            return issue(self.context, actor, request_id, **payload)
        if verb == "printed":
            return printed(self.context, actor, request_id or new_id(), **payload)
        if verb == "upload":
            return upload(self.context, actor, request_id or new_id(), payload["tickets"])
        if verb == "forsake":
            return forsake(self.context, actor, request_id, **payload)
        if verb == "person":
            return {
                "ok": True,
                "seq": self.context.seq(actor.centre),
                **self.persons.answer(actor.centre, self._day(actor.centre), payload),
                **self._booked(actor.centre, payload),
            }
        if verb == "help":
            return self.call_for_help(actor, payload.get("screen", ""))
        return self.status(actor, payload)

    def _booked(self, centre: str, payload: dict[str, Any]) -> dict[str, str]:
        """What the key of a person who booked is made with, where a card was just shown."""
        secret = None if "mark" in payload else person_secret(self.context, centre)
        return {} if secret is None else {"booked": secret}

    def _day(self, centre: str) -> Any:
        return self.publisher.readings.newest(centre).day

    def status(self, actor: Any, payload: dict[str, Any]) -> dict[str, Any]:
        """What a kiosk says of itself; staff see at once when paper or printer are no longer as
        they were.
        The answer has the hub's time: it comes back sooner than any snapshot, so kiosks set their
        clocks by it.
        """
        before = self._last_status(actor)
        heard = self.note(
            actor, {**{k: v for k, v in before.items() if k in ("help", "help_screen")}, **payload}
        )
        if any(before.get(key) != payload.get(key) for key in ("paper", "printer")):
            self.publisher.soon(actor.centre)
        return {**heard, "at": self.context.clock()}

    def call_for_help(self, actor: Any, screen: str) -> dict[str, Any]:
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
        heard = self.note(actor, {**self._last_status(actor), "help": at, "help_screen": screen})
        self.publisher.soon(actor.centre)
        return heard

    def _last_status(self, actor: Any) -> dict[str, Any]:
        row = self.identity.device(actor) if actor.device else None
        return json.loads(row.status) if row else {}


def _device(actor: Any) -> str:
    return str(actor.device or STAFF)


def _room(actor: Any, way: str = "kiosk") -> str:
    """A kiosk's room of its own, or the one in which it is told `whole` snapshots or `parts`."""
    return f"{way}:{actor.centre}:{_device(actor)}"
