"""The namespace of managers."""

from functools import partial
from typing import Any

from flask_socketio import join_room

from .role import Role, takes_changes


class ManagerRole(Role):
    """The live hall of managers."""

    sees = "see:manager"

    def arrived(self, sid: str, actor: Any, auth: dict[str, Any]) -> None:
        """Into the room of the centre, and into that of its whole snapshots or of its changes."""
        self.who[sid] = (actor, None)
        join_room(f"centre:{actor.centre}")
        self._present(actor, sid)
        if takes_changes(auth):
            tell = partial(self.publisher.tell_managers, actor.centre)
            self.tell_changes(sid, f"parts:{actor.centre}", tell)
            return
        join_room(f"whole:{actor.centre}")
        self.socketio.start_background_task(self._first_snapshot, sid, actor)

    def snapshot(self, actor: Any) -> dict[str, Any]:
        """The hall as managers watch it."""
        return self.publisher.snapshot("manager", actor.centre)
