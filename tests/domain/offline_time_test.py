"""A kiosk's own time of a ticket is believed between its lease, its day and its arrival only."""

import pytest

from domain.offline_time import SLACK_MS, TakenAt, taken_at

BEGINS, LEASED, ARRIVED, ENDS = 10_000_000, 20_000_000, 30_000_000, 90_000_000


@pytest.mark.parametrize(
    ("claimed", "expected"),
    [
        (LEASED, TakenAt(LEASED)),
        (LEASED - SLACK_MS, TakenAt(LEASED - SLACK_MS)),
        (LEASED - SLACK_MS - 1, TakenAt(ARRIVED, LEASED - SLACK_MS - 1)),
        (25_000_000, TakenAt(25_000_000)),
        (ARRIVED, TakenAt(ARRIVED)),
        (ARRIVED + SLACK_MS, TakenAt(ARRIVED)),
        (ARRIVED + SLACK_MS + 1, TakenAt(ARRIVED, ARRIVED + SLACK_MS + 1)),
        (0, TakenAt(ARRIVED, 0)),
        (-5, TakenAt(ARRIVED, -5)),
    ],
)
def test_between_the_lease_and_the_arrival(claimed, expected):
    assert taken_at(claimed, ARRIVED, LEASED, BEGINS, ENDS) == expected


def test_a_lease_of_the_day_before_counts_from_the_beginning_of_the_day():
    assert taken_at(BEGINS, ARRIVED, 5, BEGINS, ENDS) == TakenAt(BEGINS)
    early = BEGINS - SLACK_MS - 1
    assert taken_at(early, ARRIVED, 5, BEGINS, ENDS) == TakenAt(ARRIVED, early)
    assert taken_at(early, ARRIVED, 0, BEGINS, ENDS) == TakenAt(ARRIVED, early)


def test_a_ticket_of_a_day_gone_by_stays_on_its_day():
    late = ENDS + 5_000_000
    assert taken_at(ENDS - 1, late, LEASED, BEGINS, ENDS) == TakenAt(ENDS - 1)
    assert taken_at(ENDS + SLACK_MS, late, LEASED, BEGINS, ENDS) == TakenAt(
        ENDS - 1, ENDS + SLACK_MS
    )
    assert taken_at(late, late, LEASED, BEGINS, ENDS) == TakenAt(ENDS - 1, late)


def test_two_minutes_of_a_kiosks_clock_are_no_doubt():
    two_minutes = 2 * 60 * 1000
    assert taken_at(LEASED - two_minutes, ARRIVED, LEASED, BEGINS, ENDS).claimed_at is None
    assert taken_at(LEASED - two_minutes - 1, ARRIVED, LEASED, BEGINS, ENDS).claimed_at is not None
