"""The word from the acts to whoever tells the screens, once something is committed."""

from collections.abc import Callable, Sequence
from typing import Any

Hears = Callable[[str, Sequence[Any]], None]


class Commits:
    """Made before both: the acts say (`heard`, `tell_again`), whoever subscribed hears."""

    def __init__(self) -> None:
        self._listeners: list[tuple[Hears, Hears]] = []

    def subscribe(self, heard: Hears, tell_again: Hears) -> None:
        """From now on `heard(centre, facts)` follows each commit; `tell_again` when that went
        wrong.
        """
        self._listeners.append((heard, tell_again))

    def heard(self, centre: str, facts: Sequence[Any]) -> None:
        """These facts were committed. Raises what a listener raises, after all have heard."""
        self._all([heard for heard, _ in self._listeners], centre, facts)

    def tell_again(self, centre: str, facts: Sequence[Any]) -> None:
        """Telling these facts went wrong."""
        self._all([tell_again for _, tell_again in self._listeners], centre, facts)

    @staticmethod
    def _all(listeners: list[Hears], centre: str, facts: Sequence[Any]) -> None:
        fault: Exception | None = None
        for listener in listeners:
            try:
                listener(centre, facts)
            except Exception as error:
                fault = error
        if fault is not None:
            raise fault
