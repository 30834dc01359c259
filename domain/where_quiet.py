"""Where to go: centres in the order in which somebody is called soonest, the way there included,
without sending everybody to the same door.

`ui/city/ranking.js` is the same rule for the page; a test holds the two to one another.
`bench --only herding` shows what it does to 168 halls: the constants are those with which the mean
wait falls and no hall's rises by more than a fifth and three minutes.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass

#: Another centre than the nearest is worth the way when even its latest call is sooner by so many
#: minutes: those who read the same page are on their way there too, and nobody sees them yet.
WORTH_MIN = 20
#: Centres within so many minutes of the best are alike: two steps in which ranges are told.
ALIKE_MIN = 10


@dataclass(frozen=True, slots=True)
class Choice:
    """A centre somebody may go to.

    travel: minutes on the way, in steps; distance (km): which of two as quick to reach is nearer.
    low, high: minutes of waiting told for the time of arrival. counters: how many serve there;
    people are shared out by them.
    """

    code: str
    travel: int
    low: int
    high: int
    counters: int = 1
    distance: float = 0.0


def ranked(choices: Iterable[Choice], visitor: int) -> tuple[list[Choice], int]:
    """`(choices, how many of the first are alike)`, the best first.

    Those that are alike stand in an order drawn for the visitor, the ones with more counters
    earlier more often.
    """
    rows = list(choices)
    if not rows:
        return [], 0
    nearest = min(rows, key=lambda choice: (choice.travel, choice.distance, choice.code))
    rows.sort(key=lambda choice: (cost(choice, nearest), choice.code))
    most = cost(rows[0], nearest) + ALIKE_MIN
    alike = [choice for choice in rows if cost(choice, nearest) <= most]
    rest = rows[len(alike) :]
    alike.sort(key=lambda choice: (_turn(choice, visitor), choice.code))
    return alike + rest, len(alike)


def cost(choice: Choice, nearest: Choice) -> float:
    """What going there costs, in minutes: the nearest by the middle of its range."""
    if choice.code == nearest.code:
        return choice.travel + (choice.low + choice.high) / 2
    return choice.travel + choice.high + WORTH_MIN


def _turn(choice: Choice, visitor: int) -> float:
    """The place a visitor's draw gives a choice; with twice the counters first twice as often."""
    return -math.log(luck(visitor, choice.code)) / max(1, choice.counters)


def luck(visitor: int, code: str) -> float:
    """A number between 0 and 1 that belongs to a visitor and a centre: FNV-1a, mixed once more as
    MurmurHash3 ends.
    """
    mixed = 2_166_136_261
    for letter in f"{visitor}:{code}":
        mixed = (mixed ^ ord(letter)) * 16_777_619 & 0xFFFFFFFF
    mixed ^= mixed >> 16
    mixed = mixed * 0x85EBCA6B & 0xFFFFFFFF
    mixed ^= mixed >> 13
    mixed = mixed * 0xC2B2AE35 & 0xFFFFFFFF
    mixed ^= mixed >> 16
    return (mixed + 0.5) / 2**32
