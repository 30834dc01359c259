"""What waits for one loudspeaker: first in, first out, the same thing once, and what became late
comes together.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import NamedTuple

from .loudspeaker import SHOWN_MS, LoudspeakerRules, Speech, length_ms, shown_together, thrifty


class Taken(NamedTuple):
    """What `SpeechQueue.take` found: the speech whose turn it is (or None), the queue without it,
    and what was left out because nobody needs it any more.
    """

    speech: Speech | None
    queue: SpeechQueue
    left_out: tuple[Speech, ...]


@dataclass(frozen=True, slots=True)
class SpeechQueue:
    """What waits, in its order. It never changes: each change gives another queue."""

    waiting: tuple[Speech, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.waiting)

    def added(self, speech: Speech) -> SpeechQueue:
        """With one more at the end.

        The same thing waits once; a recall whose call still waits takes its place; the same call
        again is nothing new.
        """
        for at, other in enumerate(self.waiting):
            if other.origin == speech.origin:
                return self
            if speech.seq is None:
                continue
            if speech.seq in other.seqs:
                return self
            if (other.number, str(other.counter)) == (speech.number, str(speech.counter)):
                merged = replace(speech, since=other.since, seqs=(*other.seqs, speech.seq))
                return SpeechQueue((*self.waiting[:at], merged, *self.waiting[at + 1 :]))
        return SpeechQueue((*self.waiting, speech))

    def put_first(self, speech: Speech) -> SpeechQueue:
        """With one more before all others: it had its turn, and could not be said."""
        return SpeechQueue((speech, *self.waiting))

    def without(self, is_gone: Callable[[Speech], bool]) -> SpeechQueue:
        """Without what nobody needs any more."""
        kept = tuple(speech for speech in self.waiting if not is_gone(speech))
        return self if len(kept) == len(self.waiting) else SpeechQueue(kept)

    def take(self, now: int, rules: LoudspeakerRules, stands: Callable[[Speech], bool]) -> Taken:
        """Whose turn it is.

        `stands(speech)`: whether its call still stands; those that waited too long come together,
        by chime alone.
        """

        def is_gone(speech: Speech) -> bool:
            if speech.until is not None and speech.until <= now:
                return True
            return speech.seq is not None and not stands(speech)

        left_out = tuple(speech for speech in self.waiting if is_gone(speech))
        rest = self.without(is_gone)
        if not rest:
            return Taken(None, rest, left_out)
        overdue = [
            speech
            for speech in rest.waiting
            if speech.seq is not None and now - speech.since > rules.stale_ms
        ][: rules.together]
        if overdue:
            kept = rest.without(lambda speech: speech in overdue)
            return Taken(shown_together(overdue, now), kept, left_out)
        first = rest.waiting[0]
        if first.seq is not None:
            first = replace(first, say=thrifty(first.say, rest._thrift(rules)))
        return Taken(first, SpeechQueue(rest.waiting[1:]), left_out)

    def lag_ms(self, rules: LoudspeakerRules) -> int:
        """How long something that came now would wait for its turn."""
        return self._length_ms(self._thrift(rules))

    def _length_ms(self, level: int) -> int:
        return sum(max(SHOWN_MS, length_ms(thrifty(speech.say, level))) for speech in self.waiting)

    def _thrift(self, rules: LoudspeakerRules) -> int:
        if len(self.waiting) < 2:
            return 0
        for level in (0, 1):
            if self._length_ms(level) <= rules.long_queue_ms:
                return level
        return 2
