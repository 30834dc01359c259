"""What costs processor time is done beside the hub's loop, and how long it is held is told."""

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests

TICK = os.sysconf("SC_CLK_TCK")
AT_ONCE = 30


def seconds_of(stat):
    """The processor time in a stat file of /proc, and the parent it names."""
    values = stat.read_text().rpartition(")")[2].split()
    return (int(values[11]) + int(values[12])) / TICK, int(values[1])


def worker_of(pid):
    """The process whose main thread is the loop: gunicorn's first child, by /proc."""
    children = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            if seconds_of(path)[1] == pid:
                children.append(int(path.parent.name))
        except OSError:
            continue
    return Path(f"/proc/{min(children)}")


def logs_in(hub, clerk):
    """The status of one log-in."""
    with requests.Session() as http:
        http.trust_env = False
        return http.post(f"{hub.url}/api/v1/login", json=clerk, timeout=60).status_code


@pytest.mark.slow
def test_thirty_log_ins_at_once_leave_the_loop_to_the_others(shared_hub, staff):
    clerk = {"name": staff["clerk"]["name"], "password": staff["clerk"]["password"]}
    worker = worker_of(shared_hub.program.pid)
    loop = worker / "task" / worker.name / "stat"
    before = seconds_of(loop)[0], seconds_of(worker / "stat")[0]
    with ThreadPoolExecutor(AT_ONCE) as people:
        statuses = list(people.map(lambda _: logs_in(shared_hub, clerk), range(AT_ONCE)))
    on_loop, in_all = seconds_of(loop)[0] - before[0], seconds_of(worker / "stat")[0] - before[1]
    assert statuses == [200] * AT_ONCE
    assert on_loop < in_all / 2, f"{on_loop:.2f} s of {in_all:.2f} s were spent on the loop"


def test_the_figures_tell_how_long_the_loop_is_held_and_commits_take(shared_hub):
    shared_hub.citizen().takes_number("A")
    figures = requests.get(f"{shared_hub.url}/metrics", timeout=10).text
    counts = dict(line.rsplit(" ", 1) for line in figures.splitlines() if line[0] != "#")
    assert int(counts["luot_commit_seconds_count"]) > 0
    assert int(counts['luot_loop_lag_seconds_bucket{le="+Inf"}']) == int(
        counts["luot_loop_lag_seconds_count"]
    )
