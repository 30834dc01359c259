"""What costs processor time is done beside the hub's loop, and how long it is held is told."""

import os
import time
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
    assert float(counts["luot_commit_seconds_count"]) > 0
    assert (
        counts['luot_loop_lag_seconds_bucket{le="+Inf"}'] == counts["luot_loop_lag_seconds_count"]
    )


@pytest.mark.slow
def test_reports_leave_the_loop_to_the_others(shared_hub):
    """Short ones too: pages of a day, views, a number's story; each asked for the first time."""
    number = shared_hub.citizen().takes_number("A")["number"]
    worker = worker_of(shared_hub.program.pid)
    loop = worker / "task" / worker.name / "stat"
    ask_reports(shared_hub, ["waits?by=zone"])  # from now on its process is there
    reporter = short_reports_of(int(worker.name))
    began, before = time.monotonic(), (seconds_of(loop)[0], seconds_of(reporter / "stat")[0])
    views = ("why", "week", "staffing", "counters", "distribution", "outcomes", "leavers")
    questions = (
        [f"waits?by={by}&charts=1" for by in ("field", "hour", "counter", "service", "day")]
        + [f"views?view={view}" for view in views]
        + [f"ticket?number={number}", "promises", "tickets?format=csv"]
    )
    ask_reports(shared_hub, questions)
    on_loop, in_all = seconds_of(loop)[0] - before[0], seconds_of(reporter / "stat")[0] - before[1]
    # the hub's own rounds go on meanwhile: they cost as much in as long a time without a question
    lasted, before_rest = time.monotonic() - began, seconds_of(loop)[0]
    time.sleep(lasted)
    rounds = seconds_of(loop)[0] - before_rest
    assert in_all >= 2 / TICK, "it was made beside the hub"
    each = (on_loop - rounds) / len(questions)
    assert each < 0.01, f"{each:.4f} s on the loop for each report"


def ask_reports(hub, paths):
    """Ask for reports, one after another."""
    headers = {"Authorization": f"Bearer {hub.tokens['manager']}"}
    for path in paths:
        url = f"{hub.url}/api/v1/{hub.centre}/reports/{path}"
        assert requests.get(url, headers=headers, timeout=120).status_code == 200, path


def short_reports_of(hub_pid):
    """The process beside the hub that answers short questions, by /proc."""
    for path in Path("/proc").glob("[0-9]*"):
        try:
            command = (path / "cmdline").read_bytes().split(b"\0")
            if b"server.reports" in command and seconds_of(path / "stat")[1] == hub_pid:
                return path
        except OSError:
            continue
    raise AssertionError("no process answers short questions")
