"""A plan tried beside the usual day: from the journal's usual day or the centre's file."""

from pathlib import Path

import pytest

from domain.day import moment
from server.clock import now_ms
from server.demo.prepare import prepare
from server.reports import BadQuestion
from server.reports.planner import try_plan
from server.reports.question import Question
from server.reports.reading import read
from server.reports.run import report_centre
from server.store.engine import open_store
from server.store.rollups import closed_days
from server.texts import problem_in_words
from tests.support.centres import CENTRES

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    """A hub with eight days behind it."""
    folder = tmp_path_factory.mktemp("lived")
    prepare(folder, Path(CENTRES / "thu_duc.yaml"), past_days=8, told_to_end=lambda: False)
    opened = open_store(folder)
    yield opened
    opened.close()


def tried(store, cache=None, **query):
    return try_plan(store, "thu-duc", query, now_ms(), cache)


def test_without_a_plan_both_sides_are_the_usual_day(store):
    answer = tried(store)
    assert answer["learned"] and not answer["changed"]
    assert answer["plan"] == answer["usual"] and answer["days"] == 40


def test_one_more_counter_helps_its_field_and_leaves_others_alone(store):
    usual = tried(store)["usual"]
    staffed = dict.fromkeys(usual["counters"])
    own = {"2": "A", "3": "A", "6": "B", "13": "C"}
    assert set(own) <= set(staffed)
    answer = tried(store, counters="2=A;3=A;4=A;6=B;7=B;8=B;13=C")
    assert answer["changed"] and "8" in answer["plan"]["counters"]
    before, after = usual["fields"]["B"]["p90_min"], answer["plan"]["fields"]["B"]["p90_min"]
    assert after[1] < before[1], "three counters for B instead of those of a usual day"


def test_what_was_learned_is_kept_for_the_day(store, tmp_path):
    first = tried(store, tmp_path)
    assert list(tmp_path.glob("usual-day-thu-duc.json"))
    assert tried(store, tmp_path) == first


def test_a_centre_without_days_stands_on_its_file(tmp_path):
    prepare(tmp_path, Path(CENTRES / "ward.yaml"), past_days=0, told_to_end=lambda: False)
    opened = open_store(tmp_path)
    at = moment("2026-11-23", "08:00", "Asia/Ho_Chi_Minh")
    answer = try_plan(opened, "ward-sample", {"people": "50"}, at, None)
    opened.close()
    assert not answer["learned"] and answer["changed"]
    assert (
        answer["plan"]["fields"]["all"]["people"][1] > answer["usual"]["fields"]["all"]["people"][1]
    )


def a_day_that_is_over(store):
    with store.read() as conn:
        return closed_days(conn, "thu-duc")[-1]


def test_a_day_that_is_over_is_lived_again_as_it_was(store):
    day = a_day_that_is_over(store)
    centre = report_centre(store, "thu-duc")
    waits = [
        leg.length / 60_000
        for visit in read(store, centre, Question(day, day), now_ms()).seen
        for leg in visit.legs
        if leg.length is not None and leg.called_at is not None and not visit.walk_direct
    ]
    answer = tried(store, replay=day)
    whole = answer["usual"]["fields"]["all"]
    low, _, high = whole["p90_min"]
    true = sorted(waits)[int(len(waits) * 0.9)]
    assert answer["replay"] == day and not answer["changed"]
    assert 0.75 * low <= true <= 1.33 * high
    fewer = tried(store, replay=day, last="09:00")["plan"]["fields"]["all"]["people"][1]
    assert fewer < whole["people"][1]


def test_what_would_be_better_is_told_with_the_question_that_asks_for_it(store):
    answer = tried(store, advice="1", people="60")
    advised = answer["advice"]
    assert advised["better"] or advised["counters_needed"]
    for one in advised["better"]:
        assert one["kind"] in ("open", "add", "lunches")
        assert one["beyond_min"] < advised["before"]["beyond_min"]
        assert one["counter"] in [None, *one["query"]["open"].split(";")]


@pytest.mark.parametrize(
    ("query", "key"),
    [
        ({"counters": "99=A"}, "counters"),
        ({"counters": "2=Z"}, "counters"),
        ({"counters": "2"}, "counters"),
        ({"people": "many"}, "people"),
        ({"people": "4000"}, "people"),
        ({"people": "nan"}, "people"),
        ({"hours": "7-8"}, "hours"),
        ({"hours": "13:00-12:00"}, "hours"),
        ({"hours": "13:00-17:00,07:30-11:30"}, "hours"),
        ({"colour": "red"}, "colour"),
        ({"rests": "99=11:00-12:00"}, "rests"),
        ({"rests": "2=noon"}, "rests"),
        ({"rests": "2"}, "rests"),
        ({"last": "4 o'clock"}, "last"),
        ({"replay": "yesterday"}, "replay"),
        ({"replay": "2099-01-01"}, "replay"),
        ({"replay": "2001-01-01"}, "replay"),
    ],
)
def test_a_bad_plan_names_what_is_wrong(store, query, key):
    with pytest.raises(BadQuestion) as bad:
        tried(store, **query)
    assert bad.value.key == key
    assert "{" not in problem_in_words(bad.value.problem, bad.value.params, "vi")
