"""The namespace of managers."""

from typing import Any

from .role import Role


class ManagerRole(Role):
    """The live hall of managers."""

    sees = "see:manager"

    def snapshot(self, actor: Any) -> dict[str, Any]:
        """The hall as managers watch it."""
        return self.publisher.snapshot("manager", actor.centre)
