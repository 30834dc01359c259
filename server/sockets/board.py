"""The namespace of lobby boards and counter signs."""

from ..payloads import BOARD_VERBS
from .role import Role


class BoardRole(Role):
    """Lobby boards and counter signs."""

    sees, verbs = "see:board", BOARD_VERBS

    def __init__(self, *parts):
        super().__init__(*parts)
        self._last_seq = {}

    def arrived(self, sid, actor, auth):
        """As any; what a board saw last is kept until it is told what it missed."""
        last = auth.get("last_seq")
        if isinstance(last, int) and last > 0:
            self._last_seq[sid] = last
        super().arrived(sid, actor, auth)
        # a board's place is its own line: who speaks is settled among lines
        self.who[sid] = (actor, sid)

    def _first_snapshot(self, sid, actor):
        # what it missed goes before the snapshot: a line cut in between loses neither
        last = self._last_seq.pop(sid, None)
        calls = self.publisher.missed(actor.centre, last) if last else []
        if calls:
            self.socketio.emit("missed", {"calls": calls}, namespace=self.namespace, to=sid)
        super()._first_snapshot(sid, actor)

    def left(self, sid, actor, place):
        """A board that has gone says nothing more."""
        self._last_seq.pop(sid, None)
        self.publisher.loudspeakers.gone(sid)

    def snapshot(self, actor):
        """The hall for a board, with how this device was registered."""
        row = self.identity.device(actor) if actor.device else None
        return {
            **self.publisher.snapshot("board", actor.centre),
            "board": {"zone": row.zone if row else None, "sound": row.sound if row else True},
        }

    def do(self, actor, place, verb, said):
        """played, status."""
        speak = self.publisher.loudspeakers
        if verb == "played":
            speak.played(
                place,
                said.get("id"),
                said.get("seq"),
                said.get("heard", True),
                said.get("late", False),
            )
            return {"ok": True, "seq": self.context.seq(actor.centre)}
        if (
            "counter" not in said and "broker" not in said
        ):  # signs and the bridge are no loudspeakers
            row = self.identity.device(actor) if actor.device and not said.get("zone") else None
            before, sound = speak.boards.get(place), said.get("sound")
            speak.told(place, actor, said, row.zone if row else None)
            answer = self.note(actor, said)
            if (before.sound if before else "on") != sound and {before and before.sound, sound} & {
                "blocked",
                "stuck",
            }:
                self.publisher.soon(
                    actor.centre
                    # a board that fell mute is seen by those in the hall at once, and so is its
                    # mending
                )
            return answer
        return self.note(actor, said)
