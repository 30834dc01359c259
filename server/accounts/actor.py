"""Who acts: a device or a member of staff of one centre."""

from dataclasses import dataclass, field
from typing import Self


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a device or a member of staff of one centre.

    `id` is what the journal keeps ("staff:…", "device:…", "hub").
    """

    centre: str
    id: str
    role: str
    counter: str | None = None
    staff: str | None = None
    device: str | None = None
    name: str = ""
    #: The network address it speaks from, where known; it is no part of who it is.
    address: str = field(default="", compare=False)

    @classmethod
    def hub(cls, centre: str) -> Self:
        """The hub itself, in a centre: what happens by itself."""
        return cls(centre, "hub", "hub")
