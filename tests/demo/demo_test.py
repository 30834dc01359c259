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
from urllib.parse import urlsplit

import pytest
import requests

from server.demo.children import ChildFailed
from server.demo.lan import lan_address
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
    link = next(word for word in printed.split() if word.startswith(f"{ready_file['hub']}/demo/"))
    browser = requests.Session()
    browser.trust_env = False
    page = browser.get(link, timeout=10)  # one link: signed in, every screen on it
    assert page.status_code == 200 and page.text.count("<iframe src=") == 6
    assert ready_file["kiosk"] in page.text
    live = browser.get(
        f"{ready_file['hub']}/api/v1/{ready_file['centre']}/snapshot/manager", timeout=10
    )
    assert live.status_code == 200
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


def test_in_the_local_network_phones_open_the_page_the_kiosk_and_the_slips(luot, tmp_path):
    """On a machine without a network the command says the mend instead."""
    try:
        address = lan_address("")
    except ChildFailed as nothing:
        assert "--lan=" in str(nothing)
        return
    ports = ["--port", "0", "--kiosk-port", "0", "--history", "0", "--centre", "ward", "--lan"]
    program, ready_file, _ = luot("demo", *ports)
    assert {urlsplit(ready_file[what]).hostname for what in ("hub", "kiosk")} == {address}
    printed = program.tail(80)
    assert f"{ready_file['hub']}/demo/" in printed and "▄" in printed  # the link, and its QR code
    press = {"request_id": "press-0001", "field": "A"}
    http = requests.Session()
    http.trust_env = False
    slip = http.post(f"{ready_file['kiosk']}/api/issue", json=press, timeout=10).json()["slip"]
    assert slip["url"].startswith(f"{ready_file['hub']}/t/")
    assert http.get(slip["url"], timeout=10).status_code == 200
    kiosk = http.get(f"{ready_file['kiosk']}/", timeout=10)
    assert f"http://{address}:*" in kiosk.headers["Content-Security-Policy"]


@pytest.mark.browser
def test_the_page_of_a_demo_shows_every_screen_on_a_laptop_and_on_a_phone(luot, browser):
    """Opened by its link alone; the number taken at its kiosk is followed on its phone."""
    program, ready_file, _ = luot("demo", *ports(), "--history", "0", "--centre", "ward")
    link = next(word for word in program.tail(60).split() if "/demo/" in word)
    for width, height in ((1366, 768), (390, 844)):
        context = browser.new_context(viewport={"width": width, "height": height})
        page = context.new_page()
        mistakes = []
        page.on("pageerror", lambda error, kept=mistakes: kept.append(str(error)))
        page.goto(link)
        for pane, sight in (
            ("kiosk", "text=Bắt đầu"),
            ("board", "text=Chưa gọi số nào"),
            ("console", "text=Mở quầy để gọi số"),
            ("manager", "text=Đang phát số"),
            ("greeter", "text=Tìm một số"),
        ):
            frame = page.locator(f".pane.{pane} iframe")
            frame.scroll_into_view_if_needed()
            inside = page.frame_locator(f".pane.{pane} iframe").locator(sight).first
            inside.wait_for(state="visible", timeout=20_000)
        sideways = "document.documentElement.scrollWidth > innerWidth"
        assert not page.evaluate(sideways) and mistakes == []
        press = {"request_id": f"press-{width:05d}", "field": "A"}
        taken = requests.post(f"{ready_file['kiosk']}/api/issue", json=press, timeout=10).json()
        number = taken["ticket"]["number"]
        if width == 390:  # an earlier number was shown; the later one is asked for
            page.locator("#newest").wait_for(state="visible", timeout=20_000)
            page.locator("#newest").click()
        slip = page.frame_locator(".pane.phone iframe").get_by_text(number, exact=True).first
        page.locator(".pane.phone").scroll_into_view_if_needed()
        slip.wait_for(state="visible", timeout=20_000)
        context.close()


@pytest.mark.parametrize("address", ["127.0.0.1", "hub.lan", "169.254.1.1", "::1"])
def test_an_address_no_phone_reaches_is_refused_in_one_line(address, tmp_path):
    refused = subprocess.run(
        [sys.executable, "-P", "-m", "server", "demo", f"--lan={address}"],
        env=environment(),
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert refused.returncode == 1
    assert refused.stderr.splitlines() == [
        f"luot: no phone reaches this machine at {address}: connect it to the network of the"
        " phones, or name its address there, as in --lan=192.168.1.7"
    ]


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
