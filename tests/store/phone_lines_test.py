"""What phones are answered from is brought up to date by what happened, and is the same as if the
whole hall were read anew.
"""

import random

import pytest

from server import acts
from server.store.phones import MOST_CHANGES, Standing
from tests.acts.conftest import (  # noqa: F401  (the hall's fixtures)
    CENTRE,
    fresh_database,
    hall,
    make_hall,
    swept,
    thu_duc_profile,
)


@pytest.fixture
def database_url(fresh_database):
    """One database, empty."""
    return fresh_database()


@pytest.fixture
def looks(hall):
    """looks(): what the one that follows says; it must be what one that just came says."""
    following = Standing(CENTRE)

    def read():
        with hall.store.read() as conn:
            places = dict(following.read(conn))
            assert places == dict(Standing(CENTRE).read(conn))
        return places

    return read


def test_whatever_happens_in_the_hall_the_lines_are_the_same(hall, looks):
    chance = random.Random(4)
    clerks = [hall.clerk(f"clerk-{n}", n) for n in (5, 6, 7)]
    numbers = hall.citizens(6, "A", every=0) + hall.citizens(6, "B", every=0)
    for _ in range(60):
        clerk = chance.choice(clerks)
        verb = chance.choice(
            ["call_next", "call_next", "start", "finish", "miss", "park", "undo", "recall"]
        )
        getattr(clerk, verb)()
        if chance.random() < 0.3:
            numbers.append(hall.citizen(chance.choice("AB"))["number"])
        if chance.random() < 0.2:
            hall.greeter.requeue(ticket=chance.choice(numbers))
        if chance.random() < 0.2:
            hall.greeter.let_pass(ticket=chance.choice(numbers))
        if chance.random() < 0.1:
            clerk.transfer(field="C")
        looks()
    hall.clock.pass_(1)
    assert looks(), "the walk left somebody in the hall"


def test_places_are_people_ahead_and_a_day_that_ends_leaves_nobody(hall, looks):
    hall.citizens(4)
    assert sorted(place[2] for place in looks().values()) == [0, 1, 2, 3]
    lan = hall.clerk("lan", 5)
    lan.call_next()
    assert sorted(place[1:] for place in looks().values()) == [
        ("CALLED", 0),
        ("WAITING", 0),
        ("WAITING", 1),
        ("WAITING", 2),
    ]
    assert acts.close_day(hall.context, hall.manager.actor, "press-close-day")["ok"]
    assert looks() == {}


def test_after_very_much_at_once_everything_is_read_anew(hall, looks, monkeypatch):
    looks()
    monkeypatch.setattr("server.store.phones.MOST_CHANGES", 3)
    hall.citizens(8)
    assert len(looks()) == 8 and MOST_CHANGES > 3
