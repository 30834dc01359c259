"""The namespace of lobby boards and counter signs."""

from typing import Any

from flask import request

from ..payloads import BOARD_VERBS
from .role import Role

#: How a board says that its sound is held up.
HELD_UP = {"blocked", "stuck"}
LONGEST_NAME = 60


class BoardRole(Role):
    """Lobby boards and counter signs."""

    sees, verbs = "see:board", BOARD_VERBS

    def __init__(self, *parts: Any) -> None:
        super().__init__(*parts)
        self._last_seq: dict[str, int] = {}
        self._spots: dict[str, str] = {}

    def arrived(self, sid: str, actor: Any, auth: dict[str, Any]) -> None:
        """As any; what a board saw last is kept until it is told what it missed."""
        last = auth.get("last_seq")
        # True is a whole number to Python, and no database counts beyond 63 bits
        if isinstance(last, int) and not isinstance(last, bool) and 0 < last < 2**63:
            self._last_seq[sid] = last
        # with its token, where a board is tells it from another that shows the same token
        self._spots[sid] = f"{request.remote_addr} {str(auth.get('device') or '')[:LONGEST_NAME]}"
        super().arrived(sid, actor, auth)

    def before_greeting(self, actor: Any, sid: str) -> None:
        """What it missed goes before the snapshot: a connection cut in between loses neither."""
        last = self._last_seq.pop(sid, None)
        calls = self.publisher.missed(actor.centre, last) if last else []
        if calls:
            self.socketio.emit("missed", {"calls": calls}, namespace=self.namespace, to=sid)

    def left(self, sid: str, actor: Any, counter: str | None) -> None:
        """A board that has gone says nothing more."""
        self._last_seq.pop(sid, None)
        self._spots.pop(sid, None)
        self.publisher.loudspeakers.board_left(sid)

    def snapshot(self, actor: Any) -> dict[str, Any]:
        """The hall for a board."""
        return self.publisher.snapshot("board", actor.centre)

    def own(self, actor: Any, sid: str) -> dict[str, Any]:
        """How this device was registered."""
        row = self.identity.device(actor) if actor.device else None
        return {"board": {"zone": row.zone if row else None, "sound": row.sound if row else True}}

    def do(
        self, sid: str, actor: Any, counter: str | None, verb: str, payload: dict[str, Any]
    ) -> dict[str, Any]:
        """played, status. Who speaks is settled among connections."""
        if verb == "played":
            self.publisher.loudspeakers.played(
                sid,
                payload.get("id"),
                payload.get("seq"),
                payload.get("heard", True),
                payload.get("late", False),
            )
            return {"ok": True, "seq": self.context.seq(actor.centre)}
        if "counter" in payload or "broker" in payload:  # signs and the bridge are no loudspeakers
            return self.note(actor, payload)
        return self._status(actor, sid, payload)

    def _status(self, actor: Any, sid: str, status: dict[str, Any]) -> dict[str, Any]:
        """Keep how a board is. One that fell mute is seen by those in the hall at once, and so is
        its mending.
        """
        loudspeakers = self.publisher.loudspeakers
        row = self.identity.device(actor) if actor.device and not status.get("zone") else None
        before = loudspeakers.boards.get(sid)
        was, sound = before.board.sound if before else None, status.get("sound")
        loudspeakers.board_says(
            sid, actor, status, row.zone if row else None, self._spots.get(sid, "")
        )
        answer = self.note(actor, status)
        if (was or "on") != sound and {was, sound} & HELD_UP:
            self.publisher.soon(actor.centre)
        return answer
