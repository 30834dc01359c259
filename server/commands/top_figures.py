"""What `luot top` shows, worked out from two readings of each hub's `/metrics`."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.error import URLError
from urllib.request import ProxyHandler, build_opener

from prometheus_client.parser import text_string_to_metric_families

ANSWERS_WITHIN_S = 5.0
#: One sample: its name and labels, in order.
Key = tuple[str, tuple[tuple[str, str], ...]]
_open = build_opener(ProxyHandler({})).open


@dataclass(frozen=True, slots=True)
class Reading:
    """The figures of one hub at a moment (`at`, seconds of a running clock); `trouble` says why
    there are none.
    """

    hub: str
    at: float
    samples: Mapping[Key, float] = field(default_factory=dict)
    trouble: str = ""

    def value(self, name: str, **labels: str) -> float | None:
        """One sample, or None."""
        return self.samples.get((name, tuple(sorted(labels.items()))))

    def total(self, name: str, **labels: str) -> float:
        """All samples of a name with these labels, together."""
        wanted = set(labels.items())
        return sum(
            v for (n, having), v in self.samples.items() if n == name and wanted <= {*having}
        )

    def labelled(self, name: str) -> Iterable[tuple[dict[str, str], float]]:
        """Every sample of a name, with its labels."""
        for (sample_name, labels), value in self.samples.items():
            if sample_name == name:
                yield dict(labels), value


def read(hub: str, at: float) -> Reading:
    """The figures of a hub (its address). What goes wrong is the reading's trouble."""
    try:
        with _open(f"{hub}/metrics", timeout=ANSWERS_WITHIN_S) as answer:
            text = answer.read().decode("utf-8")
        samples = {
            (sample.name, tuple(sorted(sample.labels.items()))): float(sample.value)
            for family in text_string_to_metric_families(text)
            for sample in family.samples
        }
    except URLError as error:
        return Reading(hub, at, trouble=str(error.reason))
    except (OSError, ValueError) as error:
        return Reading(hub, at, trouble=str(error) or type(error).__name__)
    return Reading(hub, at, samples)


@dataclass(frozen=True, slots=True)
class HubLine:
    """One hub process. Times in seconds, the 99th of 100 since the reading before; None where
    nothing was measured.
    """

    hub: str
    trouble: str
    processor_percent: float | None = None
    resident_bytes: float | None = None
    sockets: int = 0
    acts_a_second: float | None = None
    refused_a_second: float | None = None
    act_p99: float | None = None
    commit_p99: float | None = None
    loop_p99: float | None = None
    screens_p99: float | None = None
    tasks_failing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FieldLine:
    """One field's line in one hall."""

    centre: str
    field: str
    waiting: int
    longest_s: float
    counters: int

    @property
    def unserved(self) -> bool:
        """Whether people wait and no counter is open for them."""
        return self.waiting > 0 and self.counters == 0


@dataclass(frozen=True, slots=True)
class HallLine:
    """One hall, with the lines of its fields."""

    centre: str
    is_open: bool
    waiting: int
    longest_s: float
    counters: int
    at_counters: int
    issued: int
    lines: tuple[FieldLine, ...]

    @property
    def unserved(self) -> bool:
        """Whether people wait for a field that no counter is open for."""
        return any(line.unserved for line in self.lines)


@dataclass(frozen=True, slots=True)
class Picture:
    """All of it; halls with trouble first, then the longest wait."""

    hubs: tuple[HubLine, ...]
    halls: tuple[HallLine, ...]


def picture(before: Sequence[Reading], now: Sequence[Reading]) -> Picture:
    """What two readings of the same hubs come to."""
    halls: dict[str, HallLine] = {}
    for reading in now:
        for hall in _halls(reading):
            halls.setdefault(hall.centre, hall)
    return Picture(
        tuple(_hub(*pair) for pair in zip(before, now, strict=True)),
        tuple(sorted(halls.values(), key=lambda h: (not h.unserved, -h.longest_s, h.centre))),
    )


def _hub(before: Reading, now: Reading) -> HubLine:
    if now.trouble:
        return HubLine(now.hub, now.trouble)
    acts, well = (
        _rate(before, now, "luot_acts_total"),
        _rate(before, now, "luot_acts_total", result="ok"),
    )
    processor = _rate(before, now, "process_cpu_seconds_total")
    return HubLine(
        now.hub,
        "",
        None if processor is None else 100 * processor,
        now.value("luot_resident_bytes"),
        int(now.total("luot_sockets")),
        acts,
        None if acts is None or well is None else acts - well,
        _p99(before, now, "luot_act_seconds"),
        _p99(before, now, "luot_commit_seconds"),
        _p99(before, now, "luot_loop_lag_seconds"),
        _p99(before, now, "luot_telling_seconds"),
        tuple(sorted(labels["task"] for labels, ok in now.labelled("luot_task_ok") if not ok)),
    )


def _rate(before: Reading, now: Reading, name: str, **labels: str) -> float | None:
    """How much a counter grows a second; None where there was no reading before, or the process
    began anew in between.
    """
    grown, seconds = now.total(name, **labels) - before.total(name, **labels), now.at - before.at
    return grown / seconds if not before.trouble and seconds > 0 and grown >= 0 else None


def _p99(before: Reading, now: Reading, name: str) -> float | None:
    """The upper end of the group in which the 99th of 100 new durations is; None where none is
    new, infinity beyond the last end.
    """
    ends = sorted(
        (float(labels["le"]), count - (before.value(f"{name}_bucket", **labels) or 0.0))
        for labels, count in now.labelled(f"{name}_bucket")
    )
    if not ends or ends[-1][1] <= 0:
        return None
    return next(end for end, count in ends if count >= 0.99 * ends[-1][1])


def _halls(reading: Reading) -> Iterable[HallLine]:
    lines: dict[str, list[FieldLine]] = {}
    for labels, waiting in reading.labelled("luot_waiting"):
        lines.setdefault(labels["centre"], []).append(
            FieldLine(
                labels["centre"],
                labels["field"],
                int(waiting),
                reading.value("luot_longest_wait_seconds", **labels) or 0.0,
                int(reading.value("luot_field_counters", **labels) or 0),
            )
        )
    for labels, is_open in reading.labelled("luot_day_open"):
        own = tuple(lines.get(labels["centre"], ()))
        yield HallLine(
            labels["centre"],
            bool(is_open),
            sum(line.waiting for line in own),
            max((line.longest_s for line in own), default=0.0),
            int(reading.value("luot_counters_open", **labels) or 0),
            int(reading.value("luot_at_counters", **labels) or 0),
            int(reading.value("luot_issued_today", **labels) or 0),
            own,
        )
