"""What a loudspeaker says and when it may: a centre's rules, one speech, how long it takes.

What waits for its turn: loudspeaker_queue.py. Who speaks, and when: loudspeaker_area.py.
Times are milliseconds; nothing here sounds or sends.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from .day import clock_between, local

#: A call stands at least so long in the large place, so the next is not said before.
SHOWN_MS = 6_000
#: What is heard of one clip, silence after it included: estimates, since only the board knows its
#: pack. The board's own word comes first.
CLIP_MS = {"phrase": 1_500, "letter": 600, "number": 500}
CHIME_MS, READINGS_APART_MS = 1_650, 600
#: How much longer than estimated a board may need before it counts as silent.
MARGIN_MS = 4_000
LETTERS_A_SECOND = 11


@dataclass(frozen=True)
class LoudspeakerRules:
    """When and how a centre's loudspeakers speak."""

    timezone: str
    volume: tuple[tuple[str, str, float], ...] = ()
    quiet: tuple[tuple[str, str], ...] = ()
    repeat: int | None = None
    stale_ms: int = 90_000
    long_queue_ms: int = 20_000
    together: int = 6

    def level(self, at: int) -> float:
        """The volume, 0 to 1, at a moment; 0 in quiet hours, 1 where no row of the file holds."""
        clock = f"{local(at, self.timezone):%H:%M}"
        if any(clock_between(clock, a, b) for a, b in self.quiet):
            return 0
        return next((level for a, b, level in self.volume if clock_between(clock, a, b)), 1)


Reading = dict[str, Any]  #: One reading of a call or notice: {lang, text, clips, times, url?, ms?}.


@dataclass(frozen=True, slots=True)
class Speech:
    """One thing to be said.

    kind: called, recalled, late (shown only) or notice. `calls` are the calls of a `late` one as
    boards show them; `seqs` those of every call it stands for; a notice has neither.
    since: when it was first to be said; until: when it is worth nothing any more (ms).
    again: how often it had to be said anew.
    """

    id: str
    kind: str
    say: tuple[Reading, ...]
    since: int
    seq: int | None = None
    number: str | None = None
    counter: int | str | None = None
    zone: str | None = None
    until: int | None = None
    seqs: tuple[int, ...] = ()
    calls: tuple[dict[str, Any], ...] = ()
    again: int = 0

    @property
    def origin(self) -> str:
        """Its id when it was first to be said."""
        return self.id.split("~")[0]

    @property
    def names(self) -> list[str]:
        """By what hub processes know among themselves that it was said: its calls, or its
        notice.
        """
        return [f"c{seq}" for seq in self.seqs] or [self.origin]

    def once_more(self) -> Speech:
        """The same to be said anew, since no board said it: under another id, for boards answer an
        id they know.
        """
        return replace(self, id=f"{self.origin}~{self.again + 1}", again=self.again + 1)

    def payload(self, group: str, volume: float, now: int) -> dict[str, Any]:
        """The event `speak`, without who is mute."""
        out: dict[str, Any] = {
            "id": self.id,
            "group": group,
            "seq": self.seq,
            "kind": self.kind,
            "say": list(self.say),
            "volume": volume,
            "chime": True,
            "seconds": round(length_ms(self.say) / 1000, 1),
            "expires_at": self.until or now + length_ms(self.say) + MARGIN_MS,
        }
        if self.number is not None:
            out |= {"number": self.number, "counter": self.counter, "zone": self.zone}
        if self.calls:
            out["calls"] = list(self.calls)
        if len(self.seqs) > 1:
            out["seqs"] = list(self.seqs)
        return out


def speech_of_call(kind: str, call: dict[str, Any], now: int, repeat: int | None = None) -> Speech:
    """The Speech of a `called` or `recalled` as boards hear it; `repeat` readings of the first
    language where the centre says so.
    """
    say = tuple(
        {**reading, "times": repeat if repeat and place == 0 else reading.get("times", 1)}
        for place, reading in enumerate(call["say"])
    )
    return Speech(
        f"c{call['seq']}",
        kind,
        say,
        now,
        call["seq"],
        call["number"],
        call["counter"],
        call["zone"],
        seqs=(call["seq"],),
    )


def shown_together(overdue: Sequence[Speech], now: int, id: str | None = None) -> Speech:
    """The Speech of calls that are only shown, together, marked late."""
    last = overdue[-1]
    return Speech(
        id or f"l{last.seq}",
        "late",
        (),
        now,
        last.seq,
        last.number,
        last.counter,
        last.zone,
        seqs=tuple(seq for speech in overdue for seq in speech.seqs),
        calls=tuple(
            {
                "seq": speech.seq,
                "number": speech.number,
                "counter": speech.counter,
                "zone": speech.zone,
            }
            for speech in overdue
        ),
    )


def thrifty(say: Sequence[Reading], level: int) -> tuple[Reading, ...]:
    """What is read when the queue is short (0: everything), long (1: once each) or longer (2: the
    first language only); never less than one reading.
    """
    kept = say[:1] if level > 1 else say
    return tuple({**reading, "times": 1 if level else reading["times"]} for reading in kept)


def length_ms(say: Iterable[Reading]) -> int:
    """About how long the chime and these readings take."""
    return CHIME_MS + sum(
        int(reading.get("times", 1)) * (_words_ms(reading) + READINGS_APART_MS) for reading in say
    )


def _words_ms(reading: Reading) -> int:
    if reading.get("clips"):
        return sum(CLIP_MS[_kind(key)] for key in reading["clips"])
    return int(reading.get("ms") or len(reading.get("text", "")) * 1000 // LETTERS_A_SECOND)


def _kind(key: str) -> str:
    if key.startswith("L_"):
        return "letter"
    return "phrase" if "_" in key or len(key) > 7 else "number"
