"""The hub's background tasks outlive whatever happens in them, and say so."""

import logging

import pytest

from server.background import LATE_S, PAUSE_S, BackgroundTasks


class Enough(BaseException):
    """The test has seen what it wanted: no task catches this."""


class Clock:
    """Time that goes by only while a task sleeps."""

    def __init__(self, most=100):
        self.at, self.slept, self.most = 0.0, [], most

    def sleep(self, seconds):
        self.at += seconds
        self.slept.append(seconds)
        if len(self.slept) > self.most:
            raise Enough


def tasks_on(clock):
    return BackgroundTasks(clock.sleep, lambda work, *args: work(*args), lambda: clock.at)


def test_a_round_that_raises_is_followed_by_the_next(caplog):
    clock, rounds = Clock(most=3), []
    tasks = tasks_on(clock)

    def work():
        rounds.append(len(rounds))
        if len(rounds) < 3:
            raise KeyError("zone")

    with pytest.raises(Enough):
        tasks.every(0.05, "publish", work)
    assert rounds == [0, 1, 2] and tasks.states() == {"publish": "ok"}
    assert clock.slept == [0, PAUSE_S, PAUSE_S, 0.05], "it rests after a fault"
    faults = [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert len(faults) == 1, "told once, not at each round"
    assert 'luot_task_faults{task="publish"} 2' in tasks.metrics()


def test_a_task_that_always_fails_is_seen():
    clock = Clock(most=5)
    tasks = tasks_on(clock)
    with pytest.raises(Enough):
        tasks.every(1, "jobs", lambda: ["thu-duc: no such zone"])
    assert tasks.states() == {"jobs": "failing"}
    assert 'luot_task_ok{task="jobs"} 0' in tasks.metrics()


def test_a_task_that_stands_still_is_late():
    clock = Clock(most=2)
    tasks = tasks_on(clock)
    with pytest.raises(Enough):
        tasks.every(1, "jobs", lambda: None)
    clock.at += LATE_S + 1
    assert tasks.states() == {"jobs": "late"}


def test_what_loops_by_itself_is_begun_again_whether_it_raises_or_returns():
    clock, begun = Clock(most=3), []
    tasks = tasks_on(clock)

    def listen(went_well):
        begun.append(len(begun))
        if len(begun) == 1:
            raise OSError("the line is down")
        went_well()

    with pytest.raises(Enough):
        tasks.keep("notifier", listen)
    assert begun == [0, 1, 2, 3] and tasks.states() == {"notifier": "ok"}
