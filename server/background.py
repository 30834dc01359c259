"""The hub's background tasks: each goes on whatever happens in it, says what went wrong, and is
seen in `/readyz` and `/metrics`.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

log = logging.getLogger("luot.background")
#: After a round that failed a task rests so long, or as long as it always does if that is more.
PAUSE_S = 1.0
#: A task that fails again and again is told of in the log this often, not each time.
TOLD_EVERY_S = 60.0
#: A task is late when its last round ended so long ago, or so many of its intervals.
LATE_S, LATE_INTERVALS = 30.0, 5
OK, FAILING, LATE = "ok", "failing", "late"

#: One round of a task. What it returns are sentences of what went wrong in parts of it.
Round = Callable[[], list[str] | None]


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
    """Starts the tasks and keeps an eye on them.

    `sleep` and `start` are those of the hub's way to do many things at once. `expected`: faults of
    what the hub stands on (database, disk), told in one line; of any other the log has the whole.
    """

    def __init__(
        self,
        sleep: Callable[[float], Any],
        start: Callable[..., Any],
        now: Callable[[], float] = time.monotonic,
        expected: tuple[type[Exception], ...] = (OSError,),
    ) -> None:
        self._sleep, self._start, self._now = sleep, start, now
        self._expected = expected
        self._tasks: dict[str, Task] = {}

    def every(self, seconds: float, name: str, work: Round, first_after: float = 0) -> None:
        """Do a round every so many seconds, the first after `first_after`, for as long as the hub
        runs.
        """
        task = self._added(name, seconds)
        self._start(self._repeat, task, work, first_after)

    def keep(self, name: str, work: Callable[[Callable[[], None]], None]) -> None:
        """Run what loops by itself, and again whenever it ends. It calls what it is given after
        each round that went well.
        """
        task = self._added(name, PAUSE_S)
        self._start(self._keep_up, task, work)

    def states(self) -> dict[str, str]:
        """`{name: ok | failing | late}`."""
        now = self._now()
        return {name: task.state(now) for name, task in self._tasks.items()}

    def metrics(self) -> list[str]:
        """How the tasks are, as Prometheus text."""
        now = self._now()
        out = [
            "# TYPE luot_task_rounds counter",
            "# TYPE luot_task_faults counter",
            "# TYPE luot_task_ok gauge",
            "# TYPE luot_task_idle_seconds gauge",
        ]
        for name, task in self._tasks.items():
            label = f'{{task="{name}"}}'
            out += [
                f"luot_task_rounds{label} {task.runs}",
                f"luot_task_faults{label} {task.faults}",
                f"luot_task_ok{label} {int(task.state(now) == OK)}",
                f"luot_task_idle_seconds{label} {now - task.ended_at:.1f}",
            ]
        return out

    def _added(self, name: str, every_s: float) -> Task:
        task = self._tasks[name] = Task(name, every_s, self._now())
        return task

    def _repeat(self, task: Task, work: Round, first_after: float) -> None:
        self._sleep(first_after)
        while True:
            went_well = self._one_round(task, work)
            self._sleep(task.every_s if went_well else max(task.every_s, PAUSE_S))

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
        while True:
            try:
                work(lambda: self._succeeded(task))
            except Exception as error:
                self._failed(task, error)
            self._sleep(PAUSE_S)

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
