"""A centre as its file says it."""

from pathlib import Path

import pytest

from domain.day import local, moment
from tests.support.centres import centre_from, profile_of

CENTRES = Path(__file__).resolve().parents[2] / "centres"
MONDAY, SATURDAY, SUNDAY = "2026-11-23", "2026-11-28", "2026-11-29"


@pytest.fixture(scope="module")
def profile():
    return profile_of("thu_duc")


@pytest.fixture
def thu_duc(profile):
    return centre_from({**profile, "holidays": ["2026-11-24"]})


def at(thu_duc, day, clock):
    return moment(day, clock, thu_duc.timezone)


@pytest.mark.parametrize("name", ["thu_duc", "ward", "city_centre"])
def test_every_centre_that_comes_with_the_house_is_sound(name):
    centre = centre_from(profile_of(name))
    assert centre.fields and centre.counters
    served = {prefix for counter in centre.counters.values() for prefix in counter.fields}
    assert served == set(centre.fields), "somebody serves every field"


@pytest.mark.parametrize(
    ("day", "clock", "tickets", "service"),
    [
        (MONDAY, "06:59", False, False),
        (MONDAY, "07:00", True, False),
        (MONDAY, "07:30", True, True),
        (MONDAY, "11:00", False, True),
        (MONDAY, "12:00", False, False),
        (MONDAY, "16:29", True, True),
        (MONDAY, "16:30", False, True),
        (MONDAY, "17:00", False, False),
        (SATURDAY, "07:10", False, False),
        (SATURDAY, "08:00", True, True),
        (SATURDAY, "13:30", False, False),
        (SUNDAY, "09:00", False, False),
        ("2026-11-24", "09:00", False, False),
    ],
)
def test_opening_windows(thu_duc, day, clock, tickets, service):
    moment_ = at(thu_duc, day, clock)
    assert (thu_duc.is_open("tickets", moment_), thu_duc.is_open("service", moment_)) == (
        tickets,
        service,
    )


@pytest.mark.parametrize(
    ("day", "clock", "field", "again"),
    [
        (MONDAY, "06:00", None, f"{MONDAY} 07:00"),
        (MONDAY, "11:30", None, f"{MONDAY} 13:00"),
        (MONDAY, "16:45", None, "2026-11-25 07:00"),
        ("2026-11-27", "17:00", "A", f"{SATURDAY} 07:15"),
        ("2026-11-27", "17:00", "E", "2026-11-30 07:00"),
        (SATURDAY, "09:00", "E", "2026-11-30 07:00"),
    ],
)
def test_when_numbers_are_given_out_again(thu_duc, day, clock, field, again):
    opens = thu_duc.calendar.opens_again("tickets", at(thu_duc, day, clock), field)
    assert f"{local(opens, thu_duc.timezone):%Y-%m-%d %H:%M}" == again


def test_a_centre_that_never_opens_says_so(profile):
    never = centre_from(
        {**profile, "hours": {**profile["hours"], "tickets": {"mon_fri": [], "sat": [], "sun": []}}}
    )
    assert never.calendar.opens_again("tickets", at(never, MONDAY, "08:00")) is None


def test_the_slip_names_the_ordinary_counters_of_a_field(thu_duc):
    assert thu_duc.counters_of("A") == [2, 3, 4, 5]
    assert thu_duc.counters_of("C") == [13, 14, 15], "not the one for bulk filers"
    assert thu_duc.counters_of("U") == ["HD1", "HD2"]
