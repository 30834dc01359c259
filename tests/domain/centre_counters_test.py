"""The counters of a centre: by any way to write their name, and as assigned for today."""

import pytest

from domain.centre import Counter, ReportRules, Service, alike
from tests.support.small_centre import small_centre


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("9", "09", True),
        ("3A", "3-a", True),
        ("0", "00", True),
        ("9", "90", False),
        ("3A", "A3", False),
        ("HD1", "hd 1", True),
    ],
)
def test_names_that_look_or_sound_alike(one, other, same):
    assert (alike(one) == alike(other)) is same
    assert alike("-") == ()


def test_a_counter_is_found_by_any_way_to_write_its_name():
    centre = small_centre()
    for name in (2, "2", "02", " 2 "):
        assert centre.counter(name) is centre.counters["2"]
    for name in ("", "-", "4", "2A", None):
        assert centre.counter(name) is None


def test_a_counter_takes_other_fields_for_today():
    centre = small_centre()
    today = centre.with_assigned(
        {
            "1": {"fields": ["B", "Z"], "overflow": ["A", "B", "Z"], "mode": "reserve"},
            "2": {"fields": ["A"]},
            "3": {"fields": ["Z"]},
            "9": {"fields": ["A"]},
        }
    )
    first = today.counters["1"]
    assert (first.fields, first.overflow, first.mode) == (("B",), ("A",), "reserve")
    assert (today.counters["2"].fields, today.counters["2"].overflow) == (("A",), ())
    assert today.counters["3"] == centre.counters["3"], "no field of its is left"
    assert [c.assigned for c in today.counters.values()] == [True, True, False]
    assert list(today.counters) == ["1", "2", "3"] and not centre.counters["1"].assigned


def test_what_a_file_does_not_say_is_not_asked_of_anybody():
    centre = small_centre()
    field = centre.fields["A"]
    assert not field.outcome_required and not field.delivered_required
    assert (centre.version, centre.rules.sent_within_minutes) == (0, 15)
    assert ReportRules({}, {}, {}).monthly
    assert not Counter("1", "K1", ("A",), (), "normal", False, None).assigned
    service = Service("copy", "A", {}, also_in=("B",))
    assert service.fields == ("A", "B") and not service.hidden and not service.pinned


def test_a_counter_serves_its_own_fields_before_those_it_helps_with():
    counters = small_centre().counters
    assert [counters[number].served for number in "123"] == [("A",), ("A", "B"), ("B", "A")]
