"""`luot demo` and `luot up` as a person runs them: everything answers, scripts find what they need,
and nothing stays behind.
"""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from tests.support.hub import answers, environment
from tests.support.people import Clerk, HttpClient
from tests.support.programs import Program, free_port, living

pytestmark = pytest.mark.slow


@pytest.fixture
def luot(tmp_path):
    """Runs a command of luot that goes on: luot("demo", "--citizens", "40") → (program, what its
    ready file says).
    """
    started = []

    def run(command, *arguments, **more):
        ready = tmp_path / f"ready-{len(started)}.json"
        started.append(
            Program(
                [sys.executable, "-P", "-m", "server", command, "--ready-file", ready, *arguments],
                tmp_path / f"{command}-{len(started)}.log",
                env=environment(**more),
                cwd=tmp_path,
            )
        )
        started[-1].wait_until(ready.exists, command, 60)
        return started[-1], json.loads(ready.read_text("utf-8")), ready

    yield run
    for program in started:
        program.stop()


def ports():
    return ["--port", str(free_port()), "--kiosk-port", str(free_port())]


def test_a_demo_answers_everywhere_leaves_nothing_and_a_kept_one_goes_on_with_new_passwords(
    luot, tmp_path
):
    asked = [*ports(), "--data", str(tmp_path / "hall")]
    program, ready_file, ready = luot("demo", *asked)
    assert ready.stat().st_mode & 0o777 == 0o600
    assert set(ready_file) == {"centre", "hub", "kiosk", "pids", "tokens", "staff"}
    assert (ready_file["hub"], ready_file["kiosk"]) == (
        f"http://127.0.0.1:{asked[1]}",
        f"http://127.0.0.1:{asked[3]}",
    )
    assert set(ready_file["tokens"]) == {"kiosk", "board", "counter", "manager"} and {
        "1",
        "24",
        "HD1",
    } <= set(ready_file["tokens"]["counter"])
    assert {person["role"] for person in ready_file["staff"]} == {
        "clerk",
        "greeter",
        "manager",
        "admin",
    }
    assert len({person["password"] for person in ready_file["staff"]}) == len(
        ready_file["staff"]
    ) and all(set(p) == {"name", "role", "password"} for p in ready_file["staff"])
    for page in (
        "/readyz",
        f"/hall/{ready_file['centre']}",
        f"/board/{ready_file['centre']}",
        f"/sign/{ready_file['centre']}/2",
        "/login",
    ):
        assert answers(ready_file["hub"] + page), page
    assert answers(ready_file["kiosk"] + "/") and answers(ready_file["kiosk"] + "/api/status")
    printed = program.tail(40)
    assert (
        all(person["password"] in printed for person in ready_file["staff"])
        and f"{ready_file['hub']}/hall/" in printed
    )
    line = HttpClient(ready_file["hub"], ready_file["centre"], ready_file["tokens"]["kiosk"])
    number = line.post("/tickets", field="A")["ticket"]["number"]
    line.close()
    assert program.stop(signal.SIGINT) == 0
    assert not living(str(tmp_path / "hall"))
    verified = subprocess.run(
        [sys.executable, "-P", "-m", "server", "verify", "--data", tmp_path / "hall"],
        env=environment(),
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert verified.returncode == 0, verified.stderr  # the 60 past days and the number just taken

    _, again, _ = luot("demo", *asked)
    line, old = (
        HttpClient(again["hub"], again["centre"], again["tokens"]["kiosk"]),
        HttpClient(again["hub"], again["centre"], ready_file["tokens"]["kiosk"]),
    )
    assert line.post("/tickets", field="A")["ticket"]["number"] != number
    assert old.post("/tickets", field="A").status in (401, 403)
    line.close(), old.close()
    assert not {p["password"] for p in ready_file["staff"]} & {
        p["password"] for p in again["staff"]
    }


def test_a_number_taken_at_the_kiosk_is_called_at_a_counter_and_a_second_demo_says_the_port_is_taken(
    luot, tmp_path
):
    program, ready_file, _ = luot("demo", *ports(), "--centre", "ward", "--history", "0")
    slip = urllib.request.Request(
        f"{ready_file['kiosk']}/api/issue",
        json.dumps({"request_id": "press-0001", "field": "A"}).encode(),
        {"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(slip, timeout=10) as answer:
        number = json.load(answer)["ticket"]["number"]
    clerk = Clerk(ready_file["hub"], ready_file["centre"], ready_file["tokens"]["counter"]["2"], 2)
    assert clerk.opens()["ok"]
    assert clerk.calls_next()["ticket"]["number"] == number
    clerk.close()
    port = ready_file["hub"].rsplit(":", 1)[1]
    second = subprocess.run(
        [sys.executable, "-P", "-m", "server", "demo", "--port", port],
        env=environment(),
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert second.returncode == 1
    assert second.stderr.strip().splitlines() == [
        f"luot: port {port} cannot be used (Address already in use); end the program that holds it,"
        " or choose another with --port"
    ]
    os.kill(ready_file["pids"]["kiosk"], signal.SIGKILL)
    assert program.process.wait(20) == 1
    assert "kiosk ended by itself" in program.tail(3)


def test_simulated_people_come_and_are_served_until_the_hub_dies_and_the_demo_says_so(luot):
    program, ready_file, _ = luot(
        "demo", *ports(), "--history", "0", "--citizens", "300", "--speed", "60"
    )
    manager = HttpClient(ready_file["hub"], ready_file["centre"], ready_file["tokens"]["manager"])
    deadline = time.monotonic() + 60
    while True:
        totals = manager.get("/snapshot/manager")["totals"]
        if totals["done"] >= 5 and totals["issued"] >= 15:
            break
        assert time.monotonic() < deadline, totals
        time.sleep(0.25)
    manager.close()
    os.kill(ready_file["pids"]["hub"], signal.SIGKILL)
    assert program.process.wait(20) == 1
    assert "hub ended by itself" in program.tail(3)


def test_up_runs_the_hub_and_tells_no_secrets(luot, tmp_path):
    from server.demo.prepare import prepare

    prepare(tmp_path / "data", Path(__file__).parents[2] / "centres/ward.yaml", staff=())
    program, ready_file, _ = luot(
        "up", "--data", str(tmp_path / "data"), "--port", str(free_port())
    )
    assert set(ready_file) == {"centre", "hub", "kiosk", "pids"} and ready_file["kiosk"] is None
    assert answers(ready_file["hub"] + "/readyz")
    assert program.stop() == 0
