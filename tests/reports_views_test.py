"""The views beside the table of waits: their figures from mornings told by hand, the tickets behind
every figure, and their files.
"""

import json

import pytest
from sqlalchemy import select

from server.reports import BadQuestion, run_report, run_view
from server.reports.cells import WHATS
from server.reports.question import BY
from server.reports.views import VIEWS
from server.reports.words import text
from server.store import tables as t
from server.store.engine import open_store
from server.texts import filled_in
from tests.acts.conftest import CENTRE as HALL
from tests.acts.conftest import Hall
from tests.reports_day_test import CENTRE, NOW, PROFILE, store_of
from tests.support import worked_day
from tests.support.centres import profile_of

pytestmark = pytest.mark.slow
DAY = worked_day.DAY
#: Figures that are sums of presses, not counts of tickets.
PRESSES = {"recalls"}


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    """The hand-made day with every kind of case."""
    store = store_of(tmp_path_factory.mktemp("views") / "luot.db", [(1, PROFILE, 0)])
    yield store
    store.close()


@pytest.fixture
def hall(database_url):
    store = open_store(database_url)
    yield Hall(store, profile_of("thu_duc"))
    store.close()


def view(store, name, centre=CENTRE, now=NOW, **query):
    """A view of the day as the API answers it."""
    query = {"view": name, "to": DAY, **query}
    return json.loads(run_view(store, centre, query, now).body)


def behind(store, by, key, what, **query):
    """The tickets behind a figure, by number."""
    asked = {"by": by, "what": what, **({} if key is None else {"key": key})}
    answer = view(store, "tickets", **asked, **query)
    assert answer["count"] == len(answer["rows"]) == answer["listed"]
    return [row["key"] for row in answer["rows"]]


def counted(what, key):
    return what == key and what not in PRESSES


@pytest.mark.parametrize("name", [name for name in VIEWS if name != "tickets"])
def test_behind_every_count_of_a_view_stand_as_many_tickets(store, name):
    answer = view(store, name)
    assert answer["rows"], "the day has some of everything"
    links = [c for c in answer["columns"] if c["what"] and counted(c["what"], c["key"])]
    for column in links:
        for row in answer["rows"]:
            if row["key"] is None:
                continue
            tickets = behind(store, answer["by"], row["key"], column["what"])
            assert len(tickets) == row["values"][column["key"]], (row["label"], column["key"])
        if answer["total"] and answer["total"][column["key"]] is not None:
            tickets = behind(store, "all", None, column["what"])
            assert len(tickets) == answer["total"][column["key"]], column["key"]


# no counter of the worked day was opened by a fact: nothing is said of how busy they were
@pytest.mark.parametrize("name", [name for name in VIEWS if name not in ("tickets", "counters")])
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_every_view_says_a_sentence_with_its_places_filled(store, name, lang):
    answer = view(store, name, lang=lang)
    texts = text(lang, "views.sentences")
    assert answer["sentences"]
    for one in answer["sentences"]:
        filled = filled_in(texts[one["key"]], one["values"], lang)
        assert "{" not in filled and "None" not in filled, filled


@pytest.mark.parametrize("by", [by for by in BY if by != "clerk"])
def test_behind_every_count_of_the_table_of_waits_stand_as_many_tickets(store, by):
    report = json.loads(run_report(store, CENTRE, {"to": DAY, "by": by}, NOW).body)
    whats = [what for what in WHATS if what in report["total"]]
    assert {"leg_all", "leg_left", "issued", "served", "services", "delivered"} <= {*whats}
    for what in whats:
        if what in PRESSES:
            continue
        for row in report["rows"]:
            if row["key"] is not None:
                tickets = behind(store, by, row["key"], what)
                assert len(tickets) == row[what], (by, row["label"], what)


def test_a_ticket_in_a_list_has_an_export_key_and_no_id(store):
    answer = view(store, "tickets", by="all", what="issued")
    assert answer["count"] == len(worked_day.SHEET)
    text = json.dumps(answer)
    with store.read() as conn:
        ids = list(
            conn.execute(select(t.journal.c.ticket).where(t.journal.c.kind == "issued")).scalars()
        )
    assert ids and not any(id_ in text for id_ in ids)
    assert len({row["values"]["key"] for row in answer["rows"]}) == len(worked_day.SHEET)


def test_a_counter_is_open_serves_is_idle_and_pauses(hall):
    hall.clock.set(DAY, "08:00")
    lan = hall.clerk("lan", 2)
    hall.citizens(2, "A", every=0)
    hall.clock.set(DAY, "08:05")
    lan.call_next()
    lan.start()
    hall.clock.set(DAY, "08:15")
    lan.finish(outcome="received")
    hall.clock.set(DAY, "08:20")
    lan.pause(reason="rest")
    hall.clock.set(DAY, "08:40")
    lan.resume()
    hall.clock.set(DAY, "08:50")
    lan.call_next()
    lan.start()
    hall.clock.set(DAY, "09:00")
    rows = {
        row["key"]: row["values"]
        for row in view(hall.store, "staffing", HALL, hall.clock())["rows"]
    }
    eight, later = rows["08:00"], rows["08:30"]
    parts = ("open_s", "serving_s", "idle_s", "paused_s")
    assert [eight[part] / 60 for part in parts] == [20, 10, 10, 10]
    assert [later[part] / 60 for part in parts] == [20, 0, 20, 10], "who is served still is"
    assert (eight["leg_all"], later["leg_all"]) == (2, 0)
    assert eight["line_mean"] == round((5 + 30) / 30, 1) and eight["line_most"] == 1
    assert eight["unserved"] == 1 and later["unserved"] == 0
    assert eight["counters_open"] == 0.7
    (counter,) = view(hall.store, "counters", HALL, hall.clock())["rows"]
    assert [counter["values"][part] / 60 for part in parts] == [40, 10, 30, 20]
    assert counter["values"]["busy_pct"] == 25.0 and counter["values"]["leg_all"] == 2


def test_why_waits_were_long_is_told_for_all_of_them(hall):
    hall.clock.set(DAY, "08:00")
    hall.citizens(2, "A", every=0)
    hall.clock.set(DAY, "09:00")
    lan = hall.clerk("lan", 2)
    for _ in range(2):
        lan.call_next()
        lan.start()
        hall.clock.pass_(5)
        lan.finish(outcome="received")
    hall.citizen("A")
    hall.clock.pass_(16)
    lan.call_next()
    lan.start()
    hall.clock.pass_(1)
    lan.finish(outcome="received")
    answer = view(hall.store, "why", HALL, hall.clock())
    late = {row["key"]: row["values"]["leg_over_15"] for row in answer["rows"]}
    assert late == {"busy": 1, "unstaffed": 2, "closed": 0, "priority": 0, "sent": 0}
    assert answer["total"]["leg_over_15"] == 3
    unstaffed = next(row for row in answer["rows"] if row["key"] == "unstaffed")["values"]
    assert unstaffed["unstaffed_s"] == 2 * 3600 and unstaffed["busy_s"] == 5 * 60
    assert unstaffed["share_pct"] == 66.7


def test_a_day_is_compared_with_the_working_day_before_and_the_same_weekday(hall):
    def morning(day, wait):
        hall.clock.set(day, "08:00")
        lan = hall.clerk("lan", 2)
        for _ in range(30):
            hall.citizen("A")
            hall.clock.pass_(wait)
            lan.call_next()
            lan.start()
            lan.finish(outcome="received")
        hall.clock.set(day, "18:00")
        hall.manager.close_day()

    for day, wait in (("2026-11-16", 3), ("2026-11-20", 5), (DAY, 6)):
        morning(day, wait)
    answer = view(hall.store, "trend", HALL, hall.clock())
    assert answer["before"] == {"from": "2026-11-20", "to": "2026-11-20"}
    assert answer["weekday"] == {"from": "2026-11-16", "to": "2026-11-16"}
    (row,) = answer["rows"]
    minutes = [
        row["values"][key] / 60
        for key in ("leg_p90_s", "p90_before_s", "p90_change_s", "p90_weekday_s")
    ]
    assert minutes == [6, 5, 1, 3]
    for column in answer["columns"]:
        assert column["what"], "each figure leads to its tickets"
        days = answer[column["of"]] if column["of"] else {"from": DAY}
        query = {"centre": HALL, "now": hall.clock(), "from": days["from"], "to": days["from"]}
        behind_it = view(hall.store, "tickets", by="field", key="A", what=column["what"], **query)
        assert behind_it["count"] == 30, column["key"]


@pytest.mark.parametrize(
    ("query", "key"),
    [
        ({"view": "colour"}, "view"),
        ({"view": "why", "by": "field"}, "by"),
        ({"view": "tickets", "by": "colour"}, "by"),
        ({"view": "tickets", "what": "colour"}, "what"),
        ({"view": "tickets", "by": "field", "key": "ZZ"}, "key"),
        ({"view": "tickets", "by": "counter", "key": "99", "what": "leg_called"}, "key"),
        ({"view": "why", "from": "2026-11-24", "to": DAY}, "from"),
        ({"view": "why", "from": "1976-01-01", "to": DAY}, "from"),
        ({"view": "why", "from": "yesterday", "to": DAY}, "from"),
        ({"view": "why", "to": "2026-02-30"}, "to"),
        ({"view": "why", "lang": "xx"}, "lang"),
        ({"view": "tickets", "by": "field", "what": "in_line"}, "by"),
        ({"view": "why", "charts": "9"}, "charts"),
        ({"view": "why", "format": "docx"}, "format"),
        ({"view": "why", "colour": "red"}, "colour"),
    ],
)
def test_a_bad_question_names_its_key(store, query, key):
    with pytest.raises(BadQuestion) as bad:
        run_view(store, CENTRE, query, NOW)
    assert bad.value.key == key
