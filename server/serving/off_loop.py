"""Work of some milliseconds that lets go of the interpreter (a password's hash), done in a thread
beside the loop, so that everybody else is served meanwhile.
"""

import os
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import ParamSpec, TypeVar, cast

P = ParamSpec("P")
T = TypeVar("T")


class OffLoop:
    """Does work beside the loop of an `async_mode`. One core of the machine stays the loop's: more
    work than that waits, without a thread. The work may use no lock, database or socket of ours.
    """

    def __init__(self, async_mode: str) -> None:
        self._mode = async_mode
        self._slots = threading.BoundedSemaphore(max(1, (os.cpu_count() or 1) - 1))

    def __call__(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What the work returns or raises."""
        with self._slots:
            if self._mode == "eventlet":
                from eventlet import tpool

                return cast(T, tpool.execute(work, *args, **kwargs))
            if self._mode == "gevent":
                from gevent import get_hub

                return cast(T, get_hub().threadpool.apply(work, args, kwargs))
            return work(*args, **kwargs)


class _Turn:
    def __init__(self) -> None:
        self.lock, self.people = threading.Lock(), 0


class OneByOne:
    """A queue for each address: what one has begun it ends before its next may begin."""

    def __init__(self) -> None:
        self._turns: defaultdict[str, _Turn] = defaultdict(_Turn)
        self._guard = threading.Lock()

    @contextmanager
    def of(self, address: str) -> Iterator[None]:
        """Wait until nobody of this address is inside."""
        with self._guard:
            turn = self._turns[address]
            turn.people += 1
        try:
            with turn.lock:
                yield
        finally:
            with self._guard:
                turn.people -= 1
                if not turn.people:
                    self._turns.pop(address, None)
