"""The hub's background tasks outlive whatever happens in them, and say so."""

import logging
from pathlib import Path
from types import SimpleNamespace

import pytest

import server.app as hub_app
from server import config
from server.app import create_app
from server.background import LATE_S, PAUSE_S, BackgroundTasks

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


def test_every_task_of_the_hub_is_explained_to_those_who_watch_it(tmp_path):
    settings = config.load(
        environ={}, data=str(tmp_path), async_mode="threading", redis_url="redis://127.0.0.1:1/0"
    )
    app = create_app(settings)
    names = set(app.extensions["luot"].tasks.states())
    page = (ROOT / "docs" / "operations.md").read_text("utf-8")
    assert names and [name for name in sorted(names) if f"`{name}`" not in page] == []
    client = app.test_client()
    assert set(client.get("/readyz").json["tasks"]) == names
    metrics = client.get("/metrics").get_data(as_text=True)
    assert all(f'luot_task_ok{{task="{name}"}}' in metrics for name in names)


def test_a_fault_in_one_centre_leaves_the_jobs_of_the_others_done(monkeypatch):
    done = []

    def run_periodic_jobs(context, code):
        done.append(code)
        if code == "thu-duc":
            raise KeyError("zone")

    monkeypatch.setattr(hub_app, "run_periodic_jobs", run_periodic_jobs)
    context = SimpleNamespace(seqs=lambda: {"thu-duc": 1, "ward": 2})
    assert hub_app._do_jobs(context, lambda: None) == ["thu-duc: 'zone'"]
    assert done == ["thu-duc", "ward"]
