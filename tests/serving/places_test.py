"""Places: who is put out when all are taken, and who never is."""

import pytest

from server.serving.places import Guest, Places


class StubSocket:
    """A connection that remembers its end."""

    def __init__(self):
        self.ended = False

    def shutdown(self, _):
        self.ended = True


def guest(address):
    return Guest(address, StubSocket())


def arrive(places, address):
    newcomer = guest(address)
    return newcomer if places.take(newcomer) else None


def test_the_stranger_who_is_there_longest_makes_room_for_a_newcomer_of_its_address():
    places = Places(most=100, most_per_address=3)
    first, second, third = (arrive(places, "nat") for _ in range(3))
    assert arrive(places, "nat") and first.sock.ended
    assert not second.sock.ended and not third.sock.ended
    places.leave(first)  # its own end comes later and frees nothing twice
    assert arrive(places, "nat") and second.sock.ended


def test_a_screen_that_was_let_in_keeps_its_place():
    places = Places(most=100, most_per_address=3)
    board = arrive(places, "nat")
    places.let_in(board)
    crowd = [arrive(places, "nat") for _ in range(50)]
    assert all(crowd) and not board.sock.ended
    another = arrive(places, "nat")
    assert another and sum(not stranger.sock.ended for stranger in crowd) == 1


def test_screens_fill_an_address_up_to_its_bound_and_no_further():
    places = Places(most=100, most_per_address=3)
    for _ in range(3):
        places.let_in(arrive(places, "nat"))
    assert arrive(places, "nat") is None
    assert arrive(places, "elsewhere")


def test_when_the_house_is_full_the_address_with_most_strangers_makes_room():
    places = Places(most=20, most_per_address=15)
    board = arrive(places, "hall")
    places.let_in(board)
    phone = arrive(places, "phone")
    crowd = [arrive(places, "greedy") for _ in range(18)]
    assert arrive(places, "new") and not board.sock.ended and not phone.sock.ended
    assert any(stranger.sock.ended for stranger in crowd if stranger)


def test_places_are_kept_for_addresses_where_somebody_was_let_in():
    places = Places(most=20, most_per_address=50)
    for address in ("hall", *(f"ward {number}" for number in range(17))):
        places.let_in(arrive(places, address))
    assert arrive(places, "nobody knows") is None  # the last two are the hall's
    assert arrive(places, "hall")


@pytest.mark.parametrize("refreshed, put_out", [(False, 0), (True, 1)])
def test_who_did_something_is_put_out_later(refreshed, put_out):
    places = Places(most=100, most_per_address=2)
    guests = [arrive(places, "nat") for _ in range(2)]
    if refreshed:
        places.refresh(guests[0])
    assert arrive(places, "nat") and guests[put_out].sock.ended


def test_who_leaves_gives_one_place_back():
    places = Places(most=100, most_per_address=1)
    only = arrive(places, "a")
    places.let_in(only)
    for _ in range(3):
        places.leave(only)
    assert arrive(places, "a") and arrive(places, "a")
