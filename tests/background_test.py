"""The hub's background tasks outlive whatever happens in them, and say so."""

import logging
import threading
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from server import rounds
from server.background import LATE_S, PAUSE_S, BackgroundTasks, Ended
from tests.support.hub_in_process import hub_in_process, tasks_going_on

ROOT = Path(__file__).parents[1]


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
    assert figures_of(tasks)["luot_task_faults_total", "publish"] == 2


def figures_of(tasks):
    """`{(figure, task): value}`."""
    return {
        (sample.name, sample.labels["task"]): sample.value
        for family in tasks.collect()
        for sample in family.samples
    }


def test_a_task_that_always_fails_is_seen():
    clock = Clock(most=5)
    tasks = tasks_on(clock)
    with pytest.raises(Enough):
        tasks.every(1, "jobs", lambda: ["thu-duc: no such zone"])
    assert tasks.states() == {"jobs": "failing"}
    assert figures_of(tasks)["luot_task_ok", "jobs"] == 0


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


def started(work, *args):
    threading.Thread(target=work, args=args, daemon=True).start()


def test_an_end_wakes_whoever_pauses_and_lets_nobody_begin_another_round():
    tasks = BackgroundTasks(time.sleep, started, ending=threading.Event())
    rounds, looked = [], threading.Event()

    def counted():
        rounds.append(1)
        looked.set()

    tasks.every(3600, "log-ins", counted)
    tasks.every(0.01, "publish", lambda: None)
    tasks.every(3600, "pages", counted, first_after=3600)

    def loop(went_well):
        while True:
            went_well()
            tasks.pause(3600)

    tasks.keep("exports", loop)
    assert looked.wait(30)
    assert tasks.end(30) == [] and rounds == [1]


def test_what_an_end_does_not_reach_is_named():
    tasks, begun, go_on = BackgroundTasks(time.sleep, started), threading.Event(), threading.Event()

    def holds():
        begun.set()
        go_on.wait(60)

    tasks.every(1, "backups", holds)
    assert begun.wait(30)
    assert tasks.end(0.05) == ["backups"]
    go_on.set()
    assert tasks.end(30) == []


def test_a_task_that_waits_for_a_process_ends_with_its_next_sign_of_life():
    """Whoever runs a process beside the hub tells of each look at it: the end reaches it there."""
    tasks, looks = BackgroundTasks(time.sleep, started), threading.Event()
    ended_by = []

    def loop(went_well):
        try:
            while True:
                went_well()
                looks.set()
        except Ended as end:
            ended_by.append(end)
            raise

    tasks.keep("exports", loop)
    assert looks.wait(30)
    assert tasks.end(30) == [] and len(ended_by) == 1


def test_every_task_of_the_hub_is_explained_to_those_who_watch_it(tmp_path):
    page = (ROOT / "docs" / "operations.md").read_text("utf-8")
    with hub_in_process(tmp_path, redis_url="redis://127.0.0.1:1/0") as app:
        names = set(app.extensions["luot"].tasks.states())
        assert names and [name for name in sorted(names) if f"`{name}`" not in page] == []
        client = app.test_client()
        assert set(client.get("/readyz").json["tasks"]) == names
        metrics = client.get("/metrics").get_data(as_text=True)
    assert all(f'luot_task_ok{{task="{name}"}}' in metrics for name in names)


def test_a_hub_of_this_process_leaves_no_task_behind(tmp_path):
    with hub_in_process(tmp_path) as app:
        assert tasks_going_on() == sorted(app.extensions["luot"].tasks.states())
    assert tasks_going_on() == []


def test_a_fault_in_one_centre_leaves_the_jobs_of_the_others_done(monkeypatch):
    done = []

    def run_periodic_jobs(context, code):
        done.append(code)
        if code == "thu-duc":
            raise KeyError("zone")

    monkeypatch.setattr(rounds, "run_periodic_jobs", run_periodic_jobs)
    context = SimpleNamespace(seqs=lambda: {"thu-duc": 1, "ward": 2})
    assert rounds.do_jobs(context, lambda: None, lambda code: True) == ["thu-duc: 'zone'"]
    assert done == ["thu-duc", "ward"]
