"""Counters at which calls are unusually often taken back, set aside unserved or repeated."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from domain.figures import share
from domain.standing import FactView
from domain.visit import Visit

#: Fewer presses of a kind at a counter are chance.
LEAST = 5
#: A counter stands out whose share is more than this many times that of the others together.
TIMES = 2
KINDS = ("taken_back", "sent_on", "recalls")


Pressed = dict[str, Counter[str]]


def pressed_often(seen: Iterable[Visit], taken_back: Iterable[FactView]) -> list[dict[str, Any]]:
    """`stand_out` of the visits seen and the calls that counters took back."""
    return stand_out(pressed_at(seen, taken_back))


def pressed_at(seen: Iterable[Visit], taken_back: Iterable[FactView]) -> Pressed:
    """How often each kind was pressed at each counter, and the calls it is measured by.

    calls: waits ended there by a call, or sent on unserved, and calls taken back.
    """
    pressed: Pressed = {kind: Counter() for kind in ("calls", *KINDS)}
    for visit in seen:
        for leg in visit.legs:
            if leg.counter is not None:
                pressed["calls"][leg.counter] += 1
                pressed["sent_on"][leg.counter] += leg.came_to == "sent_on"
        if visit.last_counter is not None:
            pressed["recalls"][visit.last_counter] += visit.recalls
    for call in taken_back:
        if call.counter is not None:
            pressed["calls"][call.counter] += 1
            pressed["taken_back"][call.counter] += 1
    return pressed


def stand_out(pressed: Pressed) -> list[dict[str, Any]]:
    """`[{counter, calls, taken_back, sent_on, recalls, often}]` of the counters that stand out:
    `often` names the kinds of which there were at least five, and per call more than twice as many
    as at all other counters together.
    """
    return [
        row
        for counter in sorted(pressed["calls"], key=lambda name: (len(name), name))
        if (row := _row(counter, pressed))["often"]
    ]


def _row(counter: str, pressed: dict[str, Counter[str]]) -> dict[str, Any]:
    calls = pressed["calls"][counter]
    others = pressed["calls"].total() - calls
    often = []
    for kind in KINDS:
        here = pressed[kind][counter]
        elsewhere = pressed[kind].total() - here
        # here / calls > TIMES × elsewhere / others, without dividing by nothing
        if here >= LEAST and here * others > TIMES * elsewhere * calls:
            often.append(kind)
    counts = {kind: pressed[kind][counter] for kind in KINDS}
    shares = {f"{kind}_pct": share(n, calls) for kind, n in counts.items()}
    return {"counter": counter, "calls": calls, **counts, **shares, "often": often}
