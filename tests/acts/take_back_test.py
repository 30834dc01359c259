"""Numbers a stolen token took are given back in one act, and their caps with them."""

from server.store import people
from tests.acts.conftest import CENTRE


def test_what_a_stolen_token_took_is_taken_back_and_nobody_elses(hall, lan, refused):
    with hall.store.change() as conn:
        for name in ("kiosk-1", "kiosk-2"):
            people.add_device(
                conn,
                id=name,
                centre=CENTRE,
                role="kiosk",
                name=name,
                sound=False,
                token=name * 4,
                created_at=0,
            )
    printed = hall.citizen()
    assert hall.kiosk.printed(printed["id"], True)["ok"]
    early = hall.citizen()["number"]
    hall.clock.pass_(1)
    since = hall.clock()
    stolen = hall.citizens(5, every=0) + hall.citizens(2, "B", every=0)
    other = hall.device("kiosk-2").issue(field="A")["ticket"]["number"]
    refused("unknown_device", lambda: hall.manager.take_back("kiosk-9", since))
    answer = hall.manager.take_back("kiosk-1", since)
    assert sorted(answer["taken_back"]) == sorted(stolen)
    assert {hall.ticket(number).state for number in stolen} == {"CANCELLED"}
    kept = [hall.ticket(number).state for number in (printed["number"], early, other)]
    assert kept == ["WAITING"] * 3
    assert hall.citizen()["number"] not in stolen, "no number is given twice"
    assert hall.faults() == []
