"""All centres of a province beside each other, as they stand now: who needs help, and whether a
wait is longer than where as many people come to a counter.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median

from domain.day import MINUTE
from domain.figures import TARGET_MS, TWICE_TARGET_MS

from .halls import HallGlance

#: A line without an open counter, a hall that should be open: told once it is no mere moment.
SOON_MS = 5 * MINUTE
#: A device that was heard of is silent after this time (kiosks and boards say how they are every
#: 20 s).
SILENT_MS = 120_000
#: A centre is held against so many that have most nearly as many people at a counter, and against
#: none where there are fewer than FEWEST.
PEERS, FEWEST = 15, 8
#: The devices whose silence the hall feels.
ROLES = ("kiosk", "board")
#: What needs help, the most pressing first.
KINDS = ("unserved", "not_open", "long", "silent", "slow")


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a centre needs help: the kind, the field it is about (prefix, or ""), how long (ms, where
    that is known) and how many.
    """

    kind: str
    field: str = ""
    ms: int = 0
    n: int = 0


@dataclass(frozen=True, slots=True)
class CentreNow:
    """One centre. per_counter: people waiting for each open counter, None where none is open.
    usual_ms: the middle of the longest waits where as many wait at a counter, None without enough
    such centres.
    """

    hall: HallGlance
    troubles: tuple[Trouble, ...]
    per_counter: float | None = None
    usual_ms: int | None = None


def centres_now(
    halls: Sequence[HallGlance], now: int, should_be_open: Callable[[HallGlance, int], bool]
) -> list[CentreNow]:
    """Each of these, in their order. `should_be_open(hall, at)`: whether its hours say so."""
    busy = [hall for hall in halls if hall.is_open and hall.counters_open and hall.waiting]
    out = []
    for hall in halls:
        load = hall.waiting / hall.counters_open if hall.is_open and hall.counters_open else None
        usual = _usual(hall, load, busy) if hall in busy and load is not None else None
        out.append(CentreNow(hall, tuple(_troubles(hall, now, usual, should_be_open)), load, usual))
    return out


def in_need(centres: Sequence[CentreNow]) -> list[CentreNow]:
    """Those that need help, the most pressing first, then whoever waits longest."""
    needy = [centre for centre in centres if centre.troubles]
    return sorted(
        needy, key=lambda c: (KINDS.index(c.troubles[0].kind), -c.hall.longest_ms, c.hall.row.code)
    )


def _usual(hall: HallGlance, load: float, busy: Sequence[HallGlance]) -> int | None:
    others = [other for other in busy if other is not hall]
    if len(others) < FEWEST:
        return None
    nearest = sorted(others, key=lambda other: abs(other.waiting / other.counters_open - load))
    return int(median(other.longest_ms for other in nearest[:PEERS]))


def _is_slow(longest_ms: int, usual: int | None) -> bool:
    """Twice as long, and by more than the quarter of an hour that is promised."""
    return usual is not None and longest_ms > max(2 * usual, usual + TARGET_MS)


def _troubles(
    hall: HallGlance,
    now: int,
    usual: int | None,
    should_be_open: Callable[[HallGlance, int], bool],
) -> list[Trouble]:
    if not hall.is_open:
        late = should_be_open(hall, now) and should_be_open(hall, now - SOON_MS)
        return [Trouble("not_open")] if late else []
    out = [
        Trouble("unserved", line.prefix, line.longest_ms, line.waiting)
        for line in sorted(hall.fields, key=lambda line: -line.longest_ms)
        if line.waiting and not line.counters and line.longest_ms >= SOON_MS
    ]
    served = [line for line in hall.fields if line.waiting and line.counters]
    longest = max(served, key=lambda line: line.longest_ms, default=None)
    if longest is not None and longest.longest_ms >= TWICE_TARGET_MS:
        out.append(Trouble("long", longest.prefix, longest.longest_ms, longest.waiting))
    elif longest is not None and _is_slow(longest.longest_ms, usual):
        out.append(Trouble("slow", longest.prefix, longest.longest_ms, longest.waiting))
    for role in ROLES:
        heard = [at for at in hall.row.devices.get(role, []) if at is not None]
        if heard and all(now - at > SILENT_MS for at in heard):
            out.append(Trouble("silent", role, now - max(heard), len(heard)))
    return sorted(out, key=lambda trouble: KINDS.index(trouble.kind))
