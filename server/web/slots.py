"""So many at a time: work of one kind that runs in processes beside the hub."""

from collections.abc import Iterator
from contextlib import contextmanager

from ..acts import Refusal


class Slots:
    """Places for at most `most` pieces of work; a further asker is told to come back."""

    def __init__(self, most: int, retry_after_s: int) -> None:
        self._most, self._retry_after_s = most, retry_after_s
        self._taken = 0

    @contextmanager
    def hold(self) -> Iterator[None]:
        """Hold a place for as long as the work takes. Raises Refusal too_many when all are
        taken.
        """
        if self._taken >= self._most:
            raise Refusal("too_many", retry_after=self._retry_after_s)
        self._taken += 1
        try:
            yield
        finally:
            self._taken -= 1
