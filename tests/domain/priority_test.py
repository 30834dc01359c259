"""Which class of priority an age gives."""

import pytest

from domain.centre import PriorityClass
from domain.priority import class_by_age, fits_age


def grade(code, credit=10, age_from=None, age_to=None):
    return PriorityClass(code, {"vi": code}, credit, age_from, age_to)


@pytest.mark.parametrize(
    ("age_from", "age_to", "fitting"),
    [
        (75, None, [75, 76, 120]),
        (60, 74, [60, 74]),
        (None, 6, [0, 6]),
        (0, 0, [0]),
        (None, None, []),
    ],
)
def test_an_age_lies_within_a_class_both_ends_included(age_from, age_to, fitting):
    ages = (0, 6, 7, 59, 60, 74, 75, 76, 120)
    assert [age for age in ages if fits_age(grade("X", 10, age_from, age_to), age)] == fitting


def test_the_longest_head_start_counts_and_the_first_of_equals():
    classes = [grade("NKT", 90), grade("A", 10, 60), grade("B", 20, 70), grade("C", 20, 75)]
    assert [getattr(class_by_age(classes, age), "code", None) for age in (59, 60, 70, 80)] == [
        None,
        "A",
        "B",
        "B",
    ]
    assert class_by_age([], 80) is None
