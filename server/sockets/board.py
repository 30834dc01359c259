"""The namespace of lobby boards and counter signs."""

from ..payloads import BOARD_VERBS
from .role import Role


class BoardRole(Role):
    """Lobby boards and counter signs."""

    sees, verbs = "see:board", BOARD_VERBS

    def snapshot(self, actor):
        """The hall for a board, with how this device was registered."""
        row = self.identity.device(actor) if actor.device else None
        return {**self.publisher.snapshot("board", actor.centre), "board": {"zone": row.zone if row else None, "sound": row.sound if row else True}}

    def do(self, actor, _place, verb, said):
        """played, status."""
        return {"ok": True, "seq": self.desk.seq(actor.centre)} if verb == "played" else self.note(actor, said)
