"""The key on a slip: a secret of its own, kept as a hash, the same on a second paper; a kiosk's own
for what it prints without the hub; and slips of the version before.
"""

import pytest
from sqlalchemy import select, update

from domain.slip_key import hash_of, new_key
from server.acts import second_paper, show
from server.acts.tickets import see, ticket_of_key
from server.store import people
from server.store import tables as t
from tests.acts.conftest import CENTRE


def key_of(answer):
    return answer["slip"]["url"].rpartition("/")[2]


def taken(hall, **wish):
    answer = hall.kiosk.issue(field="A", **wish)
    assert answer["ok"], answer
    return answer


def leased(hall):
    return hall.kiosk.lease_blocks()["blocks"][0]


def offline(block, **more):
    """A ticket printed from a block without the hub, as the kiosk brings it."""
    return {
        "request_id": "offline-0001",
        "number": f"{block['field']}{block['first']}",
        "field": block["field"],
        "day": block["day"],
        **more,
    }


def test_a_key_opens_its_ticket_and_no_id_or_number_does(hall):
    answer = taken(hall)
    ticket = answer["ticket"]
    assert ticket_of_key(hall.context, key_of(answer)) == (CENTRE, ticket["id"])
    for stranger in (ticket["id"], ticket["number"], hash_of(key_of(answer)), ""):
        assert ticket_of_key(hall.context, stranger) is None


def test_no_row_holds_a_key(hall):
    """Not the kept answer to the press, not the journal: only its hash."""
    answer = taken(hall)
    with hall.store.read() as conn:
        everything = [
            repr(row) for table in t.metadata.sorted_tables for row in conn.execute(select(table))
        ]
    assert not any(key_of(answer) in row for row in everything)
    assert any(hash_of(key_of(answer)) in row for row in everything)


def test_the_same_press_gets_the_same_key_but_another_kiosk_gets_none(hall):
    first = hall.kiosk.issue(field="A", press="press-again")
    assert hall.kiosk.issue(field="A", press="press-again") == first
    other = hall.device("kiosk-2").issue(field="A", press="press-again")
    assert other["ticket"] == first["ticket"] and other["slip"]["url"] is None


@pytest.mark.parametrize(
    "public, before_key",
    [
        ("", ""),
        ("https://luot.thuduc.gov.vn", "https://luot.thuduc.gov.vn"),
        ("http://192.168.50.1:8100", "http://192.168.50.1:8100"),
        ("https://hub.lan", None),
        ("http://127.0.0.1:8100", None),
        ("luot.thuduc.gov.vn", None),
    ],
)
def test_a_slip_has_a_link_only_where_phones_open_it(hall, public, before_key):
    hall.context.public_url = public
    url = taken(hall)["slip"]["url"]
    assert (url and url.partition("/t/")[0]) == before_key
    snapshot = show.kiosk(show.CentreReading(hall.context, CENTRE), "kiosk-1")
    assert snapshot["phone_url"] == before_key


def test_a_second_paper_carries_the_same_key(hall):
    answer = taken(hall)
    hall.context.kiosk_there = lambda row, now: True
    with hall.store.change() as conn:
        people.add_device(
            conn,
            id="kiosk-1",
            centre=CENTRE,
            role="kiosk",
            name="kiosk-1",
            sound=False,
            token="x" * 32,
            created_at=0,
        )
    assert hall.greeter.reprint(ticket="A001")["ok"]
    assert (
        second_paper(hall.context, CENTRE, hall.facts()[-1])["slip"]["url"]
        == (answer["slip"]["url"])
    )


def test_a_kiosk_without_the_hub_makes_its_own_key(hall):
    key = new_key()
    block = leased(hall)
    done = hall.kiosk.upload([offline(block, issued_at=hall.clock(), key_hash=hash_of(key))])
    ticket = done["tickets"][0]["ticket"]
    assert ticket_of_key(hall.context, key) == (CENTRE, ticket["id"])
    assert hall.context.slip_link(CENTRE, ticket["id"], hash_of(key)) is None, "not ours to print"


def test_an_older_kiosk_brings_no_key_and_nothing_opens_its_ticket(hall):
    done = hall.kiosk.upload([offline(leased(hall), issued_at=hall.clock())])
    ticket = done["tickets"][0]["ticket"]
    assert ticket_of_key(hall.context, ticket["id"]) is None
    assert hall.ticket(ticket["number"]).key_hash == ""


def test_a_number_called_by_hand_gets_the_key_that_is_on_its_slip(hall, lan):
    block, key = leased(hall), new_key()
    number = f"{block['field']}{block['first']}"
    assert lan.call(ticket=number)["ok"]
    hall.kiosk.upload([offline(block, issued_at=hall.clock() - 60_000, key_hash=hash_of(key))])
    assert ticket_of_key(hall.context, key) == (CENTRE, hall.ticket(number).id)


def test_a_key_is_good_until_the_next_service_day_opens(hall):
    answer = taken(hall)
    hall.manager.close_day()
    assert see(hall.context, *ticket_of_key(hall.context, key_of(answer)))["ticket"]["state"] == (
        "EXPIRED"
    )
    hall.clock.set("2026-11-24", "08:00")
    taken(hall)
    assert ticket_of_key(hall.context, key_of(answer)) is None


def test_slips_of_the_day_of_the_upgrade_go_on_working_until_it_ends(hall):
    ticket = taken(hall)["ticket"]
    with hall.store.change() as conn:
        conn.execute(update(t.ticket).values(key_hash=None))  # as the version before left it
    assert ticket_of_key(hall.context, ticket["id"]) == (CENTRE, ticket["id"])
    issued = next(fact for fact in hall.facts() if fact.kind == "issued")
    newer = taken(hall)
    assert ticket_of_key(hall.context, newer["ticket"]["id"]) is None
    hall.clock.set("2026-11-24", "08:00")
    taken(hall)
    assert ticket_of_key(hall.context, ticket["id"]) is None
    with hall.store.change() as conn:  # what the journal of this version says
        conn.execute(
            update(t.ticket)
            .where(t.ticket.c.id == ticket["id"])
            .values(key_hash=issued.data["key_hash"])
        )
