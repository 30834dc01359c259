"""The line before one loudspeaker: what is said next, how loud, and what comes too late.

Times are milliseconds; nothing here sounds or sends.
"""

import re
from dataclasses import dataclass, field, replace

from .day import SPAN, is_window, local, within

CLOCK = re.compile(r"^(([01]\d|2[0-3]):[0-5]\d|24:00)$")
#: What a centre's file may say under `announcements:`, and what holds where it says nothing.
DEFAULTS = {
    "volume": [],
    "quiet_hours": [],
    "repeat": None,
    "stale_seconds": 90,
    "long_line_seconds": 20,
    "late_together": 6,
}
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
class Rules:
    """When and how a centre's loudspeakers speak."""

    timezone: str
    volume: tuple = ()
    quiet: tuple = ()
    repeat: int | None = None
    stale_ms: int = 90_000
    long_line_ms: int = 20_000
    together: int = 6

    def level(self, at):
        """The volume, 0 to 1, at a moment; 0 in quiet hours, 1 where no row of the file holds."""
        clock = f"{local(at, self.timezone):%H:%M}"
        if any(within(clock, a, b) for a, b in self.quiet):
            return 0
        return next((level for a, b, level in self.volume if within(clock, a, b)), 1)


def rules_of(timezone, announcements):
    """The Rules of the section `announcements` of a centre's file, which may be None."""
    said = {**DEFAULTS, **(announcements or {})}
    return Rules(
        timezone,
        tuple((row["from"], row["to"], row["level"]) for row in said["volume"]),
        tuple(tuple(span.split("-")) for span in said["quiet_hours"]),
        said["repeat"],
        said["stale_seconds"] * 1000,
        said["long_line_seconds"] * 1000,
        said["late_together"],
    )


def mistakes(said):
    """What is wrong with the section `announcements` of a centre's file: sentences that say the
    mend.
    """
    if not isinstance(said, dict):
        return [
            "announcements: is no section; write it as in centres/thu_duc.yaml, or leave it out"
        ]
    found = [
        f"announcements: {key} is unknown; use {', '.join(DEFAULTS)}"
        for key in said
        if key not in DEFAULTS
    ]
    for row in said.get("volume") or []:
        right = (
            isinstance(row, dict)
            and all(CLOCK.match(str(row.get(key))) for key in ("from", "to"))
            and is_window(str(row["from"]), str(row["to"]))
        )
        level = row.get("level") if isinstance(row, dict) else None
        if (
            not right
            or isinstance(level, bool)
            or not isinstance(level, (int, float))
            or not 0 <= level <= 1
        ):
            found.append(
                'announcements: a row of volume is like {from: "07:00", to: "11:30", level: 0.8},'
                " with a level from 0 to 1"
            )
    for span in said.get("quiet_hours") or []:
        if not isinstance(span, str) or not SPAN.match(span) or not is_window(span[:5], span[6:]):
            found.append(
                f'announcements: quiet_hours {span!r}; write a window as "11:30-13:00", one over'
                ' midnight as "21:00-06:00"'
            )
    for key, least, most in (
        ("repeat", 1, 5),
        ("stale_seconds", 20, 600),
        ("long_line_seconds", 5, 300),
        ("late_together", 1, 6),
    ):
        value = said.get(key)
        if value is not None and (
            isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most
        ):
            found.append(
                f"announcements: {key} is {value!r}; write a whole number from {least} to {most}"
            )
    return found


@dataclass
class Speech:
    """One thing to be said. `call` is the fact as boards heard it; a notice has none."""

    id: str
    kind: str
    say: list
    since: int
    seq: int | None = None
    number: str | None = None
    counter: object = None
    zone: str | None = None
    until: int | None = None
    seqs: list = field(default_factory=list)
    calls: list = field(default_factory=list)
    again: int = 0

    @property
    def origin(self):
        """Its id when it was first to be said."""
        return self.id.split("~")[0]

    @property
    def names(self):
        """By what hub processes know among themselves that it was said: its calls, or its
        notice.
        """
        return [f"c{seq}" for seq in self.seqs] or [self.origin]

    def once_more(self):
        """The same to be said anew, since no board said it: under another id, for boards answer an
        id they know.
        """
        return replace(self, id=f"{self.origin}~{self.again + 1}", again=self.again + 1)

    def payload(self, group, volume, now):
        """The event `speak`, without who is mute."""
        out = {
            "id": self.id,
            "group": group,
            "seq": self.seq,
            "kind": self.kind,
            "say": self.say,
            "volume": volume,
            "chime": True,
            "seconds": round(length_ms(self.say) / 1000, 1),
            "expires_at": self.until or now + length_ms(self.say) + MARGIN_MS,
        }
        if self.number is not None:
            out |= {"number": self.number, "counter": self.counter, "zone": self.zone}
        if self.calls:
            out["calls"] = self.calls
        if len(self.seqs) > 1:
            out["seqs"] = self.seqs
        return out


def speech_of_call(kind, call, now, repeat=None):
    """The Speech of a `called` or `recalled` as boards hear it."""
    say = [
        {**one, "times": repeat if repeat and place == 0 else one.get("times", 1)}
        for place, one in enumerate(call["say"])
    ]
    return Speech(
        f"c{call['seq']}",
        kind,
        say,
        now,
        call["seq"],
        call["number"],
        call["counter"],
        call["zone"],
        seqs=[call["seq"]],
    )


def thrifty(say, level):
    """What is read when the line is short (0: everything), long (1: once each) or longer (2: the
    first language only); never less than one reading.
    """
    return [
        {**one, "times": 1 if level else one["times"]} for one in say[: 1 if level > 1 else None]
    ]


def length_ms(say):
    """About how long the chime and these readings take."""
    ms = CHIME_MS
    for one in say:
        words = (
            sum(CLIP_MS[_kind(key)] for key in one["clips"])
            if one.get("clips")
            else one.get("ms") or len(one.get("text", "")) * 1000 // LETTERS_A_SECOND
        )
        ms += one.get("times", 1) * (words + READINGS_APART_MS)
    return ms


def _kind(key):
    return (
        "letter" if key.startswith("L_") else "phrase" if "_" in key or len(key) > 7 else "number"
    )


class Line:
    """The line before the loudspeaker of one area: first in, first out.

    It holds what waits; who speaks and for how long is the caller's.
    """

    def __init__(self):
        self.waiting = []
        self.left_out = 0

    def add(self, speech):
        """Put one at the end.

        The same thing waits once; a recall whose call still waits takes its place; the same call
        again is nothing new.
        """
        for at, other in enumerate(self.waiting):
            if other.origin == speech.origin or speech.seq in other.seqs and speech.seq is not None:
                return
            if speech.number is not None and (other.number, str(other.counter)) == (
                speech.number,
                str(speech.counter),
            ):
                self.waiting[at] = replace(
                    speech, since=other.since, seqs=[*other.seqs, speech.seq]
                )
                return
        self.waiting.append(speech)

    def drop(self, gone):
        """Take out what nobody needs any more; how many those were."""
        kept = [speech for speech in self.waiting if not gone(speech)]
        out, self.waiting = len(self.waiting) - len(kept), kept
        self.left_out += out
        return out

    def next(self, now, rules, wanted):
        """The Speech whose turn it is, or None.

        `wanted(speech)` says whether a call still stands; those that waited too long come together,
        by chime alone.
        """
        self.drop(
            lambda speech: (
                speech.until is not None
                and speech.until <= now
                or speech.seq is not None
                and not wanted(speech)
            )
        )
        if not self.waiting:
            return None
        overdue = [
            speech
            for speech in self.waiting
            if speech.seq is not None and now - speech.since > rules.stale_ms
        ][: rules.together]
        if overdue:
            self.waiting = [speech for speech in self.waiting if speech not in overdue]
            return self.together(overdue, now)
        level = self._thrift(rules)
        speech = self.waiting.pop(0)
        return replace(speech, say=thrifty(speech.say, level)) if speech.seq is not None else speech

    @staticmethod
    def together(overdue, now, id=None):
        """The Speech of calls that are only shown, together."""
        last = overdue[-1]
        calls = [
            {"seq": one.seq, "number": one.number, "counter": one.counter, "zone": one.zone}
            for one in overdue
        ]
        return Speech(
            id or f"l{last.seq}",
            "late",
            [],
            now,
            last.seq,
            last.number,
            last.counter,
            last.zone,
            seqs=[seq for one in overdue for seq in one.seqs],
            calls=calls,
        )

    def _thrift(self, rules):
        def whole(level):
            return sum(
                max(SHOWN_MS, length_ms(thrifty(speech.say, level))) for speech in self.waiting
            )

        return next(
            (
                level
                for level in (0, 1)
                if whole(level) <= rules.long_line_ms or len(self.waiting) < 2
            ),
            2,
        )

    def lag_ms(self, rules):
        """How long something that came now would wait for its turn."""
        level = self._thrift(rules)
        return sum(max(SHOWN_MS, length_ms(thrifty(speech.say, level))) for speech in self.waiting)
