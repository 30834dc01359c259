"""The list of a draw in the database, on both: each person once, and a booking for who has a
place.
"""

import pytest
from sqlalchemy import select

from domain import draw as rules
from domain.day import moment
from server import acts
from server.acts.act import Actor
from server.store import draws as lists
from server.store.booking_tables import draw_application
from server.store.errors import Conflict
from tests.acts.claims_test import claim_hall  # noqa: F401  (its fixture)
from tests.acts.conftest import CENTRE, HERE

TODAY, DAY = "2026-11-23", "2026-11-25"
SECRET = "5e" * 32


@pytest.fixture
def does(claim_hall):
    """does(act, role, …) is an act about the draw; the answer."""
    made = iter(range(1000))

    def do(act, role="manager", **keys):
        actor = Actor(CENTRE, "staff:chief" if role == "manager" else role, role, name="Chief")
        return act(claim_hall.context, actor, f"list-press-{next(made)}", draw="tet", **keys)

    return do


def test_each_person_once_and_those_with_a_place_are_booked(claim_hall, does):
    hall = claim_hall
    opened = does(
        acts.open_draw,
        places=2,
        source="the lottery",
        secret_hash=rules.fingerprint(SECRET),
        closes_at=moment(TODAY, "19:00", HERE),
        fixed_at=moment(TODAY, "20:00", HERE),
        field="A",
        date=DAY,
    )
    assert opened["ok"], opened
    asked = [does(acts.ask_draw, "citizen", person=f"07920000000{n}") for n in range(3)]
    codes = [answer["application"]["code"] for answer in asked]
    again = does(acts.ask_draw, "citizen", person="079 200 000 000")
    assert again["error"] == "draw_asked"
    with hall.store.read() as conn:
        keys = conn.execute(select(draw_application.c.person_key)).scalars().all()
    assert len(set(keys)) == 3 and None not in keys
    second = lists.Application("tet", "99999", "ABCEFGHK", "vi", 1, 2)
    with pytest.raises(Conflict), hall.store.change() as conn:
        lists.add(conn, CENTRE, second, keys[0])
    hall.clock.set(TODAY, "19:00")
    assert does(acts.close_draw, tags=["by-letter-1"])["entries"] == 4
    hall.clock.set(TODAY, "20:00")
    answer = does(acts.do_draw, secret=SECRET, value="482913")
    record = answer["record"]
    of_pages = [tag for tag in record["won"] if tag != "by-letter-1"]
    assert answer["booked"] == len(of_pages) and rules.mistakes_of(record) == []
    with hall.store.read() as conn:
        won = [lists.of_tag(conn, CENTRE, "tet", tag).code for tag in of_pages]
        left = conn.execute(select(draw_application.c.person_key)).scalars().all()
    assert set(left) == {None} and set(won) <= set(codes)
    starts = [acts.bookings.see(hall.context, CENTRE, code)["start"] for code in won]
    assert starts == sorted(set(starts)), "the first of the order at the first hour"
    assert [row.opened.draw for row in acts.draws.asked_on_pages(hall.context, CENTRE)] == ["tet"]
