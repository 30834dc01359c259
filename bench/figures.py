"""What a benchmark says: one figure, its floor, the ratio, and the aim it should meet."""

import math
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any


@dataclass
class Figure:
    """One line of the result.

    `better` is "more" or "less"; `ratio` is ours divided by the floor; `note`: what the figure
    stands on, where that differs from run to run.
    """

    bench: str
    what: str
    unit: str
    ours: float
    floor: float | None
    floor_is: str
    better: str = "less"
    p50: float | None = None
    p99: float | None = None
    aim: float | None = None
    aim_ratio: float | None = None
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """Ours divided by the floor."""
        return self.ours / self.floor if self.floor else None

    @property
    def met(self) -> bool | None:
        """Whether every aim set is met; None without one."""

        def good(value: float, aim: float) -> bool:
            return value >= aim if self.better == "more" else value <= aim

        verdicts = [
            good(v, a)
            for v, a in ((self.ours, self.aim), (self.ratio, self.aim_ratio))
            if a is not None and v is not None
        ]
        return all(verdicts) if verdicts else None

    def as_dict(self) -> dict[str, Any]:
        """For --json."""
        return {**asdict(self), "ratio": self.ratio, "met": self.met}

    def line(self) -> str:
        """For the terminal."""
        spread = f"p50 {self.p50:,.1f}  p99 {self.p99:,.1f}" if self.p50 is not None else ""
        floor = (
            f"floor {self.floor:,.1f} ({self.floor_is}), {self.ratio:.2f} ×" if self.floor else ""
        )
        aims = [
            f"{'≥' if self.better == 'more' else '≤'} {a:g}{u}"
            for a, u in ((self.aim, f" {self.unit}"), (self.aim_ratio, " × floor"))
            if a is not None
        ]
        verdict = f"  aim {' and '.join(aims)}: {'met' if self.met else 'MISSED'}" if aims else ""
        note = f"  [{self.note}]" if self.note else ""
        return (
            f"{self.bench:<8} {self.what:<34} {self.ours:>10,.1f} {self.unit:<9} {spread:<26}"
            f" {floor}{note}{verdict}"
        )


def percentile(values: Iterable[float], share: float) -> float:
    """The smallest value that at least `share` of all do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(len(ordered) * share / 100) - 1)]
