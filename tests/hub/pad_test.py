"""A call pad with nothing but a counter's token drives its counter over HTTP, by every verb there
is; a greeter's tablet sees the lines; a manager closes things.
"""

import pytest

from server.payloads import COUNTER_VERBS
from tests.support.people import press


@pytest.mark.slow
def test_a_pad_drives_its_counter_by_every_verb(shared_hub):
    kiosk, pad, other = shared_hub.citizen(), shared_hub.clerk(7), shared_hub.clerk(8)
    client = shared_hub.http_client(shared_hub.tokens["manager"])
    used = set()

    def presses(verb, **content):
        used.add(verb)
        answer = pad.verb(verb, **content)
        assert answer["ok"] and answer.status == 200, (verb, answer)
        return answer["ticket"]

    presses("open")
    other.opens()
    presses("store_next", on=True)
    assert pad.sees()["counter"]["wants_next"]
    first = kiosk.takes_number("B")
    assert (first["state"], pad.sees()["mine"]["number"], pad.sees()["mine"]["reason"]) == (
        "CALLED",
        first["number"],
        "stored",
    )
    waits = kiosk.takes_number("B")["number"]
    assert presses("change_field", ticket=waits, field="A")["field"] == "A"
    presses("recall")
    presses("start")
    presses("add_service", service="death")
    presses("add_service", service="civil-extract")
    assert [s["code"] for s in presses("drop_service", service="death")["then"]] == [
        "civil-extract"
    ]
    presses("note", text="hẹn 10 giờ")
    assert pad.sees()["mine"]["note"]["text"] == "hẹn 10 giờ"
    assert (
        presses("finish", outcome="received", services=["birth"])["service"]["code"]
        == "civil-extract"
    )
    presses("undo")
    presses("park", reason="copy", remind_minutes=5)
    assert pad.sees()["parked"][0]["remind_at"] and pad.sees()["undo"]["verb"] == "park"
    presses("call", ticket=first["number"], reason="back")
    presses("miss")
    assert presses("requeue", ticket=first["number"])["state"] == "WAITING"
    assert presses("call_next")["number"] == first["number"]
    assert presses("transfer", to_counter=8, come_back=True)["to_counter"] == 8
    assert (
        other.calls_next()["ticket"]["number"] == first["number"]
        and other.finishes()["ticket"]["state"] == "WAITING"
    )
    assert presses("call_next")["reason"] == "sent"
    assert presses("finish")["service"]["code"] == "civil-extract"
    assert presses("finish")["state"] == "DONE"
    walked = presses("walk_direct", field="B", lang="en")
    assert walked["reason"] == "walk_in"
    presses("cancel", reason="left")
    presses("break_after", on=True, reason="rest")
    presses("resume")
    presses("pause", reason="lunch")
    presses("resume")
    presses("close")
    answer = pad.verb("reprint", ticket=walked["number"])
    assert answer["error"] in ("wrong_state", "unknown_ticket", "no_kiosk") or answer["ok"], answer
    refused = pad.verb("assign", fields=["A"])
    assert (refused["error"], refused.status) == (
        "not_allowed",
        403,
    ), "other fields are a manager's to give"
    assert used | {"reprint", "assign"} == set(COUNTER_VERBS)
    assert client.post("/counters/7/assign", fields=["C"])["ok"] and pad.sees()["counter"][
        "fields"
    ] == ["C"]
    assert (
        client.post("/counters/7/assign", fields=None)["ok"]
        and not pad.sees()["counter"]["assigned"]
    )


@pytest.mark.slow
def test_a_manager_closes_a_field_and_stops_numbers_over_http(shared_hub):
    client, kiosk = shared_hub.http_client(shared_hub.tokens["manager"]), shared_hub.citizen()
    assert client.post("/fields/M/close", message={"vi": "Hết giờ nhận hồ sơ thuế."})["ok"]
    shown = {f["field"]: f for f in kiosk.get("/snapshot/kiosk")["fields"]}["M"]
    assert (shown["state"], shown["message"]) == (
        "closed",
        {"vi": "Hết giờ nhận hồ sơ thuế.", "en": "Hết giờ nhận hồ sơ thuế."},
    )
    refused = kiosk.post("/tickets", field="M")
    assert (refused["error"], refused.status) == ("field_closed", 409)
    assert client.post("/fields/M/reopen")["ok"] and kiosk.takes_number("M")["number"] == "M001"
    assert (
        client.post("/fields/Z/close")["error"] == "unknown_field"
        and client.post("/fields/M/reopen")["error"] == "wrong_state"
    )
    stop = press()
    assert client.post("/day/stop_issuing", request_id=stop)["day"]["issuing"] is False
    assert (
        kiosk.post("/tickets", field="M")["error"] == "field_closed"
        and kiosk.get("/snapshot/kiosk")["day"]["issuing"] is False
    )
    assert (
        client.post("/day/resume_issuing")["ok"]
        and kiosk.takes_number("M", dossiers=7)["number"] == "M002"
    )
    glance = client.get("/lines")
    assert [t["number"] for f in glance["fields"] for t in f["waiting"] if f["field"] == "M"] == [
        "M001",
        "M002",
    ]
    assert kiosk.get("/lines").status == 403 and shared_hub.clerk(8).get("/lines").status == 403


@pytest.mark.slow
def test_an_led_board_without_mqtt_reads_its_counter_over_http(shared_hub):
    client, pad = shared_hub.http_client(shared_hub.tokens["board"]), shared_hub.clerk(9)
    closed = client.get("/counters/9/now")
    assert (closed["ok"], closed["up"], closed["state"], closed["n"]) == (
        True,
        1,
        "closed",
        "",
    ) and set(closed) == {"ok", "up", "t", "day", "hm", "n", "seq", "state", "calls"}
    pad.opens()
    number = pad.verb("walk_direct", field="K")["ticket"]["number"]
    now = client.get("/counters/9/now")
    assert (now["n"], now["state"], now["calls"], now["day"]) == (
        number,
        "called",
        1,
        closed["day"],
    ) and now["seq"] > closed["seq"]
    pad.recalls()
    assert client.get("/counters/9/now")["seq"] > now["seq"], "a recall blinks again"
    assert (
        client.get("/counters/99/now").status == 404
        and shared_hub.citizen().get("/counters/9/now").status == 403
        and shared_hub.http_client().get("/counters/9/now").status == 401
    )
