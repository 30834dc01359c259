"""The ranges that screens and slips show, in the memory of a hub process: so that a range does not
jump to and fro, and a slip says what the kiosk's page said before the press (domain/steady.py).
"""

from collections import OrderedDict
from dataclasses import dataclass, replace
from typing import Any

from domain.day import MINUTE
from domain.estimate import NoPromise, Promise
from domain.promises import PromiseMade
from domain.steady import Steady, promise_shown, steadied

#: So many ranges are remembered; what is shown least goes first.
MOST = 20_000
#: A range nobody looked at for so long begins anew.
FORGOTTEN_MS = 10 * MINUTE


@dataclass(frozen=True, slots=True)
class _Shown:
    """A range as shown last. about: the line, or the place in it, that it was told for."""

    range: Steady
    about: tuple[Any, ...]
    at: int


class ShownRanges:
    """What was shown last, by field and class, and by ticket."""

    def __init__(self) -> None:
        self._shown: OrderedDict[tuple[str | None, ...], _Shown] = OrderedDict()

    def newcomer(
        self, key: tuple[str | None, ...], line: tuple[int, bool], made: PromiseMade, now: int
    ) -> PromiseMade:
        """What to tell whoever takes a number now, where `made` was made; `line` is what the range
        is about: another line is told at once.
        """
        if isinstance(made.promise, NoPromise):
            self._shown.pop(key, None)
            return made
        about = (*line, made.model)
        shown = self._of(key, about, now)
        range_ = steadied(shown, made.promise.low, made.promise.high)
        self._keep(key, _Shown(range_, about, now))
        return replace(made, promise=promise_shown(range_))

    def waiting(
        self,
        key: tuple[str, str],
        place: tuple[str, int],
        promise: Promise | NoPromise,
        now: int,
    ) -> Promise | NoPromise:
        """What to show the holder of a ticket; another place in line begins anew."""
        if isinstance(promise, NoPromise):
            self._shown.pop(key, None)
            return promise
        minute = now / MINUTE
        shown = self._of(key, place, now)
        range_ = steadied(shown, minute + promise.low, minute + promise.high, minute)
        self._keep(key, _Shown(range_, place, now))
        return promise_shown(range_, minute)

    def _of(self, key: tuple[str | None, ...], about: tuple[Any, ...], now: int) -> Steady | None:
        kept = self._shown.get(key)
        if kept is None or kept.about != about or not 0 <= now - kept.at < FORGOTTEN_MS:
            return None
        return kept.range

    def _keep(self, key: tuple[str | None, ...], shown: _Shown) -> None:
        self._shown[key] = shown
        self._shown.move_to_end(key)
        while len(self._shown) > MOST:
            self._shown.popitem(last=False)
