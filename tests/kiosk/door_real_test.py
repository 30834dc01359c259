"""Who kept a number from home comes while the hub is gone: a real kiosk, a real hub that is killed
and started again.
"""

import pytest
import requests
import zxingcpp

from server.clock import now_ms
from server.store.engine import open_store
from tests.kiosk.conftest import PHONES
from tests.kiosk.real_hub_test import journal, wait_for_fact
from tests.kiosk.screen import Screen
from tests.support.bookings import with_bookings
from tests.support.centres import profile_of, put_in_force
from tests.support.programs import wait_for

pytestmark = [pytest.mark.slow, pytest.mark.browser]


@pytest.fixture
def real(start_hub):
    """The real hub of Thủ Đức, which keeps numbers for people at home."""
    hub = start_hub(LUOT_PUBLIC_URL=PHONES)
    hub.kill()
    store = open_store(hub.folder)
    rules = with_bookings(profile_of("thu_duc"))
    assert put_in_force(store, now_ms(), rules, "load-bookings", hub.centre)["ok"]
    store.close()
    return hub.start()


@pytest.fixture
def screen(browser, machine):
    """The kiosk's page."""
    shown = Screen(browser, machine)
    yield shown
    shown.context.close()


def asks(hub, path, token=None, **body):
    """What the hub answers somebody with this token, or a citizen's phone."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    where = f"{hub.url}/api/v1/{hub.centre}/{path}"
    return requests.post(where, json=body, headers=headers, timeout=10).json()


def keeps(hub, press):
    """Somebody at home keeps a number of field A; the claim."""
    answer = asks(hub, "claims", request_id=press, field="A", lang="vi")
    assert answer["ok"], answer
    return answer["claim"]


def letters_of(screen):
    """The ten letters on the kiosk's first page."""
    screen.page.locator(".door .letters").wait_for(timeout=20_000)
    return screen.page.locator(".door .letters").inner_text().replace(" ", "")


def read_by_phone(screen):
    """What a phone's camera reads of the kiosk's picture."""
    from io import BytesIO

    from PIL import Image

    picture = Image.open(BytesIO(screen.page.locator(".door-qr").screenshot()))
    return [code.text for code in zxingcpp.read_barcodes(picture.convert("L"))]


def test_a_place_is_restored_to_whoever_came_while_the_hub_was_gone(real, machine, screen):
    clerk = real.tokens["counter"]["5"]
    assert asks(real, "counters/5/open", clerk, request_id="open-0001")["ok"]
    kiosk = real.http_client(real.tokens["kiosk"])

    def is_told():
        fields = kiosk.get("/snapshot/kiosk")["fields"]
        return next(row["estimate"] for row in fields if row["field"] == "A")

    wait_for("the open counter to be in the estimates", is_told)
    kept, soon = (keeps(real, f"keep-{n:04d}") for n in (1, 2))
    # by the kiosk's own code a phone is here
    letters = letters_of(screen)
    links = read_by_phone(screen)
    assert len(links) == 1 and links[0].startswith(f"{PHONES}/d/{real.centre}?c=")
    refused = asks(
        real, f"claims/{soon['code']}/check-in", request_id="come-in-01", door="ABCEFGHKMN"
    )
    assert refused["error"] == "door_code"
    here = asks(real, f"claims/{soon['code']}/check-in", request_id="come-in-02", door=letters)
    assert here["ok"] and here["ticket"]["number"] == "A001"
    first = machine.press("door-others-1", field="A")["ticket"]
    assert first["number"] == "A002"

    real.kill()
    machine.offline()
    before = letters_of(screen)
    # the hub is gone: the page says so where the code would be looked up, and gives a number
    screen.at('[data-key="7"]')
    screen.touch('[data-key="7"]')
    screen.at(".code-places")
    for letter in kept["code"]:
        screen.page.locator(".keys button", has_text=letter).first.click()
    screen.sees("Chưa nối được với trung tâm")
    screen.page.get_by_role("button", name="Lấy số thường").wait_for()
    other = machine.press("door-others-2", field="A")["ticket"]
    mine = machine.press("door-mine-01", field="A")["ticket"]
    assert (
        int(mine["number"][1:]) >= 800 and machine.slip_done("door-mine-01")["state"] == "printed"
    )

    # the kiosk itself begins anew without a hub, and the code at the door goes on
    machine.kill()
    machine.start()
    screen.page.reload()
    wait_for("the code of another half minute", lambda: letters_of(screen) != before)

    real.start()
    machine.wait(lambda s: s["hub"] == "up" and s["outbox"] == 0, "everything uploaded")
    wait_for_fact(real, "issued", 4)
    join = f"claims/{kept['code']}/join"
    # a phone joins the two by the code the kiosk shows now
    joined = asks(
        real, join, request_id="join-0001", ticket=mine["number"], door=letters_of(screen)
    )
    assert joined["ok"], joined
    assert joined["claim"]["state"] == "TICKET" and joined["ticket"]["number"] == mine["number"]
    assert joined["counts_from"] == kept["taken_at"], "the place it was kept at"
    again = asks(
        real, join, request_id="join-0002", ticket=other["number"], door=letters_of(screen)
    )
    assert again["error"] == "claim_state", "a claim is one number"
    # before both who took a number behind it
    called = []
    for n in range(4):
        answer = asks(real, "counters/5/call_next", clerk, request_id=f"call-{n:04d}")
        called.append(answer["ticket"]["number"])
        assert asks(real, "counters/5/finish", clerk, request_id=f"done-{n:04d}")["ok"]
    assert sorted(called[:2]) == sorted(["A001", mine["number"]]), called
    assert called[2:] == ["A002", other["number"]]
    numbers = [fact["number"] for fact in journal(real) if fact["kind"] == "issued"]
    assert len(numbers) == len(set(numbers)) == 4, "nobody has two numbers"
