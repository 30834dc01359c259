"""A demo's hall that lives faster: its time, and what stays in real time."""

import pytest

from domain.day import MINUTE
from server.accounts.identity import Identity, hash_password
from server.acts import ActContext
from server.demo.hall_time import HallTime, hall_time
from server.store import people
from server.store.engine import open_store

T0 = 1_790_000_000_000


def test_the_hall_runs_as_many_times_as_fast():
    time = hall_time(T0, T0 - MINUTE, 10)
    now = [T0]
    hall_clock = time.of(lambda: now[0])
    assert hall_clock() == T0
    now[0] += 6_000
    assert hall_clock() == T0 + MINUTE
    assert HallTime(**time.document()) == time, "as its processes read it"


def test_a_hall_that_is_ahead_goes_on_from_there_and_never_back():
    ahead = T0 + 90 * MINUTE
    time = hall_time(T0, ahead, 1)
    assert time.of(lambda: T0)() == ahead + 1
    assert time.of(lambda: T0 + 1000)() == ahead + 1001


def test_a_hall_in_real_time_needs_no_clock_of_its_own():
    assert hall_time(T0, None, 1) is None
    assert hall_time(T0, T0 - 1, 1) is None


HOUR = 60 * MINUTE


@pytest.mark.slow
@pytest.mark.parametrize(("apart", "name"), [(True, "Minh"), (False, None)])
def test_a_session_lasts_real_hours_however_fast_the_hall_lives(database_url, apart, name):
    """Control: with the hall's clock for both, the session is over."""
    store, real, hall = open_store(database_url), [T0], [T0]
    context = ActContext(store, lambda: hall[0], real_clock=(lambda: real[0]) if apart else None)
    identity = Identity(context, 12, 240)
    with store.change() as conn:
        people.add_staff(
            conn,
            id="s-minh",
            centre="thu-duc",
            name="minh",
            full_name="Minh",
            role="admin",
            password_hash=hash_password("quầy năm mưa rào"),
            created_at=0,
        )
    token = identity.log_in("thu-duc", "minh", "quầy năm mưa rào", "desk", "")[0]
    real[0], hall[0] = T0 + HOUR, T0 + 60 * HOUR
    session = identity.of_session(token)
    assert (session[0].name if session is not None else None) == name
    store.close()
