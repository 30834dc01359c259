"""How well promises were kept: what was told with numbers held against when people were called.

Counts and sums only, so that closed days can be kept and added up; times are minutes. Whoever left
before a call, let others pass or changed the field is in no figure.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .day import MINUTE
from .estimate import NoPromise, Promise
from .visit import Visit

#: Of fewer late calls nobody is told how late they were.
FEW_LATE = 5
#: The line for everybody is shown from so many promises on.
ENOUGH = 100
#: Promises are looked at by the upper end that was told: up to so many minutes; 0 holds the rest.
SIZES = (5, 10, 20, 35, 60, 0)


@dataclass(frozen=True, slots=True)
class Kept:
    """One range that was told, and how long the person then waited for the call (minutes)."""

    field: str
    model: str
    low: int
    high: int
    wait: float

    @property
    def late(self) -> bool:
        """Called later than told."""
        return self.wait > self.high

    @property
    def early(self) -> bool:
        """Called earlier than told."""
        return self.wait < self.low

    @property
    def size(self) -> int:
        """The group of SIZES it is in."""
        return next((size for size in SIZES if self.high <= size), 0)


@dataclass(slots=True)
class Honesty:
    """How a group of promises was kept. error, bias, width: sums in minutes, of |middle − wait|,
    middle − wait (above 0: told longer than it was) and high − low. late_by: whole minutes beyond
    what was told → late calls.
    """

    promises: int = 0
    early: int = 0
    late: int = 0
    error: float = 0.0
    bias: float = 0.0
    width: int = 0
    late_by: Counter[int] = field(default_factory=Counter)

    def take(self, kept: Kept) -> None:
        """Count one promise."""
        off = (kept.low + kept.high) / 2 - kept.wait
        self.promises += 1
        self.early += kept.early
        self.late += kept.late
        self.error += abs(off)
        self.bias += off
        self.width += kept.high - kept.low
        if kept.late:
            # upward, so that "at most so late" holds
            self.late_by[-int(-(kept.wait - kept.high) // 1)] += 1

    def add(self, other: "Honesty") -> None:
        """Count all that another group counted."""
        self.promises += other.promises
        self.early += other.early
        self.late += other.late
        self.error += other.error
        self.bias += other.bias
        self.width += other.width
        self.late_by.update(other.late_by)

    @property
    def inside(self) -> int:
        """How many were called within what was told."""
        return self.promises - self.early - self.late

    @property
    def late_at_most(self) -> int | None:
        """9 of 10 late calls were at most so many minutes late; None of too few."""
        if self.late < FEW_LATE:
            return None
        left = -(-self.late * 9 // 10)
        for minutes in sorted(self.late_by):
            left -= self.late_by[minutes]
            if left <= 0:
                return minutes
        return None

    def row(self) -> dict[str, Any]:
        """The figures as reports show them: counts, shares in percent, minutes; None of nothing."""
        whole = self.promises
        return {
            "promises": whole,
            "early": self.early,
            "inside": self.inside,
            "late": self.late,
            **{
                f"{name}_pct": round(100 * count / whole, 1) if whole else None
                for name, count in (
                    ("early", self.early),
                    ("inside", self.inside),
                    ("late", self.late),
                )
            },
            "error_min": round(self.error / whole, 1) if whole else None,
            "bias_min": round(self.bias / whole, 1) if whole else None,
            "width_min": round(self.width / whole, 1) if whole else None,
            "late_at_most_min": self.late_at_most,
        }

    def packed(self) -> list[Any]:
        """As JSON, to be kept."""
        late_by = [number for pair in sorted(self.late_by.items()) for number in pair]
        sums = [round(self.error, 3), round(self.bias, 3), self.width]
        return [self.promises, self.early, self.late, *sums, late_by]

    @classmethod
    def unpacked(cls, packed: list[Any]) -> "Honesty":
        """What `packed` gave."""
        count, early, late, error, bias, width, late_by = packed
        counts = Counter(dict(zip(late_by[::2], late_by[1::2], strict=True)))
        return cls(count, early, late, error, bias, width, counts)


@dataclass(slots=True)
class Promises:
    """The promises of some visits: by field and model, by size, how long people waited by size
    (whole minutes → people), and the numbers with which nothing was told, by why.
    """

    groups: dict[tuple[str, str], Honesty] = field(default_factory=lambda: defaultdict(Honesty))
    sizes: dict[int, Honesty] = field(default_factory=lambda: defaultdict(Honesty))
    lows: Counter[int] = field(default_factory=Counter)
    highs: Counter[int] = field(default_factory=Counter)
    waits: dict[int, Counter[int]] = field(default_factory=lambda: defaultdict(Counter))
    silent: Counter[str] = field(default_factory=Counter)

    def take(self, kept: Kept) -> None:
        """Count one promise."""
        size = kept.size
        self.groups[kept.field, kept.model].take(kept)
        self.sizes[size].take(kept)
        self.lows[size] += kept.low
        self.highs[size] += kept.high
        self.waits[size][round(kept.wait)] += 1

    def add(self, other: "Promises") -> None:
        """Count all that others counted."""
        for key, group in other.groups.items():
            self.groups[key].add(group)
        for size, group in other.sizes.items():
            self.sizes[size].add(group)
            self.waits[size].update(other.waits[size])
        self.lows.update(other.lows)
        self.highs.update(other.highs)
        self.silent.update(other.silent)

    @property
    def total(self) -> Honesty:
        """All of them."""
        return _sum_of(self.groups.values())

    def by_field(self) -> dict[str, Honesty]:
        """By the field the number was taken in."""
        fields: dict[str, Honesty] = defaultdict(Honesty)
        for (prefix, _), group in self.groups.items():
            fields[prefix].add(group)
        return fields

    def by_model(self) -> dict[str, Honesty]:
        """By who foresaw."""
        models: dict[str, Honesty] = defaultdict(Honesty)
        for (_, model), group in self.groups.items():
            models[model].add(group)
        return models

    def packed(self) -> dict[str, Any]:
        """As JSON, to be kept."""
        return {
            "groups": [[*key, self.groups[key].packed()] for key in sorted(self.groups)],
            "sizes": [
                [
                    size,
                    self.sizes[size].packed(),
                    self.lows[size],
                    self.highs[size],
                    [number for pair in sorted(self.waits[size].items()) for number in pair],
                ]
                for size in SIZES
                if size in self.sizes
            ],
            "silent": {why: self.silent[why] for why in sorted(self.silent)},
        }

    @classmethod
    def unpacked(cls, packed: Mapping[str, Any]) -> "Promises":
        """What `packed` gave."""
        promises = cls()
        for prefix, model, group in packed["groups"]:
            promises.groups[prefix, model] = Honesty.unpacked(group)
        for size, group, low, high, waits in packed["sizes"]:
            promises.sizes[size] = Honesty.unpacked(group)
            promises.lows[size], promises.highs[size] = low, high
            promises.waits[size] = Counter(dict(zip(waits[::2], waits[1::2], strict=True)))
        promises.silent.update(packed["silent"])
        return promises


def promises_of(visits: Iterable[Visit]) -> Promises:
    """The promises among visits: those whose first wait ended by a call, and the numbers with which
    nothing was told.
    """
    promises = Promises()
    for visit in visits:
        if visit.promise is None or visit.field is None:
            continue
        promise = visit.promise.promise
        if isinstance(promise, NoPromise):
            promises.silent[promise.why] += 1
            continue
        kept = _kept(visit, visit.field, promise, visit.promise.model)
        if kept is not None:
            promises.take(kept)
    return promises


def _kept(visit: Visit, prefix: str, promise: Promise, model: str) -> Kept | None:
    first = visit.legs[0] if visit.legs else None
    if first is None or first.came_to != "called" or first.length is None:
        return None
    return Kept(prefix, model, promise.low, promise.high, first.length / MINUTE)


def of_ten(honesty: Honesty) -> int | None:
    """Of ten people so many were called within what was told, or earlier: rounded down; None of too
    few promises.
    """
    if honesty.promises < ENOUGH:
        return None
    return 10 * (honesty.promises - honesty.late) // honesty.promises


def _sum_of(groups: Iterable[Honesty]) -> Honesty:
    total = Honesty()
    for group in groups:
        total.add(group)
    return total
