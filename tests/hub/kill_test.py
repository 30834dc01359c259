"""The power goes again and again while people take numbers: nothing acknowledged is lost, nothing
happens twice.
"""

import random
import subprocess
import sys
import threading
import time

import pytest
import requests

from tests.support.people import Citizen, Clerk, press

KILLS = 50
BACK_WITHIN = (
    3  # seconds from the hub's first answer to the snapshot on a screen that was never touched
)


class OpenPage:
    """A real screen in a real browser, left alone; it knows when it last heard a whole truth."""

    def __init__(self, page, address):
        self.page, self.heard = page, 0
        page.on("websocket", lambda sock: sock.on("framereceived", self._hear))
        page.goto(address)

    def _hear(self, frame):
        if '["snapshot"' in str(frame)[:40]:
            self.heard = time.monotonic()

    def back_after(self, moment):
        """Seconds from `moment` until it has heard a snapshot again."""
        while self.heard < moment and time.monotonic() < moment + 20:
            self.page.wait_for_timeout(20)
        assert self.heard > moment, "the page never came back"
        return self.heard - moment


def keeps_pressing(person, path, content, until):
    """The same press, again and again, until the hub has answered it; the answer, or None when the
    test is over first.
    """
    while not until.is_set():
        try:
            answer = person.post(path, **content)
            if answer.get("error") != "storage":
                return answer
        except (requests.RequestException, ValueError):
            until.wait(0.05)
    return None


@pytest.mark.slow
@pytest.mark.timeout(480)  # on a busy machine a start takes some seconds
def test_fifty_power_cuts_lose_and_double_nothing(start_hub, browser):
    hub, over, given, trouble = start_hub("thu_duc"), threading.Event(), [], []
    chance = random.Random(20261123)

    def citizen(field):
        person = Citizen(hub.url, hub.centre, hub.tokens["kiosk"])
        while not over.is_set():
            answer = keeps_pressing(
                person, "/tickets", {"request_id": press(), "field": field}, over
            )
            if answer and answer["ok"]:
                given.append((answer["ticket"]["id"], answer["ticket"]["number"]))
            elif answer and answer["error"] != "cap_reached":
                trouble.append(answer)
            over.wait(0.3)
        person.close()

    def clerk(counter):
        person = Clerk(hub.url, hub.centre, hub.tokens["counter"][str(counter)], counter)
        for verb in ["open"] + ["call_next", "start"] * 10_000:
            if over.is_set():
                break
            keeps_pressing(person, f"/counters/{counter}/{verb}", {"request_id": press()}, over)
            over.wait(0.1)
        person.close()

    people = [threading.Thread(target=citizen, args=(f,), daemon=True) for f in "ABT"] + [
        threading.Thread(target=clerk, args=(c,), daemon=True) for c in (2, 6, 22)
    ]
    context, took, begun = browser.new_context(), [], time.monotonic()
    screens = [
        OpenPage(context.new_page(), f"{hub.url}{path}")
        for path in (
            f"/board/{hub.centre}?sound=0#token={hub.tokens['board']}",
            f"/console/{hub.centre}/5",
        )
    ]
    page = screens[1].page
    page.get_by_label("Tên đăng nhập").fill("lan")
    page.get_by_label("Mật khẩu").fill(
        next(person["password"] for person in hub.prepared["staff"] if person["name"] == "lan")
    )
    page.keyboard.press("Enter")
    for screen in screens:
        screen.back_after(begun)
        screen.page.evaluate("window.neverReloaded = true")
    for person in people:
        person.start()
    for life in range(KILLS):
        time.sleep(chance.uniform(0.02, 0.4))  # a random moment is the point
        hub.kill()
        hub.forked = life % 5 > 0  # every fifth life is begun as `luot hub`
        hub.start()
        back = time.monotonic()
        took += [screen.back_after(back) for screen in screens]
    over.set()
    assert sorted(took)[len(took) * 9 // 10] < BACK_WITHIN, (
        f"screens came back after {sorted(took)}"
    )
    assert all(screen.page.evaluate("window.neverReloaded") for screen in screens)
    context.close()
    for person in people:
        person.join(30)
    assert not trouble
    client, facts = hub.http_client(hub.tokens["manager"]), []
    while page := client.get(f"/journal?since={facts[-1]['seq'] if facts else 0}")["facts"]:
        facts += page
    assert [f["seq"] for f in facts] == list(range(1, len(facts) + 1))
    issued = {f["ticket"]: f["number"] for f in facts if f["kind"] == "issued"}
    assert len(given) > 20 and all(issued.get(ticket) == number for ticket, number in given)
    numbers = [f["number"] for f in facts if f["kind"] == "issued"]
    assert len(numbers) == len(set(numbers)) and len(given) == len(set(given))
    assert len({f["act"] for f in facts if f["kind"] == "issued"}) == len(numbers)
    hub.stop()
    verified = subprocess.run(
        [sys.executable, "-P", "-m", "server", "verify", "--data", hub.folder],
        capture_output=True,
        text=True,
        env=hub.environment,
        cwd=hub.folder,
        timeout=60,
    )
    assert verified.returncode == 0, verified.stderr
