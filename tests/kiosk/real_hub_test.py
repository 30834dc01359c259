"""The kiosk beside the real hub: real processes, the real socket, the real store."""

import io
import threading
import time

import pytest
import requests
import zxingcpp
from PIL import Image

from tests.kiosk.conftest import PHONES

pytestmark = pytest.mark.slow


def journal(hub):
    """Every fact the hub has, as a manager's program reads it."""
    facts, since = [], 0
    while True:
        answer = requests.get(
            f"{hub.url}/api/v1/{hub.centre}/journal",
            params={"since": since},
            headers={"Authorization": f"Bearer {hub.tokens['manager']}"},
            timeout=5,
        )
        assert answer.status_code == 200, answer.text
        page = answer.json()["facts"]
        if not page:
            return facts
        facts += page
        since = page[-1]["seq"]


def wait_for_fact(hub, kind, count, seconds=20):
    end = time.monotonic() + seconds
    while len(facts := [f for f in journal(hub) if f["kind"] == kind]) < count:
        assert time.monotonic() < end, (
            f"{count} × {kind} not in the journal: {[f['kind'] for f in journal(hub)]}"
        )
        time.sleep(0.05)
    return facts


def test_a_number_is_taken_printed_and_reported(real, machine):
    answer = machine.press("real-press-1", service="birth", priority="NCT75", lang="vi")
    assert answer["ticket"]["number"] == "B001" and answer["slip"]["url"].startswith(PHONES)
    assert machine.slip_done("real-press-1")["state"] == "printed"
    picture = Image.open(io.BytesIO(machine.slip(answer["ticket"]["id"])))
    assert [code.text for code in zxingcpp.read_barcodes(picture.convert("L"))] == [
        answer["slip"]["url"]
    ]
    fact = wait_for_fact(real, "printed", 1)[0]
    assert (fact["ticket"], fact["data"]["ok"]) == (answer["ticket"]["id"], True)
    assert (
        machine.press("real-press-1", status=200, service="birth", priority="NCT75", lang="vi")[
            "ticket"
        ]
        == answer["ticket"]
    )
    assert machine.press("real-press-2", status=404, field="Z9")["error"] == "unknown_field"


def test_what_was_given_out_behind_a_cut_cable_stands_in_the_hubs_line_by_its_own_time(
    real, machine, wire
):
    machine.press("real-before", field="A")
    wire.cut()
    machine.offline()
    offline = [machine.press(f"real-off-{n}", field="A")["ticket"] for n in (1, 2, 3)]
    other = requests.post(
        f"{real.url}/api/v1/{real.centre}/tickets",
        json={"request_id": "greeters-own", "field": "A"},
        headers={"Authorization": f"Bearer {real.tokens['kiosk']}"},
        timeout=5,
    )
    assert other.status_code == 201
    wire.mend()
    machine.wait(lambda s: s["hub"] == "up" and s["outbox"] == 0, "everything uploaded")
    assert machine.status()["rejected"] == 0
    issued = {f["number"]: f for f in wait_for_fact(real, "issued", 5)}
    assert {t["number"] for t in offline} < set(issued) and all(
        int(t["number"][1:]) >= 800 for t in offline
    )
    line = sorted(issued.values(), key=lambda f: f["data"]["line_at"])
    assert [f["number"] for f in line] == [
        "A001",
        *[t["number"] for t in offline],
        other.json()["ticket"]["number"],
    ]
    assert len(wait_for_fact(real, "printed", 4)) == 4
    assert machine.press("real-after", field="A")["ticket"]["number"] == "A003"


def test_after_an_hours_outage_all_sixty_stand_in_line_by_time_and_the_first_is_called(
    real, machine, wire
):
    """As many as an hour gives out, over three fields, and now and then one at the guidance desk,
    which the hub numbers. The time from the return to the whole line is printed, and measured by
    `luot bench`.
    """
    end = time.monotonic() + 20
    while not any(
        d["status"].get("printer") for d in manager(real)["devices"] if d["role"] == "kiosk"
    ):  # it has said how it is, and set its clock by the answer
        assert time.monotonic() < end
        time.sleep(0.05)
    wire.cut()
    machine.offline()
    taken = []
    for n in range(60):
        taken.append(machine.press(f"outage-{n:04d}", field="ABC"[n % 3])["ticket"])
        time.sleep(
            0.06
        )  # a minute at a thousandth of its length; far more than the two clocks differ by
        if n % 12 == 5:
            answer = requests.post(
                f"{real.url}/api/v1/{real.centre}/tickets",
                json={"request_id": f"desk-{n:06d}", "field": "ABC"[n % 3]},
                headers={"Authorization": f"Bearer {real.tokens['kiosk']}"},
                timeout=5,
            )
            taken.append(answer.json()["ticket"])
            time.sleep(0.06)
    assert (
        machine.slip_done("outage-0059", 20)["state"] == "printed"
        and machine.status()["outbox"] == 120
    )
    assert ask(real, "counters/2/open", request_id="outage-open")["ok"]
    back = time.monotonic()
    wire.mend()
    issued = wait_for_fact(real, "issued", 65, 20)
    print(f"an hour's outage: all 60 in line {time.monotonic() - back:.2f} s after the return")
    line = sorted(issued, key=lambda fact: fact["data"]["line_at"])
    assert [fact["number"] for fact in line] == [ticket["number"] for ticket in taken]
    assert (
        ask(real, "counters/2/call_next", request_id="outage-call")["ticket"]["number"]
        == taken[0]["number"]
        == "A801"
    )
    machine.wait(lambda s: s["outbox"] == 0, "papers told", 20)
    assert machine.status()["rejected"] == 0


def test_a_hub_killed_while_many_press_loses_and_doubles_nothing(real, machine):
    """Every press gets one number, from the hub or from the lease; every number is in the hub's
    journal once the hub is back.
    """
    answers, done = [], threading.Event()

    def fingers(finger):
        n = 0
        while not done.wait(0.1):
            n += 1
            answer = requests.post(
                f"{machine.url}/api/issue",
                json={"request_id": f"real-kill-{finger}-{n}", "field": "ABCK"[finger]},
                timeout=10,
            )
            # without the hub a kiosk gives out what it holds and no number more
            assert answer.status_code == 201 or answer.json()["error"] == "cap_reached", answer.text
            answers.extend([answer.json()["ticket"]] if answer.status_code == 201 else [])

    hands = [threading.Thread(target=fingers, args=(finger,)) for finger in range(4)]
    for hand in hands:
        hand.start()
    for _ in range(2):
        time.sleep(0.8)  # the hub dies at no particular moment
        real.kill()
        real.start()
    done.set()
    for hand in hands:
        hand.join()
    machine.wait(lambda s: s["hub"] == "up" and s["outbox"] == 0, "everything settled", 60)
    assert machine.status()["rejected"] == 0
    numbers = [t["number"] for t in answers]
    assert len(set(numbers)) == len(numbers) > 10
    issued = [f["number"] for f in journal(real) if f["kind"] == "issued"]
    assert len(set(issued)) == len(issued) and set(numbers) <= set(issued)


def ask(hub, path, token="manager", **body):
    """A press of staff's program; the answer."""
    return requests.post(
        f"{hub.url}/api/v1/{hub.centre}/{path}",
        json=body,
        headers={"Authorization": f"Bearer {hub.tokens[token]}"},
        timeout=5,
    ).json()


def manager(hub):
    """What a manager sees."""
    return requests.get(
        f"{hub.url}/api/v1/{hub.centre}/snapshot/manager",
        headers={"Authorization": f"Bearer {hub.tokens['manager']}"},
        timeout=5,
    ).json()


def alerts(hub):
    """The codes a manager sees among the alerts."""
    return {alert["code"] for alert in manager(hub)["alerts"]}


def wait_for_alert(hub, code, there=True, seconds=20):
    end = time.monotonic() + seconds
    while (code in alerts(hub)) is not there:
        assert time.monotonic() < end, f"{code} {'not' if there else 'still'} among {alerts(hub)}"
        time.sleep(0.1)


def test_a_slip_that_failed_raises_an_alert_until_staff_have_it_printed_again(real, machine):
    machine.faults("paper_out")
    machine.wait(lambda s: s["printer"] == "paper_out", "paper out")
    wait_for_alert(real, "kiosk_paper_out")
    answer = machine.press("real-reprint-1", field="A")
    assert machine.slip_done("real-reprint-1")["reason"] == "paper_out"
    wait_for_alert(real, "kiosk_unprinted")
    machine.faults()
    machine.online()
    wait_for_alert(real, "kiosk_paper_out", there=False)
    number = answer["ticket"]["number"]
    reprint = ask(real, f"tickets/{number}/reprint", request_id="reprint-0001")
    assert reprint["ok"] and reprint["kiosk"] == real.prepared["kiosk"], reprint
    assert ask(real, f"tickets/{number}/reprint", request_id="reprint-0001") == reprint
    facts = wait_for_fact(real, "printed", 2)
    assert [(f["number"], f["data"]) for f in facts] == [
        (number, {"ok": False, "reason": "paper_out"}),
        (number, {"ok": True, "reason": "reprint"}),
    ]
    assert machine.slips() == [f"{machine.status()['day']}_{number}"], (
        "one paper for one press of the clerk, asked twice"
    )
    wait_for_alert(real, "kiosk_unprinted", there=False)
    machine.kill()
    end = time.monotonic() + 20
    while (
        reprint := ask(
            real, f"tickets/{number}/reprint", request_id=f"reprint-{time.monotonic_ns()}"
        )
    ).get("error") != "no_kiosk":
        assert time.monotonic() < end, reprint
        time.sleep(0.1)


def test_a_number_called_by_hand_behind_a_cut_cable_is_one_ticket_afterwards(real, machine, wire):
    wire.cut()
    machine.offline()
    paper = machine.press("real-hand-1", field="A")["ticket"]
    assert ask(real, "counters/2/open", request_id="hand-open-2")["ok"]
    called = ask(real, "counters/2/call", request_id="hand-call-2", ticket=paper["number"])
    assert called["ok"] and called["ticket"]["state"] == "CALLED", called
    wire.mend()
    machine.wait(lambda s: s["hub"] == "up" and s["outbox"] == 0, "everything uploaded")
    assert machine.status()["rejected"] == 0
    assert [f["ticket"] for f in journal(real) if f["kind"] == "issued"] == [called["ticket"]["id"]]
    joined = wait_for_fact(real, "joined", 1)[0]
    assert (
        joined["data"]["issued_at"] == paper["issued_at"]
        and wait_for_fact(real, "printed", 1)[0]["ticket"] == called["ticket"]["id"]
    )


def test_an_answer_lost_between_hub_and_kiosk_leaves_one_paper_and_one_ticket(real, machine, wire):
    """The hub hears the press; its answer never comes back; the kiosk prints a number of its
    own.
    """
    wire.lose_answers()
    paper = machine.press("real-ghost-1", field="A")["ticket"]
    assert paper["number"] == "A801"
    wire.cut()
    wire.mend()
    machine.wait(lambda s: s["hub"] == "up" and s["outbox"] == 0, "everything uploaded", 30)
    facts = journal(real)
    assert [(f["number"], f["data"].get("reason")) for f in facts if f["kind"] == "cancelled"] == [
        ("A001", "printed_offline")
    ]
    assert sorted(f["number"] for f in facts if f["kind"] == "issued") == ["A001", "A801"]
    wanted = [f"{machine.status()['day']}_A801"]
    machine.wait(lambda _: machine.slips() == wanted, "its one paper printed", 10)
