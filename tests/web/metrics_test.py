"""What a hub tells of its halls and itself, to Prometheus and in the terminal."""

import json
import os
import pty
import re
import select
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest
from prometheus_client.parser import text_string_to_metric_families
from werkzeug.serving import make_server

from server.acts import Actor, call_next, issue, open_counter
from server.commands.top import text
from server.commands.top_figures import Picture, Reading, picture
from server.web.metrics import Halls
from tests.support.centres import profile_of, put_in_force
from tests.support.hub_in_process import hub_in_process

ROOT = Path(__file__).parents[2]
KIOSK = Actor("thu-duc", "device:kiosk-1", "kiosk", device="kiosk-1")
CLERK = Actor("thu-duc", "staff:lan", "clerk", name="Lan", staff="lan")


@pytest.fixture(scope="module")
def hall(tmp_path_factory):
    """A hub of this process: two people wait for field A, one is called, nobody serves B."""
    folder = tmp_path_factory.mktemp("hall")
    (folder / "backups").mkdir()
    (folder / "backups" / "luot-20261123-120000.tar").touch()
    with hub_in_process(folder, hours="always") as app:
        context = app.extensions["luot"].context
        put_in_force(context.store, context.clock(), profile_of(), "load")
        assert open_counter(context, CLERK, "open", counter=2)["ok"]
        for n in range(3):
            assert issue(context, KIOSK, f"a{n}", field="A")["ok"]
        assert issue(context, KIOSK, "b", field="B")["ok"]
        assert call_next(context, CLERK, "call", counter=2)["ok"]
        assert issue(context, KIOSK, "x", field="?")["error"] == "unknown_field"
        assert app.test_client().get("/healthz").status_code == 200
        app.extensions["luot"].voices.refresh()
        yield app


def families(app):
    """`{name as documented: its family}`."""
    answer = app.test_client().get("/metrics")
    assert answer.status_code == 200
    return {
        family.name + ("_total" if family.type == "counter" else ""): family
        for family in text_string_to_metric_families(answer.get_data(as_text=True))
    }


def value(app, name, **labels):
    """One sample."""
    values = [
        sample.value
        for family in families(app).values()
        for sample in family.samples
        if sample.name == name and sample.labels == labels
    ]
    assert len(values) == 1, f"{name} {labels}: {values}"
    return values[0]


def test_every_figure_is_described_as_it_is_told(hall):
    page = (ROOT / "docs" / "metrics.md").read_text("utf-8")
    rows = re.findall(r"^\| `(\w+)` \| (\w+) \| (.+?) \| (.+) \|$", page, re.M)
    there = families(hall)
    assert {(name, kind, sentence) for name, kind, _, sentence in rows} == {
        (name, family.type, family.documentation) for name, family in there.items()
    }
    described = {name: set(re.findall(r"`(\w+)`", labels)) for name, _, labels, _ in rows}
    for name, family in there.items():
        for sample in family.samples:
            assert set(sample.labels) - {"le"} == described[name], sample
    without = {name for name, family in there.items() if not family.samples}
    assert without <= {
        "luot_forecast_age_seconds",
        "luot_strangers_faults_total",
        "luot_devices",
        "luot_voice_missing_clips",
    }


def test_a_device_that_never_spoke_is_not_silent():
    now = 10_000_000
    context = SimpleNamespace(real_clock=lambda: now)
    row = SimpleNamespace(code="thu-duc", devices={"kiosk": [now, now - 600_000, None, None]})
    family = Halls(SimpleNamespace(context=context))._of_devices([SimpleNamespace(row=row)])
    states = {sample.labels["state"]: sample.value for sample in family.samples}
    assert states == {"there": 1, "silent": 1, "never": 2}


def test_the_figures_are_those_of_the_hall(hall):
    here = {"centre": "thu-duc"}
    assert value(hall, "luot_waiting", field="A", **here) == 2
    assert value(hall, "luot_waiting", field="B", **here) == 1
    assert value(hall, "luot_field_counters", field="A", **here) == 1
    assert value(hall, "luot_field_counters", field="B", **here) == 0
    assert value(hall, "luot_at_counters", **here) == 1
    assert value(hall, "luot_issued_today", **here) == 4
    assert value(hall, "luot_day_open", **here) == 1
    assert value(hall, "luot_acts_total", act="issue", result="ok") == 4
    assert value(hall, "luot_acts_total", act="issue", result="unknown_field") == 1
    assert value(hall, "luot_act_seconds_count") >= 7


def test_nobody_makes_more_series_than_there_are(hall):
    def series():
        return {
            (sample.name, *sorted(sample.labels.items()))
            for family in families(hall).values()
            for sample in family.samples
        }

    client = hall.test_client()

    def knocks(word):
        client.open(f"/{word}", method=word.upper())
        client.get(f"/api/v1/{word}/snapshot/board")
        client.get("/healthz", headers={"X-Request-ID": word})
        issue(hall.extensions["luot"].context, KIOSK, f"press-{word}", field=word)

    knocks("brew")
    before = series()
    for n in range(20):
        knocks(f"word{n}")
    assert series() == before


def sample(name, value, **labels):
    return (name, tuple(sorted(labels.items()))), value


def test_what_top_shows_is_the_growth_between_two_looks():
    def reading(at, acts, no, late):
        bucket = "luot_act_seconds_bucket"
        return Reading(
            "http://hub",
            at,
            dict(
                [
                    sample("luot_acts_total", acts, act="issue", result="ok"),
                    sample("luot_acts_total", no, act="issue", result="cap_reached"),
                    sample(bucket, 100 + acts, le="0.01"),
                    sample(bucket, 100 + acts + late, le="0.1"),
                    sample(bucket, 100 + acts + late, le="+Inf"),
                    sample("luot_task_ok", 0.0, task="seals"),
                    sample("luot_task_ok", 1.0, task="publish"),
                ]
            ),
        )

    hub = picture([reading(10, 0, 0, 0)], [reading(14, 40, 4, 0)]).hubs[0]
    assert (hub.acts_a_second, hub.refused_a_second, hub.act_p99) == (11, 1, 0.01)
    assert hub.tasks_failing == ("seals",) and hub.loop_p99 is None
    assert picture([reading(10, 0, 0, 0)], [reading(14, 40, 4, 2)]).hubs[0].act_p99 == 0.1
    begun_anew = picture([reading(10, 99, 0, 0)], [reading(14, 1, 0, 0)]).hubs[0]
    assert begun_anew.acts_a_second is None


def test_a_hall_where_nobody_serves_stands_before_a_longer_wait():
    def of_centre(code, waiting, longest, counters):
        labels = {"centre": code, "field": "A"}
        return [
            sample("luot_day_open", 1.0, centre=code),
            sample("luot_waiting", waiting, **labels),
            sample("luot_longest_wait_seconds", longest, **labels),
            sample("luot_field_counters", counters, **labels),
        ]

    now = Reading(
        "http://hub",
        2.0,
        dict(
            [
                *of_centre("calm", 0, 0, 1),
                *of_centre("long", 9, 3000, 2),
                *of_centre("none", 1, 60, 0),
            ]
        ),
    )
    away = Reading("http://other", 2.0, trouble="Connection refused")
    shown = picture([now, away], [now, away])
    assert [hall.centre for hall in shown.halls] == ["none", "long", "calm"]
    lines = text(shown)
    assert any("http://other" in line and "away: Connection refused" in line for line in lines)
    assert any(line.startswith("none") and "nobody serves: A" in line for line in lines)
    assert len(text(Picture(shown.hubs, shown.halls * 30), 20)) <= 20


@contextmanager
def top(*options, terminal="xterm"):
    """`luot top` in a terminal of its own; `(the process, reads until a text was written)`."""
    ours, its = pty.openpty()
    program = subprocess.Popen(
        [sys.executable, "-P", "-m", "server", "top", *options],
        stdin=its,
        stdout=its,
        stderr=its,
        cwd=ROOT,
        env={
            **os.environ,
            "TERM": terminal,
            "PYTHONPATH": str(ROOT),
            "LINES": "30",
            "COLUMNS": "140",
        },
        start_new_session=True,
    )
    os.close(its)
    written = b""

    def shows(wanted, within_s=60):
        nonlocal written
        deadline = time.monotonic() + within_s
        while wanted not in written.decode("utf-8", "replace"):
            assert time.monotonic() < deadline, written
            if select.select([ours], [], [], 1)[0]:
                try:
                    written += os.read(ours, 65536)
                except OSError:
                    break  # it has ended, and with it its side of the terminal
        return written.decode("utf-8", "replace")

    try:
        yield program, ours, shows
    finally:
        program.kill()
        program.wait(30)
        os.close(ours)


@pytest.fixture(scope="module")
def address(hall):
    """The same hub behind a port."""
    server = make_server("127.0.0.1", 0, hall, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


@pytest.mark.slow
def test_top_ends_by_q_and_by_ctrl_c_and_works_on_a_terminal_that_only_writes_on(address):
    with top("--hub", address, "--every", "0.5") as (program, keys, shows):
        shows("thu-duc B")
        os.write(keys, b"q")
        assert program.wait(30) == 0
    with top("--hub", address, "--every", "0.5") as (program, _, shows):
        shows("thu-duc B")
        program.send_signal(signal.SIGINT)
        assert program.wait(30) == 0
    with top("--hub", address, "--every", "0.5", terminal="dumb") as (program, keys, shows):
        assert "\x1b" not in shows("thu-duc B")
        os.write(keys, b"q\n")
        assert program.wait(30) == 0


@pytest.mark.slow
def test_top_for_a_program_is_json_and_says_when_no_hub_is_there(address):
    def run(*options):
        return subprocess.run(
            [sys.executable, "-P", "-m", "server", "top", *options],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            timeout=60,
        )

    shown = json.loads(run("--hub", address, "--json").stdout)
    assert shown["halls"][0]["centre"] == "thu-duc" and shown["halls"][0]["waiting"] == 3
    assert shown["hubs"][0]["trouble"] == ""
    nobody = run("--hub", "http://127.0.0.1:9", "--once")
    assert nobody.returncode == 1 and "name it with --hub URL" in nobody.stderr
