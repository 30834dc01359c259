"""A number sent to one counter or clerk is not forgotten there."""

import pytest

from server import acts
from server.acts import show
from tests.acts.conftest import CENTRE


def rounds(hall):
    return acts.run_periodic_jobs(hall.context, CENTRE)


def sent_back(hall, counter):
    return show.counter(show.CentreReading(hall.context, CENTRE), counter)["sent_back"]


@pytest.mark.parametrize("to", [{"to_counter": 6}, {"to_clerk": "staff:minh"}])
def test_not_called_within_the_bound_it_belongs_to_its_field_again(hall, lan, minh, to):
    hall.citizen("A")
    hall.clerk("thu", 4)
    lan.call_next()
    lan.start()
    assert lan.transfer(**to)["ok"]
    place = hall.ticket("A001").line_at
    hall.clock.pass_(14)
    assert rounds(hall) is False and sent_back(hall, "5") == []
    assert hall.staff("thu", counter=4).call_next()["error"] == "nobody_waiting"
    hall.clock.pass_(2)
    assert rounds(hall) is True and rounds(hall) is False, "once"
    row = hall.ticket("A001")
    assert (row.to_counter, row.to_clerk, row.line_at) == (None, None, place)
    assert [(t["number"], t["to"]) for t in sent_back(hall, "5")] == [
        ("A001", 6 if "to_counter" in to else "staff:minh")
    ]
    assert sent_back(hall, "6") == []
    assert hall.staff("thu", counter=4).call_next()["ticket"]["number"] == "A001"


def test_the_bound_is_the_centres(make_hall, thu_duc_profile):
    import copy

    profile = copy.deepcopy(thu_duc_profile)
    profile["call_policy"]["sent_within_minutes"] = 3
    hall = make_hall(profile=profile)
    lan = hall.clerk("lan", 5)
    hall.clerk("minh", 6)
    hall.citizen("A")
    lan.call_next()
    lan.transfer(to_counter=6)
    hall.clock.pass_(4)
    assert rounds(hall) is True


def test_called_in_time_nothing_happens(hall, lan, minh):
    hall.citizen("A")
    lan.call_next()
    lan.transfer(to_counter=6)
    hall.clock.pass_(5)
    assert minh.call_next()["ticket"]["number"] == "A001"
    hall.clock.pass_(30)
    assert rounds(hall) is False
