"""How visits were: once for each number, without a name after a day, in figures of five at least."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.acts import rate
from server.acts.act import Actor, Refusal
from server.acts.rating import visit_to_rate
from server.acts.rating_bundles import bundles_of
from server.acts.rating_figures import rating_figures, without_names
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
        assert ratings.untie(conn, hall.clock(), 0) == 0
        assert ratings.untie(conn, hall.clock() + 1, 0) == 1
    assert [row[2] for row in kept(hall)] == [None]
    hall.clock.pass_(24 * 60)
    assert says(hall, ticket, 1, "press-rate-2")["error"] == "wrong_state", "not a second time"


def put(hall, many):
    """Ratings cut from their numbers days ago: `(day, field, service, counter, step)` each."""
    with hall.store.change() as conn:
        for n, (day, field, service, counter, score) in enumerate(many):
            row = ratings.Rating(
                CENTRE, f"r{n:04d}", None, day, field, None, score, "", 0, service, counter
            )
            ratings.add(conn, row)


def figures_of(hall, by, first="2026-11-01", last="2026-11-30"):
    answer = rating_figures(hall.context, CENTRE, first, last, by)
    return answer["whole"], [(row["what"], row["n"], row["mean"]) for row in answer["rows"]]


def test_a_figure_is_made_of_five_of_one_procedure_at_one_counter(hall):
    day = "2026-11-16"
    five = [(day, "A", "A1", "1", score) for score in (5, 5, 4, 4, 3)]
    put(hall, [*five, *[(day, "A", "A2", "1", 1)] * 4, *[(day, "B", "B1", "2", 2)] * 4])
    assert figures_of(hall, "field") == (
        {"what": None, "n": 5, "mean": 4.2},
        [("A", 5, 4.2)],
    ), "four of a procedure, four of a field: not counted, not in the whole either"
    assert figures_of(hall, "service")[1] == [("A1", 5, 4.2)]
    assert figures_of(hall, "counter")[1] == [("1", 5, 4.2)]
    for by, what in (("day", day), ("week", "2026-11-16"), ("month", "2026-11")):
        assert figures_of(hall, by)[1] == [(what, 5, 4.2)]
    for by in ("hour", "clerk", "score"):
        with pytest.raises(Refusal):
            figures_of(hall, by)


def test_no_two_questions_beside_each_other_leave_fewer_than_five(hall):
    """A day more, a day less: five are counted on the day of the last of them, or not."""
    put(hall, [(f"2026-11-{day:02d}", "A", "A1", "1", day % 5 + 1) for day in range(2, 14)])
    counted = [figures_of(hall, "field", last=f"2026-11-{day:02d}")[0] for day in range(1, 20)]
    n = [figure["n"] if figure else 0 for figure in counted]
    assert n == [0] * 5 + [5] * 5 + [10] * 9


def test_what_waits_is_counted_with_its_counter_field_and_centre_once_the_month_is_over(hall):
    day = "2026-10-12"
    put(
        hall,
        [
            *[(day, "A", "A1", "1", 4)] * 3,
            *[(day, "A", "A2", "1", 2)] * 3,
            *[(day, "A", "A1", "2", 5)] * 3,
            *[(day, "B", "B1", "3", 1)] * 2,
        ],
    )
    october = ("2026-10-01", "2026-10-31")
    assert figures_of(hall, "counter", *october)[1] == [("1", 6, 3.0), (None, 5, 3.4)]
    assert figures_of(hall, "field", *october)[1] == [("A", 6, 3.0), (None, 5, 3.4)]
    assert figures_of(hall, "service", *october)[1] == [(None, 11, 3.2)]


@dataclass(frozen=True)
class Rated:
    """A rating, as it is put together with others."""

    day: str
    field: str
    service: str | None
    counter: str | None
    clerk: str | None
    score: int


@given(
    st.lists(
        st.builds(
            Rated,
            st.sampled_from(["2026-11-02", "2026-11-03", "2026-11-30"]),
            st.sampled_from("AB"),
            st.sampled_from(["1", "2", None]),
            st.sampled_from(["1", "2"]),
            st.sampled_from(["an", None]),
            st.integers(1, 5),
        ),
        max_size=120,
    ),
    st.integers(0, 120),
)
def test_bundles_are_of_five_and_never_change_once_full(rows, now):
    """Whatever comes later, what was answered before is left out whole or in whole."""
    early, late, over = (
        bundles_of(rows[:now], False),
        bundles_of(rows, False),
        bundles_of(rows, True),
    )
    assert late[: len(early)] == early and over[: len(late)] == late
    assert all(bundle.n >= 5 for bundle in over)
    left = len(rows) - sum(bundle.n for bundle in over)
    assert 0 <= left < 5
    if left == 0:
        assert sum(bundle.total for bundle in over) == sum(row.score for row in rows)


def test_nothing_of_a_rating_leads_to_its_visit_after_a_day(hall, visited):
    """The clerk is not kept, the number and the moment are gone."""
    for n in range(5):
        assert says(hall, visited(), 4, f"press-gone-{n}")["ok"]
    hall.clock.pass_(24 * 60 + 1)
    assert figures_of(hall, "field") == (None, []), "tied to their numbers still"
    untie_ratings(hall.context)
    with hall.store.read() as conn:
        rows = [row._asdict() for row in conn.execute(ratings.rating.select())]
    assert {(row["ticket"], row["clerk"], row["made_at"] % 86_400_000) for row in rows} == {
        (None, None, 0)
    }
    assert figures_of(hall, "field") == (None, []), "the day of the cut is not over"
    hall.clock.pass_(24 * 60)
    assert figures_of(hall, "field")[1] == [("A", 5, 4.0)]
    assert figures_of(hall, "counter")[1] == [("5", 5, 4.0)]


def test_words_are_shown_without_names_and_figures():
    names = {"Nguyễn Thị Lan", "Trần Văn Hòa"}
    for written, shown in (
        ("Cô Lan quầy 5 rất tận tình", "Cô … quầy 5 rất tận tình"),
        ("Nguyễn Thị Lan giúp tôi", "… giúp tôi"),
        ("gọi tôi 0912 345 678 hoặc a.b@mail.vn", "gọi tôi … hoặc …"),
        ("số A047 chờ 40 phút", "số … chờ 40 phút"),
        ("căn cước 079201001234, xem https://x.vn/a", "căn cước …, xem …"),
        ("Lan can hành lang, hòa nhã", "… can hành lang, hòa nhã"),
    ):
        assert without_names(written, names) == shown


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
