"""The hub's background tasks: each goes on whatever happens in it, says what went wrong, and is
seen in `/readyz` and `/metrics`.
"""

import logging
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric

log = logging.getLogger("luot.background")
#: After a round that failed a task rests so long, or as long as it always does if that is more.
PAUSE_S = 1.0
#: A task that fails again and again is told of in the log this often, not each time.
TOLD_EVERY_S = 60.0
#: A task is late when its last round ended so long ago, or so many of its intervals.
LATE_S, LATE_INTERVALS = 30.0, 5
OK, FAILING, LATE = "ok", "failing", "late"
#: Pauses shorter than this are slept to their end; a longer one is cut short when the hub ends.
SLEPT_OUT_S = 0.1
#: How long an orderly end waits for rounds that have begun.
END_WITHIN_S = 1.0

#: One round of a task. What it returns are sentences of what went wrong in parts of it.
Round = Callable[[], list[str] | None]


class Ended(BaseException):
    """The hub ends, and with it the task that pauses here. No fault: nothing catches it on its way
    to the task's own end.
    """


class Event(Protocol):
    """What `threading.Event` promises, as far as it is needed here."""

    def set(self) -> Any:
        """From now on nobody waits for it."""

    def wait(self, timeout: float) -> Any:
        """Wait for it, at most so many seconds."""


@dataclass
class Task:
    """How one task is. Seconds are those of `time.monotonic`.

    runs, faults: how many ended, and how many of them with a fault. fault: the last round's, or
    None when it went well.
    """

    name: str
    every_s: float
    ended_at: float
    runs: int = 0
    faults: int = 0
    fault: str | None = None
    told_at: float | None = None

    def state(self, now: float) -> str:
        """ok, failing (its last round had a fault) or late (no round ended for long)."""
        if now - self.ended_at > max(LATE_S, LATE_INTERVALS * self.every_s):
            return LATE
        return OK if self.fault is None else FAILING


class BackgroundTasks:
    """Starts the tasks, keeps an eye on them, and ends them.

    `sleep`, `start` and `ending` are those of the hub's way to do many things at once; without
    `ending` each pause is slept out before a task ends. `expected`: faults of what the hub stands
    on (database, disk), told in one line; of any other the log has the whole.
    """

    def __init__(
        self,
        sleep: Callable[[float], Any],
        start: Callable[..., Any],
        now: Callable[[], float] = time.monotonic,
        expected: tuple[type[Exception], ...] = (OSError,),
        ending: Event | None = None,
    ) -> None:
        self._sleep, self._start, self._now = sleep, start, now
        self._expected = expected
        self._ending, self._ended = ending, False
        self._tasks: dict[str, Task] = {}
        self._running: set[str] = set()

    def every(self, seconds: float, name: str, work: Round, first_after: float = 0) -> None:
        """Do a round every so many seconds, the first after `first_after`, for as long as the hub
        runs.
        """
        task = self._added(name, seconds)
        self._start(self._run, task, lambda: self._repeat(task, work, first_after))

    def keep(self, name: str, work: Callable[[Callable[[], None]], None]) -> None:
        """Run what loops by itself, and again whenever it ends. It calls what it is given after
        each round that went well.
        """
        task = self._added(name, PAUSE_S)
        self._start(self._run, task, lambda: self._keep_up(task, work))

    def pause(self, seconds: float) -> None:
        """Let so many seconds go by, within a task. Raises Ended as soon as the hub ends."""
        if self._ending is None or seconds < SLEPT_OUT_S:
            self._sleep(seconds)
        else:
            self._ending.wait(seconds)
        self._unless_ended()

    def end(self, within_s: float = END_WITHIN_S) -> list[str]:
        """End every task at its next pause; returns the names of those that have not ended within
        so many seconds.
        """
        self._ended = True
        if self._ending is not None:
            self._ending.set()
        deadline = self._now() + within_s
        while self._running and self._now() < deadline:
            self._sleep(SLEPT_OUT_S / 10)
        return self.running()

    def running(self) -> list[str]:
        """The names of the tasks that have not ended."""
        return sorted(self._running)

    def states(self) -> dict[str, str]:
        """`{name: ok | failing | late}`."""
        now = self._now()
        return {name: task.state(now) for name, task in self._tasks.items()}

    def collect(self) -> Iterator[Metric]:
        """How the tasks are, for `/metrics`."""
        now, label = self._now(), ("task",)
        rounds = CounterMetricFamily("luot_task_rounds", "Rounds a task has ended.", labels=label)
        faults = CounterMetricFamily(
            "luot_task_faults", "Rounds of a task that ended with a fault.", labels=label
        )
        is_ok = GaugeMetricFamily(
            "luot_task_ok",
            "1 while a task does its rounds without fault and in time.",
            labels=label,
        )
        idle = GaugeMetricFamily(
            "luot_task_idle_seconds", "How long ago a task's last round ended.", labels=label
        )
        for name, task in self._tasks.items():
            rounds.add_metric((name,), task.runs)
            faults.add_metric((name,), task.faults)
            is_ok.add_metric((name,), task.state(now) == OK)
            idle.add_metric((name,), now - task.ended_at)
        yield from (rounds, faults, is_ok, idle)

    def _added(self, name: str, every_s: float) -> Task:
        task = self._tasks[name] = Task(name, every_s, self._now())
        self._running.add(name)
        return task

    def _run(self, task: Task, forever: Callable[[], None]) -> None:
        try:
            forever()
        except Ended:
            log.debug("%s: ended", task.name)
        finally:
            self._running.discard(task.name)

    def _repeat(self, task: Task, work: Round, first_after: float) -> None:
        self.pause(first_after)
        while True:
            went_well = self._one_round(task, work)
            self.pause(task.every_s if went_well else max(task.every_s, PAUSE_S))

    def _one_round(self, task: Task, work: Round) -> bool:
        try:
            troubles = work() or []
        except Exception as error:
            self._failed(task, error)
            return False
        if troubles:
            self._count(task, troubles[0])
        else:
            self._succeeded(task)
        return True

    def _keep_up(self, task: Task, work: Callable[[Callable[[], None]], None]) -> None:
        def went_well() -> None:
            self._succeeded(task)
            self._unless_ended()

        while True:
            try:
                work(went_well)
            except Exception as error:
                self._failed(task, error)
            self.pause(PAUSE_S)

    def _unless_ended(self) -> None:
        if self._ended:
            raise Ended

    def _succeeded(self, task: Task) -> None:
        if task.fault is not None:
            log.info("%s: goes well again", task.name)
        task.ended_at, task.runs, task.fault, task.told_at = (
            self._now(),
            task.runs + 1,
            None,
            None,
        )

    def _failed(self, task: Task, error: Exception) -> None:
        if task.told_at is None or self._now() - task.told_at >= TOLD_EVERY_S:
            task.told_at = self._now()
            whole = None if isinstance(error, self._expected) else error
            log.error("%s: a round failed (%s); going on", task.name, error, exc_info=whole)
        self._count(task, str(error) or type(error).__name__)

    def _count(self, task: Task, fault: str) -> None:
        task.ended_at, task.runs = self._now(), task.runs + 1
        task.faults, task.fault = task.faults + 1, fault
