"""A citizen presses; a number comes, once, whatever happens to hub, cable and power."""

import io
import sqlite3
import threading
import time

import pytest
import zxingcpp
from PIL import Image

from tests.support.programs import wait_for

pytestmark = pytest.mark.slow


def test_a_press_gives_the_hubs_number_and_a_slip_whose_code_leads_to_it(kiosk, hub):
    answer = kiosk.press("press-0001", field="A", lang="vi")
    assert (answer["ok"], answer["ticket"]["number"], answer["ticket"]["ahead"]) == (
        True,
        "A001",
        12,
    )
    assert kiosk.slip_done("press-0001") == {"job": 1, "state": "printed", "reason": None}
    picture = Image.open(io.BytesIO(kiosk.slip(answer["ticket"]["id"])))
    assert picture.mode == "1" and picture.width == 576
    assert [code.text for code in zxingcpp.read_barcodes(picture.convert("L"))] == [
        answer["slip"]["url"]
    ]
    assert kiosk.slip("A001") == kiosk.slip(answer["ticket"]["id"])
    assert hub.wait_for("printed") == [{"ticket": answer["ticket"]["id"], "ok": True}]


@pytest.mark.slow
def test_no_code_is_drawn_where_no_phone_opens_its_address_and_the_hub_is_told(kiosk, hub, link):
    """The hub has no public address, and this kiosk reaches it at 127.0.0.1."""
    hub.phones_at = ""
    hub.show(phone_url="")
    kiosk.wait(lambda status: status["phones"] == "this_machine", "the new snapshot")
    answer = kiosk.press("press-0021", field="A")
    assert answer["slip"]["url"] is None
    kiosk.slip_done("press-0021")
    picture = Image.open(io.BytesIO(kiosk.slip("A001")))
    assert zxingcpp.read_barcodes(picture.convert("L")) == []
    assert kiosk.http.get(f"{kiosk.url}/api/qr/press-0021", timeout=5).status_code == 404
    link.cut()
    kiosk.offline()
    assert kiosk.press("press-0022", field="A")["slip"]["url"] is None
    link.mend()
    (upload,) = hub.wait_for("upload")
    assert "key_hash" not in upload["tickets"][0]
    wait_for("the hub to be told", lambda: hub.verbs("status")[-1]["phones"] == "this_machine")
    hub.show(phone_url="https://luot.thuduc.gov.vn")
    kiosk.wait(lambda status: status["phones"] == "ok", "the hub's public address")


def test_the_same_press_sent_again_gets_the_same_answer_and_no_second_slip(kiosk, hub):
    first = kiosk.press("press-0002", service="birth", priority="NKT")
    kiosk.slip_done("press-0002")
    again = kiosk.press("press-0002", status=200, service="birth", priority="NKT")
    assert {**again, "print": None} == {**first, "print": None}
    assert len(hub.verbs("issue")) == 1 and len(kiosk.slips()) == 1
    other = kiosk.press("press-0002", status=409, service="birth")
    assert other["error"] == "request_id_reused"


def test_fifty_presses_at_once_of_one_finger_are_one_number(kiosk, hub):
    answers = []
    fingers = [
        threading.Thread(
            target=lambda: answers.append(
                kiosk.http.post(
                    f"{kiosk.url}/api/issue",
                    json={"request_id": "press-0003", "field": "B"},
                    timeout=10,
                ).json()
            )
        )
        for _ in range(50)
    ]
    for finger in fingers:
        finger.start()
    for finger in fingers:
        finger.join()
    assert {a["ticket"]["number"] for a in answers} == {"B001"}
    kiosk.slip_done("press-0003")
    assert kiosk.slips() == [f"{kiosk.status()['day']}_B001"]


BAD_FORMS = [
    ({}, "request_id"),
    ({"request_id": "short"}, "request_id"),
    ({"request_id": "a" * 65, "field": "A"}, "request_id"),
    ({"request_id": "press-bad1"}, "field"),
    ({"request_id": "press-bad3", "field": 7}, "field"),
    ({"request_id": "press-bad4", "field": "A", "name": "x"}, "name"),
    ([], "body"),
    ("A", "body"),
    ({"request_id": "press-bad5", "field": "A", "lang": "\x1bp"}, "lang"),
    ({"request_id": "press-bad6", "field": "A" * 20_000}, ""),
]


def test_a_press_of_another_form_is_refused_naming_the_key(kiosk, hub):
    for body, key in BAD_FORMS:
        answer = kiosk.http.post(f"{kiosk.url}/api/issue", json=body, timeout=5)
        assert answer.status_code == 400, (body, answer.text)
        assert answer.json()["error"] == "bad_request" and key in answer.json()["message"], body
    assert not hub.verbs("issue")


def test_what_the_hub_refuses_is_said_with_its_code_and_words(kiosk, hub):
    hub.answers["issue"] = {
        "ok": False,
        "error": "cap_reached",
        "message": "Lĩnh vực Hộ tịch đã hết số.",
    }
    answer = kiosk.press("press-0004", status=409, field="B")
    assert answer == {"ok": False, "error": "cap_reached", "message": "Lĩnh vực Hộ tịch đã hết số."}
    hub.answers["issue"] = {
        "ok": False,
        "error": "too_many",
        "message": "Chậm lại.",
        "retry_after": 2,
    }
    assert kiosk.press("press-0005", status=429, field="B")["retry_after"] == 2
    del hub.answers["issue"]
    assert kiosk.press("press-0005", field="B")["ticket"]["number"] == "B001"
    assert kiosk.press("press-0004", status=409, field="B")["error"] == "cap_reached"


def test_with_the_cable_cut_a_leased_number_is_printed_and_uploaded_afterwards_with_its_own_time(
    kiosk, hub, link
):
    link.cut()
    kiosk.offline()
    before = time.time() * 1000
    answer = kiosk.press("press-0006", service="birth", priority="NKT", lang="en")
    assert (
        answer["ticket"]["number"],
        answer["ticket"]["estimate"],
        answer["slip"]["url"],
        answer["offline"],
    ) == ("B801", None, None, True)
    assert kiosk.slip_done("press-0006")["state"] == "printed"
    assert kiosk.status()["outbox"] == 2
    link.mend()
    (upload,) = hub.wait_for("upload")
    ticket = upload["tickets"][0]
    assert abs(ticket.pop("issued_at") - before) < 2000
    assert ticket == {
        "request_id": "press-0006",
        "day": kiosk.status()["day"],
        "number": "B801",
        "field": "B",
        "service": "birth",
        "priority": "NKT",
        "lang": "en",
    }
    assert hub.wait_for("printed") == [{"ticket": "up-B801", "ok": True}]
    assert kiosk.wait(lambda s: s["outbox"] == 0, "outbox empty")["rejected"] == 0
    assert kiosk.press("press-0007", field="B")["ticket"]["number"] == "B001"


def test_a_hub_that_does_not_answer_holds_nobody_up(kiosk, hub, link):
    link.stall()
    assert kiosk.press("press-0008", field="A")["ticket"]["number"] == "A801"
    assert kiosk.press("press-0009", field="A")["ticket"]["number"] == "A802"
    link.flow()
    hub.wait_for("upload")
    asked = [press["request_id"] for press in hub.verbs("issue")]
    assert "press-0009" not in asked, "the second press does not wait for a hub known to be silent"


def test_a_hub_that_cannot_write_is_as_good_as_away(kiosk, hub):
    hub.answers["issue"] = {"ok": False, "error": "storage", "message": "Đĩa đầy."}
    assert kiosk.press("press-0010", field="A")["ticket"]["number"] == "A801"


def test_leased_numbers_run_out_without_inventing_any(kiosk, hub, link):
    hub.show(blocks=[{"field": "A", "day": hub.snapshot["day"]["date"], "first": 801, "last": 802}])
    kiosk.wait(lambda s: s["left"] == {"A": 2}, "the smaller block taken over")
    link.cut()
    kiosk.offline()
    assert [kiosk.press(f"press-run{n}", field="A")["ticket"]["number"] for n in (1, 2)] == [
        "A801",
        "A802",
    ]
    assert kiosk.press("press-run3", status=409, field="A")["error"] == "cap_reached"
    assert kiosk.press("press-run4", status=409, field="B")["error"] == "cap_reached"
    shown = kiosk.http.get(f"{kiosk.url}/api/snapshot", timeout=5).json()["snapshot"]
    assert (shown["open"], shown["why"]) == (False, "no_hub")


def test_a_block_of_another_day_gives_no_number(kiosk, hub, link):
    hub.show(blocks=[{"field": "A", "day": "2020-01-02", "first": 801, "last": 820}])
    hub.show(blocks=[{"field": "A", "day": hub.snapshot["day"]["date"], "first": 850, "last": 850}])
    kiosk.wait(lambda s: s["left"].get("A") == 1, "block replaced")
    link.cut()
    kiosk.offline()
    assert kiosk.press("press-day1", field="A")["ticket"]["number"] == "A850"
    assert kiosk.press("press-day2", status=409, field="A")["error"] == "cap_reached"


def test_a_number_the_hub_forgot_it_gave_is_not_printed_twice(kiosk, hub):
    """The hub was restored from an old backup and counts from an older number."""
    assert kiosk.press("press-0011", field="A")["ticket"]["number"] == "A001"
    hub._numbers.clear()
    assert kiosk.press("press-0012", field="A")["ticket"]["number"] == "A801"
    assert kiosk.status()["alerts"] == ["number_twice:A001"]


def test_a_power_cut_between_answer_and_retry_keeps_the_number(kiosk, hub, link):
    first = kiosk.press("press-0013", field="A")
    kiosk.kill()
    kiosk.start()
    again = kiosk.press("press-0013", status=200, field="A")
    assert again["ticket"] == first["ticket"] and kiosk.slip_done("press-0013")["state"] in (
        "printed",
        "failed",
    )
    assert len(hub.verbs("issue")) == 1
    link.cut()
    kiosk.offline()
    assert kiosk.press("press-0014", field="A")["ticket"]["number"] == "A801"
    kiosk.kill()
    kiosk.start()
    assert kiosk.press("press-0015", field="A")["ticket"]["number"] == "A802", (
        "the lease goes on where it was"
    )


def test_a_broken_hub_answer_is_no_number(kiosk, hub):
    hub.answers["issue"] = "yes"
    assert kiosk.press("press-0016", field="A")["ticket"]["number"] == "A801"


def test_an_upload_refused_for_good_is_kept_and_counted(kiosk, hub, link):
    link.cut()
    kiosk.offline()
    for n in (1, 2, 3):
        kiosk.press(f"press-up{n}", field="A")
    hub.answers["upload"] = lambda p: (
        {"ok": False, "error": "bad_request", "message": "A802"}
        if any(t["number"] == "A802" for t in p["tickets"])
        else None
    )
    link.mend()
    status = kiosk.wait(lambda s: s["outbox"] == 0, "post settled")
    assert status["rejected"] == 1
    with sqlite3.connect(kiosk.folder / "kiosk" / "kiosk.sqlite") as db:
        assert db.execute(
            "SELECT request_id, error FROM outbox WHERE state = 'rejected'"
        ).fetchall() == [("press-up2", "bad_request")]
    db.close()


def test_the_kiosk_tells_the_hub_who_and_how_it_is(kiosk, hub):
    assert hub.auths[0]["device"] == "kiosk-1" and set(hub.auths[0]) == {
        "token",
        "device",
        "version",
        "last_seq",
        "known",
        "catalogue",
        "parts",
    }
    status = hub.wait_for("status")[-1]
    assert (
        set(status)
        == {"printer", "paper", "outbox", "rejected", "failed", "phones", "version", "clock"}
        and abs(status["clock"]) < 2000
    )
    assert kiosk.http.post(
        f"{kiosk.url}/api/help", json={"screen": "fields"}, timeout=5
    ).json() == {"ok": True}
    assert hub.wait_for("help") == [{"screen": "fields"}]


def test_a_strangers_page_cannot_press(kiosk, hub):
    body = {"request_id": "press-0017", "field": "A"}
    assert (
        kiosk.http.post(
            f"{kiosk.url}/api/issue",
            json=body,
            headers={"Origin": "http://evil.example"},
            timeout=5,
        ).status_code
        == 403
    )
    assert (
        kiosk.http.post(
            f"{kiosk.url}/api/issue", json=body, headers={"Host": "evil.example"}, timeout=5
        ).status_code
        == 403
    )
    assert (
        kiosk.http.post(
            f"{kiosk.url}/api/issue", data='{"request_id": "press-0017", "field": "A"}', timeout=5
        ).status_code
        == 400
    )
    assert not hub.verbs("issue")


def test_a_press_may_name_the_field_of_a_procedure_too(kiosk, hub, link):
    """A procedure of several fields is wanted in the one where it was found; without the hub the
    kiosk itself refuses a field that it is not in, as the hub would.
    """
    assert kiosk.press("press-in-field", field="B", service="birth")["ok"]
    assert {"field": "B", "service": "birth"}.items() <= hub.verbs("issue")[-1].items()
    link.cut()
    kiosk.offline()
    answer = kiosk.http.post(
        f"{kiosk.url}/api/issue",
        json={"request_id": "press-other-field", "field": "A", "service": "birth"},
        timeout=5,
    )
    assert (answer.status_code, answer.json()["error"]) == (400, "bad_request")
