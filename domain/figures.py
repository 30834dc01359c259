"""The figures of a group of visits and of the waits at a place: counts, percentiles, shares.

One rule for percentiles everywhere, so page, file and command agree to the digit.
"""

import math
from collections.abc import Iterable
from typing import Any

from .lengths import HALF_WIDTH, LIMITS, AtLeast, Censored, Times
from .visit import ENDS, ORIGINS, OUTCOMES, Leg, Visit

#: Rises when a figure begins to mean something else, so that a signed month stays explainable.
#: 1: a wait ended with the first call (until November 2026). 2: with the call that was answered;
#: shares over all who waited; who was never called counts as "at least".
DEFINITIONS_VERSION = 2
#: The official target of 15 minutes a turn (Decision 468/QĐ-TTg), and twice that.
TARGET_MS, TWICE_TARGET_MS = LIMITS
#: Below this many calls a percentile says little; pages and papers write "ít số liệu" in its place.
FEW_CALLS = 30


def seconds(ms: float | None) -> float | None:
    """Milliseconds as seconds with one decimal, the unit of every report."""
    return None if ms is None else round(ms / 1000, 1)


def rounded_up(percent: float) -> float:
    """An error with one decimal: what is said is never less than what may be."""
    return math.ceil(10 * percent - 1e-6) / 10


def share(part: int, whole: int) -> float | None:
    """A percentage with one decimal, or None of nothing."""
    return None if not whole else round(100 * part / whole, 1)


class LegTally:
    """Counts the waits at a place and how long they were; `figures()` says what they come to.

    A wait that runs has not missed a limit it has not reached yet: it counts in the share of that
    limit only once it is beyond it.
    """

    #: Its times: waits that ended in a call and those that did not (or not yet), the same in
    #: opening hours, the time to the begin of the service and that of those for whom none began;
    #: of the second, those that run and those of people who left.
    TIMES = (
        "called",
        "uncalled",
        "open_called",
        "open_uncalled",
        "started",
        "unstarted",
        "running",
        "left",
    )

    def __init__(self) -> None:
        self.origin = dict.fromkeys(ORIGINS, 0)
        self.came_to = dict.fromkeys(ENDS, 0)
        self.called, self.uncalled = Times(), Times()
        self.open_called, self.open_uncalled = Times(), Times()
        self.started, self.unstarted = Times(), Times()
        self.running, self.left = Times(), Times()
        #: name of times → what they were when they were estimated, they, and the estimate
        self._estimates: dict[str, tuple[tuple[int, ...], tuple[Times, Times], Censored]] = {}

    def take(self, leg: Leg) -> None:
        """Count one wait."""
        self.origin[leg.origin] += 1
        self.came_to[leg.came_to] += 1
        length, called = leg.length, leg.came_to == "called"
        if length is None:
            return
        (self.called if called else self.uncalled).add(length)
        if leg.open_length is not None:
            (self.open_called if called else self.open_uncalled).add(leg.open_length)
        to_start = leg.to_start
        if to_start is None:
            self.unstarted.add(length)
        else:
            self.started.add(to_start)
        if leg.came_to == "waiting":
            self.running.add(length)
        elif leg.came_to == "left":
            self.left.add(length)

    def add(self, other: "LegTally") -> None:
        """Take over everything another tally counted."""
        for counts, more in ((self.origin, other.origin), (self.came_to, other.came_to)):
            for key, n in more.items():
                counts[key] += n
        for name in self.TIMES:
            getattr(self, name).merge(getattr(other, name))

    def __len__(self) -> int:
        """How many waits have a length."""
        return len(self.called) + len(self.uncalled)

    def waited(self, limit: int) -> int:
        """How many waits can be judged by a limit (ms): all but those that run and have not reached
        it.
        """
        return len(self) - self.running.within(limit)

    @property
    def error_pct(self) -> float:
        """By how much percent the worst of its minutes may be off; 0 where they are exact."""
        times = self._estimated()
        return rounded_up(
            max(
                times[0].error_pct(50, 90, 95),
                *(of_some.error_pct(50, 90) for of_some in times[1:]),
                100 * HALF_WIDTH * self.called.rough,
            )
        )

    @property
    def waits(self) -> Censored:
        """The times to the call."""
        return self._estimate("called", "uncalled")

    def _estimated(self) -> tuple[Censored, Censored, Censored]:
        """The waits, those in opening hours, and those to the begin of the service."""
        return (
            self.waits,
            self._estimate("open_called", "open_uncalled"),
            self._estimate("started", "unstarted"),
        )

    def _estimate(self, came: str, gone: str) -> Censored:
        """As `Censored.of`; error and figures both ask for it, and it costs more than the rest."""
        times: tuple[Times, Times] = (getattr(self, came), getattr(self, gone))
        # times only ever grow: as many are the same
        made_of = (*map(id, times), *map(len, times))
        if came not in self._estimates or self._estimates[came][0] != made_of:
            self._estimates[came] = (made_of, times, Censored.of(*times))
        return self._estimates[came][2]

    def figures(self) -> dict[str, Any]:
        """The figures by name, and under `at_least` the names of those that are lower bounds."""
        waits, opened, started = self._estimated()
        estimates = {
            "leg_p50_s": waits.percentile(50),
            "leg_p90_s": waits.percentile(90),
            "leg_p95_s": waits.percentile(95),
            "leg_max_s": AtLeast(waits.longest, waits.longest in self.running.counts),
            "leg_open_p50_s": opened.percentile(50),
            "leg_open_p90_s": opened.percentile(90),
            "leg_start_p50_s": started.percentile(50),
            "leg_start_p90_s": started.percentile(90),
        }
        within = {
            minutes: self.called.within(limit)
            for minutes, limit in ((15, TARGET_MS), (30, TWICE_TARGET_MS))
        }
        arrived, gone = sum(self.origin.values()), sum(self.came_to.values())
        return {
            "leg_all": arrived,
            **{f"leg_{origin}": n for origin, n in self.origin.items()},
            **{f"leg_{end}": n for end, n in self.came_to.items()},
            **{name: seconds(estimate.value) for name, estimate in estimates.items()},
            "leg_mean_called_s": seconds(self.called.mean),
            "leg_within_15": within[15],
            "leg_within_15_pct": share(within[15], self.waited(TARGET_MS)),
            "leg_within_30": within[30],
            "leg_within_30_pct": share(within[30], self.waited(TWICE_TARGET_MS)),
            "leg_left_p50_s": seconds(self.left.percentile(50)),
            "leg_left_max_s": seconds(self.left.longest),
            "leg_few": len(self) < FEW_CALLS,
            "legs_off": arrived - gone,
            "error_pct": rounded_up(
                max(
                    waits.error_pct(50, 90, 95),
                    opened.error_pct(50, 90),
                    started.error_pct(50, 90),
                    100 * HALF_WIDTH * self.called.rough,
                )
            ),
            "at_least": [name for name, estimate in estimates.items() if estimate.bound],
        }


class Tally:
    """Counts visits and collects their durations; `row()` says the figures.

    Times go in as milliseconds and come out as seconds.
    """

    #: What filled the time of a half hour or of a counter, in ms: counters open, serving and
    #: paused, people in line; and how many were in line at its end, day after day.
    TIME_SUMS = ("open_time", "serving_time", "paused_time", "line_time", "line_at_end")

    def __init__(self) -> None:
        self.open_time = self.serving_time = self.paused_time = 0
        self.line_time = self.line_at_end = 0
        self.count = dict.fromkeys(
            ("issued", "called", "recalls", "returned", "flagged", "walk_direct", "waiting_here"), 0
        ) | dict.fromkeys(OUTCOMES, 0)
        self.waits, self.open_waits, self.all_waits = Times(), Times(), Times()
        self.legs = LegTally()
        self.services = Times()
        self.services_done = 0
        self.delivered = 0
        self.service_time = 0
        self.visits = Times()
        self.parked = self.no_response = 0

    def take(self, visit: Visit) -> None:
        """Count a visit where its number was taken: that it was issued, what it came to, how long
        it waited for its first call, and in all.
        """
        count = self.count
        count["issued"] += 1
        count[visit.outcome] += 1
        count["walk_direct"] += visit.walk_direct
        if visit.calls:
            count["called"] += 1
            count["recalls"] += visit.recalls
        if visit.flags:
            count["flagged"] += 1
        if visit.wait is not None:
            self.waits.add(visit.wait)
        if visit.wait_open is not None:
            self.open_waits.add(visit.wait_open)
        if visit.visit is not None and visit.outcome == "served":
            self.visits.add(visit.visit)
            count["returned"] += visit.returned
        if visit.outcome == "served" and not visit.walk_direct and visit.citizen_wait is not None:
            self.all_waits.add(visit.citizen_wait)
        self.parked += visit.parked or 0
        self.no_response += visit.no_response or 0

    def take_waiting(self) -> None:
        """Count somebody who waits here now."""
        self.count["waiting_here"] += 1

    def take_leg(self, leg: Leg) -> None:
        """Count one wait that was waited here, the first or a later one."""
        self.legs.take(leg)

    def take_service(self, length: int) -> None:
        """Count what a finished visit was served here."""
        self.services.add(length)

    def take_service_time(self, length: int) -> None:
        """Count one stretch of service given here, whatever the visit came to."""
        self.service_time += length

    def take_service_done(self) -> None:
        """Count one service that ended here."""
        self.services_done += 1

    def take_delivered(self) -> None:
        """Count one result that was delivered here."""
        self.delivered += 1

    def add(self, other: "Tally") -> None:
        """Take over everything another tally counted, except `services`: what one visit was served
        may be spread over several tallies.
        """
        for key, n in other.count.items():
            self.count[key] += n
        for name in ("waits", "open_waits", "all_waits", "visits"):
            getattr(self, name).merge(getattr(other, name))
        self.legs.add(other.legs)
        self.services_done += other.services_done
        self.delivered += other.delivered
        self.service_time += other.service_time
        self.parked += other.parked
        self.no_response += other.no_response
        for name in self.TIME_SUMS:
            setattr(self, name, getattr(self, name) + getattr(other, name))

    def has_any(self) -> bool:
        """Whether anybody or any service was counted in it."""
        return (
            any(self.count.values())
            or len(self.legs) > 0
            or bool(self.services_done or self.delivered)
        )

    def has_time(self) -> bool:
        """Whether any time was counted in it."""
        return any(getattr(self, name) for name in self.TIME_SUMS)

    def row(self) -> dict[str, Any]:
        """The figures by name; what cannot be told is None."""
        count, waits, n = self.count, self.waits, len(self.waits)
        half, most, nearly_all = waits.percentiles(50, 90, 95)
        ended_legs, all_waits = self.legs.called, self.all_waits
        within_15, within_30 = waits.within(TARGET_MS), waits.within(TWICE_TARGET_MS)
        done, service_time = self.services_done, self.service_time
        return {
            "issued": count["issued"],
            "called": count["called"],
            "served": count["served"],
            "waiting": count["waiting_here"],
            "no_shows": count["no_show"],
            "abandoned": count["abandoned"],
            "cancelled": count["cancelled"],
            "mean_wait_s": seconds(waits.mean),
            "p50_wait_s": seconds(half),
            "p90_wait_s": seconds(most),
            "p95_wait_s": seconds(nearly_all),
            "max_wait_s": seconds(waits.longest),
            "within_15": within_15,
            "within_15_pct": share(within_15, n),
            "within_30": within_30,
            "within_30_pct": share(within_30, n),
            "mean_service_s": seconds(self.services.mean),
            "recalls": count["recalls"],
            "open": count["open"],
            "unfinished": count["unfinished"],
            "returned": count["returned"],
            "no_show_pct": share(count["no_show"], count["called"]),
            "abandoned_pct": share(count["abandoned"], count["issued"]),
            "mean_open_wait_s": seconds(self.open_waits.mean),
            "legs": len(ended_legs),
            "mean_leg_wait_s": seconds(ended_legs.mean),
            "p90_leg_wait_s": seconds(ended_legs.percentile(90)),
            "mean_visit_s": seconds(self.visits.mean),
            "parked_s": seconds(self.parked),
            "no_response_s": seconds(self.no_response),
            "flagged": count["flagged"],
            "few": n < FEW_CALLS,
            **self.legs.figures(),
            "walk_direct": count["walk_direct"],
            "visits_waiting": count["waiting"],
            "visits_off": count["issued"] - sum(count[outcome] for outcome in OUTCOMES),
            "total_wait_p50_s": seconds(all_waits.percentile(50)),
            "total_wait_p90_s": seconds(all_waits.percentile(90)),
            "services": done,
            "delivered": self.delivered,
            "service_s": seconds(service_time),
            "mean_per_service_s": seconds(service_time / done) if done else None,
            "definitions_version": DEFINITIONS_VERSION,
        }


def called_within(waits: Iterable[int] | Times, minutes: int = 60) -> list[float] | None:
    """For each minute 0…`minutes` the percentage of `waits` (ms) that were over by then; None of
    nothing.
    """
    times = waits if isinstance(waits, Times) else Times(waits)
    if not len(times):
        return None
    over = (times.within(minute * 60_000) for minute in range(minutes + 1))
    return [round(100 * n / len(times), 1) for n in over]


def legs_called_within(tally: LegTally, minutes: int = 60) -> list[float] | None:
    """For each minute 0…`minutes` the percentage of all waits that can be judged by it that ended
    in a call by then, as in `leg_within_15_pct`; None of nothing.
    """
    if not len(tally):
        return None
    limits = (minute * 60_000 for minute in range(minutes + 1))
    return [share(tally.called.within(limit), tally.waited(limit)) or 0.0 for limit in limits]
