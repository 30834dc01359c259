"""A second paper: which kiosk is asked for it, what it is sent, and who may say that it came out."""

import json

import pytest
from sqlalchemy import update

from domain.facts import ReprintAsked
from server.acts import second_paper
from server.store import people
from server.store import tables as t
from tests.acts.conftest import CENTRE


@pytest.fixture
def there():
    """The ids of the kiosks that are connected."""
    return {"device:kiosk-1", "device:kiosk-2"}


@pytest.fixture
def hall(make_hall, there):
    """A hall with two kiosks and a board."""
    hall = make_hall(kiosk_there=lambda device, now: device.id in there)
    for n, (name, role) in enumerate(
        [("kiosk-1", "kiosk"), ("kiosk-2", "kiosk"), ("board-1", "board")]
    ):
        with hall.store.change() as conn:
            people.add_device(
                conn,
                id=f"device:{name}",
                centre=CENTRE,
                role=role,
                sound=False,
                name=name,
                created_at=n,
                token=f"token-{name}",
            )
    hall.kiosk = hall.device("kiosk-1")
    return hall


def printer(hall, name, state):
    """A kiosk has said how its printer is."""
    with hall.store.change() as conn:
        conn.execute(
            update(t.device)
            .where(t.device.c.name == name)
            .values(status=json.dumps({"printer": state}))
        )


def asked_of(hall, number, **wish):
    """The kiosk that a second paper is asked of."""
    answer = hall.greeter.reprint(ticket=number, **wish)
    assert answer["ok"], answer
    return answer["kiosk"]


def test_the_kiosk_that_gave_the_ticket_prints_it_again_unless_its_printer_is_in_trouble(hall):
    number = hall.device("device:kiosk-2").issue(field="A")["ticket"]["number"]
    for name in ("kiosk-1", "kiosk-2"):
        printer(hall, name, "ok")
    assert asked_of(hall, number) == "kiosk-2"
    printer(hall, "kiosk-2", "no_paper")
    assert asked_of(hall, number) == "kiosk-1"
    assert asked_of(hall, number, kiosk="kiosk-2") == "kiosk-2", "named by whoever asks"
    assert asked_of(hall, number, kiosk="device:kiosk-2") == "kiosk-2"


def test_without_a_kiosk_that_is_there_nothing_is_asked(hall, there, refused):
    number = hall.citizen("A")["number"]
    with hall.store.change() as conn:
        people.revoke_device(conn, "device:kiosk-1", 1)
    there.discard("device:kiosk-2")
    refused("no_kiosk", lambda: hall.greeter.reprint(ticket=number))


def test_the_paper_says_how_the_line_stands_now_and_nothing_of_it_after_the_call(hall, lan):
    hall.citizen("A")
    second = hall.citizen("A")
    asked_of(hall, second["number"])
    asked = hall.facts()[-1]
    assert isinstance(asked, ReprintAsked) and second_paper(hall.context, CENTRE, asked)["slip"][
        "ahead"
    ] in (0, 1)
    lan.call_next()
    paper = second_paper(hall.context, CENTRE, asked)
    assert (paper["request_id"], paper["slip"]["number"]) == (asked.act, second["number"])
    assert paper["slip"]["ahead"] == 0
    lan.finish(outcome="received")
    lan.call_next()
    assert second_paper(hall.context, CENTRE, asked)["slip"]["ahead"] is None


def test_only_the_kiosks_that_were_to_print_a_ticket_say_that_it_came_out(hall, refused):
    given = hall.device("device:kiosk-1").issue(field="A")["ticket"]
    other = hall.device("device:kiosk-2")
    refused("unknown_ticket", lambda: other.printed(ticket=given["id"], ok=True))
    asked_of(hall, given["number"], kiosk="kiosk-2")
    assert other.printed(ticket=given["id"], ok=True)["ticket"]["printed"]
    third = hall.device("device:kiosk-3")
    refused("unknown_ticket", lambda: third.printed(ticket=given["id"], ok=False))
