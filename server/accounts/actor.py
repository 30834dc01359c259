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

    def at(self, address: str) -> Self:
        """The same, speaking from an address; made anew for every request, so without
        `dataclasses.replace`, which costs twice as much.
        """
        return type(self)(
            self.centre,
            self.id,
            self.role,
            self.counter,
            self.staff,
            self.device,
            self.name,
            address,
        )

    @classmethod
    def hub(cls, centre: str) -> Self:
        """The hub itself, in a centre: what happens by itself."""
        return cls(centre, "hub", "hub")

    @property
    def place(self) -> str | None:
        """The address without its last part, as it is kept with what was done; None for citizens,
        of whom nothing is kept, and where it is not known.
        """
        if self.role == "citizen" or not self.address:
            return None
        return prefix_of(self.address)


def prefix_of(address: str) -> str:
    """An address without its last part: enough to know a place again."""
    sign = ":" if ":" in address else "."
    return address.rpartition(sign)[0] + f"{sign}x" if address else ""
