"""Numbers: a letter and a count from 001, stepping over those the kiosks hold."""

import pytest

from domain import numbers


def test_a_number_reads_as_it_is_printed():
    assert numbers.number("{prefix}{n:03d}", "A", 12) == "A012"
    assert numbers.number("{prefix}{n:03d}", "Đ", 1000) == "Đ1000"


@pytest.mark.parametrize(
    ("ticket_format", "number", "n"),
    [
        ("{prefix}{n:03d}", "A012", 12),
        ("{prefix}{n:03d}", "A12", 12),
        ("{prefix}{n:03d}", "A0012", 12),
        ("{prefix}{n:03d}", "A1234", 1234),
        ("{prefix}-{n:04d}", "A-0801", 801),
        ("{prefix}-{n:04d}", "A801", 801),  # from a kiosk that knows the usual writing only
        ("{n:03d}{prefix}", "012A", 12),
        ("Số {prefix}{n:03d}.", "Số A012.", 12),
        ("Số {prefix}{n:03d}.", "Số A012!", None),
        ("{prefix}{n}/{n}", "A7/7", 7),
        ("{prefix}{n}/{n}", "A7/8", None),
        ("{prefix}.{n:03d}", "Ax012", None),
        ("{prefix}{n:03d}", "B012", None),
        ("{prefix}{n:03d}", "AB012", None),
        ("{prefix}{n:03d}", "A", None),
        ("{prefix}{n:03d}", "A1x", None),
        ("{prefix}{n:03d}", "A012 ", None),
        ("{prefix}{n:03d}", "A1234567890", None),
        ("{prefix}{n:03d}", "A١٢", None),
        ("{prefix}{n:03d}", "", None),
    ],
)
def test_the_count_inside_a_number(ticket_format, number, n):
    assert numbers.count_of(number, "A", ticket_format) == n


@pytest.mark.parametrize(
    ("ticket_format", "usable"),
    [
        ("{prefix}{n:03d}", True),
        ("{prefix}-{n:04d}", True),
        ("{n}{prefix}", True),
        ("Số {prefix}{n:03d}.", True),
        ("{prefix}", False),
        ("{n:03d}", False),
        ("{prefix}{n:5d}", False),
        ("{prefix}{n:x}", False),
        ("{prefix}{n:03d}{field}", False),
        ("{prefix}{n:03d", False),
        ("{0}{1}", False),
        ("{prefix.x}{n}", False),
        ("{prefix[9]}{n}", False),
        ("", False),
        (None, False),
        (3, False),
    ],
)
def test_a_format_can_be_written_and_read_back(ticket_format, usable):
    assert numbers.is_format(ticket_format) is usable


def test_nine_kiosks_can_hold_a_block_of_one_field():
    assert (numbers.OFFLINE_LAST - numbers.OFFLINE_FIRST + 1) // numbers.BLOCK_SIZE >= 9


@pytest.mark.parametrize("typed", ["a1", "A1", "a001", "A 001", " a-001 ", "A.1", "a 1"])
def test_a_number_is_found_however_it_is_typed(typed):
    assert numbers.typed_number(typed, "{prefix}{n:03d}", {"A", "B"}) == "A001"
    assert numbers.typed_number(typed, "{prefix}-{n:02d}", {"A", "B"}) == "A-01"


@pytest.mark.parametrize(
    "typed", ["", "1", "001", "C1", "AB1", "A", "A1x", "1A", "A1234567890", "A,1"]
)
def test_what_is_no_number_of_the_centre_is_none(typed):
    assert numbers.typed_number(typed, "{prefix}{n:03d}", {"A", "B"}) is None


def test_the_kiosks_usual_range_and_block():
    assert numbers.KioskNumbers() == (801, 999, 20)
    assert numbers.LEAST_FIRST == 101
