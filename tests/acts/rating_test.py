"""How visits were: once for each number, without a name after a day, in figures of five at least."""

import pytest

from server.acts import rate
from server.acts.act import Actor, Refusal
from server.acts.rating import TIED_FOR_MS, visit_to_rate
from server.acts.rating_figures import rating_figures
from server.acts.retention import erase_rating_words, erased, untie_ratings
from server.store import ratings
from tests.acts.conftest import CENTRE


@pytest.fixture
def visited(hall, lan):
    """visited() is somebody served and gone: their ticket's id."""

    def visit(field="A"):
        ticket = hall.citizen(field)
        answer = lan.call_next()
        assert answer["ticket"]["number"] == ticket["number"]
        lan.start()
        lan.finish(outcome="received")
        return ticket["id"]

    return visit


def says(hall, ticket, score, press, words=""):
    """What the holder's tap becomes."""
    holder = Actor(CENTRE, "citizen", "citizen")
    return rate(hall.context, holder, press, ticket=ticket, score=score, words=words)


def kept(hall):
    """`[(step, words, ticket)]`."""
    with hall.store.read() as conn:
        return [
            (row.score, row.words, row.ticket, row.clerk)
            for row in conn.execute(ratings.rating.select())
        ]


def test_a_number_is_rated_once_and_may_be_changed_for_a_minute(hall, visited):
    ticket = visited()
    assert says(hall, ticket, 4, "press-rate-1")["ok"]
    assert says(hall, ticket, 2, "press-rate-2")["ok"]
    hall.clock.pass_(2)
    assert says(hall, ticket, 5, "press-rate-3")["error"] == "wrong_state"
    assert says(hall, ticket, 2, "press-rate-4", "Nhanh")["ok"], "words may still be added"
    hall.clock.pass_(10)
    assert says(hall, ticket, 2, "press-rate-5", "Chậm")["error"] == "wrong_state"
    assert kept(hall) == [(2, "Nhanh", ticket, None)]


def test_who_still_waits_and_a_step_there_is_none_of_are_refused(hall, visited):
    waiting = hall.citizen()["id"]
    assert says(hall, waiting, 5, "press-rate-1")["error"] == "wrong_state"
    hall.context.store  # noqa: B018
    assert kept(hall) == []


def test_nothing_ties_a_rating_to_its_number_after_a_day(hall, visited):
    ticket = visited()
    says(hall, ticket, 4, "press-rate-1")
    with hall.store.change() as conn:
        assert ratings.untie(conn, hall.clock() + TIED_FOR_MS - TIED_FOR_MS) == 0
        assert ratings.untie(conn, hall.clock() + 1) == 1
    assert [row[2] for row in kept(hall)] == [None]
    hall.clock.pass_(24 * 60)
    assert says(hall, ticket, 1, "press-rate-2")["error"] == "wrong_state", "not a second time"


@pytest.mark.parametrize(
    "by_field, shown",
    [
        ({"A": 4}, []),
        ({"A": 5}, [(None, 5), ("A", 5)]),
        ({"A": 9, "B": 4}, [(None, 13)]),
        ({"A": 9, "B": 6, "C": 2}, [(None, 17), ("A", 9)]),
        ({"A": 9, "B": 5, "C": 3, "D": 2}, [(None, 19), ("A", 9), ("B", 5)]),
    ],
)
def test_no_figure_is_made_of_fewer_than_five_nor_can_be_reckoned(hall, by_field, shown):
    """What is left out is at least five people together, else the whole would tell it."""
    with hall.store.change() as conn:
        n = 0
        for field, people in by_field.items():
            for _ in range(people):
                n += 1
                row = ratings.Rating(
                    CENTRE, f"r{n}", None, "2026-11-23", 0, field, None, 4, "", hall.clock()
                )
                ratings.add(conn, row)
        rows = ratings.figures(conn, CENTRE, "2026-11-23", "2026-11-23", "field")
    assert [row[:2] for row in rows] == shown
    answer = rating_figures(hall.context, CENTRE, "2026-11-23", "2026-11-23", "field")
    assert [row["n"] for row in answer["rows"]] == [n for _, n in shown[1:]]
    with pytest.raises(Refusal):
        rating_figures(hall.context, CENTRE, "2026-11-23", "2026-11-23", "clerk")


def test_words_are_read_once_nothing_ties_them_to_a_number_and_end_with_their_time(hall, visited):
    day = "2026-11-23"
    for n in range(5):
        assert says(hall, visited(), 4, f"press-words-{n}", "ghế ngồi thiếu" if n == 0 else "")[
            "ok"
        ]
    words = lambda: rating_figures(hall.context, CENTRE, day, day, "field")["words"]
    assert words() == [], "whoever wrote them may still be found by their number"
    hall.clock.pass_(24 * 60 + 1)
    assert untie_ratings(hall.context) == 5
    assert words() == [{"day": day, "field": "A", "score": 4, "words": "ghế ngồi thiếu"}]
    assert erase_rating_words(hall.context) == 0
    hall.clock.pass_(90 * 24 * 60)
    assert erase_rating_words(hall.context) == 1
    assert words() == [] and [row[0] for row in kept(hall)] == [4] * 5
    assert ("rating_words", 1) in [(row["what"], row["n"]) for row in erased(hall.context, CENTRE)]


def test_words_of_a_field_that_fewer_than_five_rated_are_not_shown(hall, visited):
    for n in range(4):
        says(hall, visited(), 2, f"press-few-{n}", "lâu quá")
    hall.clock.pass_(24 * 60 + 1)
    untie_ratings(hall.context)
    assert rating_figures(hall.context, CENTRE, "2026-11-23", "2026-11-23", "field")["words"] == []


def test_the_tablet_at_a_counter_asks_about_the_visit_that_has_just_ended_there_once(hall, visited):
    board = Actor(CENTRE, "device:board-1", "board", device="board-1")
    assert visit_to_rate(hall.context, CENTRE, "5") is None
    ticket = visited()
    offered = visit_to_rate(hall.context, CENTRE, "5")
    assert offered == {"ticket": ticket, "number": "A001"}
    assert visit_to_rate(hall.context, CENTRE, "6") is None, "another counter asks nothing"
    assert rate(hall.context, board, "tablet-001", ticket=ticket, score=4)["ok"]
    assert visit_to_rate(hall.context, CENTRE, "5") is None, "rated: the tablet asks no more"
    visited()
    hall.clock.pass_(1)
    assert visit_to_rate(hall.context, CENTRE, "5") is None, "gone: nobody rates for another"
    with pytest.raises(Refusal):
        visit_to_rate(hall.context, CENTRE, "99")
