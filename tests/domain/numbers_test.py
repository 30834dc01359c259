"""Numbers: a letter and a count from 001, stepping over those the kiosks hold."""

from domain import numbers


def test_a_number_reads_as_it_is_printed():
    assert numbers.number("{prefix}{n:03d}", "A", 12) == "A012"
    assert numbers.number("{prefix}{n:03d}", "Đ", 1000) == "Đ1000"


def test_the_hub_steps_over_the_kiosks_range():
    assert [numbers.following(n) for n in (0, 1, 799, 800, 1000)] == [1, 2, 800, 1000, 1001]


def test_the_count_inside_a_number():
    assert numbers.count_of("A012", "A") == 12
    assert [numbers.count_of(text, "A") for text in ("B012", "A", "A1x", "")] == [None] * 4


def test_nine_kiosks_can_hold_a_block_of_one_field():
    assert (numbers.OFFLINE_LAST - numbers.OFFLINE_FIRST + 1) // numbers.BLOCK_SIZE >= 9
