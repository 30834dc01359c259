"""Memory given back to the machine once many screens have come and gone."""

import ctypes
import gc
from collections.abc import Callable

#: When so many sockets fewer are here than there were, what they took is given back.
GONE = 200
#: How often this is looked at.
REFRESH_S = 10.0

OffLoop = Callable[[Callable[[], object]], object]


class Memory:
    """Watches how many sockets there are (`sockets()`). The allocator keeps what was freed for the
    next; `off_loop(work)` lets it give that back beside the loop.
    """

    def __init__(
        self,
        sockets: Callable[[], int],
        off_loop: OffLoop,
        give_back: Callable[[], object] | None = None,
    ) -> None:
        self._sockets, self._off_loop = sockets, off_loop
        self._give_back = give_back or _trim()
        self._most = 0

    def refresh(self) -> None:
        """Give back what those who left took, if many did."""
        here = self._sockets()
        self._most = max(self._most, here)
        if self._most - here < GONE:
            return
        self._most = here
        # sockets and their queues hold each other: only this finds them
        gc.collect()
        self._off_loop(self._give_back)


def _trim() -> Callable[[], object]:
    """glibc's way; another C library does so by itself or not at all."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is None:
        return lambda: None
    return lambda: trim(0)
