"""Reports over more than a month, made of folded days: counts exact, percentiles within 2.5 %."""

import json
import sys
from datetime import date

import pytest
from sqlalchemy import insert, select, update

from domain.day import moment
from server.reports import report_centre, rollups, run_report, run_view
from server.reports.balance import balance_lines
from server.reports.columns import COLUMNS
from server.reports.long_reading import read_long
from server.reports.question import BY, Question
from server.reports.views import VIEWS
from server.store import centres
from server.store import rollups as kept
from server.store import tables as t
from server.store.engine import open_store
from server.store.migrate import migrate
from tests.reports_day_test import CENTRE, PROFILE
from tests.support import worked_day
from tests.web.month import fill

pytestmark = pytest.mark.slow

FIRST, LAST = "2026-09-28", "2026-10-03"
NOW = moment("2026-11-10", "09:00", worked_day.HERE)


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    """Six simulated days, each closed."""
    url = f"sqlite:///{tmp_path_factory.mktemp('long') / 'luot.db'}"
    store = open_store(url)
    migrate(store)
    fill(url, PROFILE, date.fromisoformat(FIRST), 6, tickets_per_day=400)
    with store.change() as conn:
        days = conn.execute(select(t.journal.c.day).distinct()).scalars().all()
        conn.execute(
            insert(t.service_day),
            [
                {"centre": CENTRE, "date": day, "state": "closed", "opened_at": 0, "by_hand": False}
                for day in days
            ],
        )
    yield store
    store.close()


def report(store, most_exact=31, **query):
    """The report of the six days; `most_exact`: from how many days on it is made of folds."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys.modules["server.reports.waits"], "MOST_EXACT_DAYS", most_exact)
        query = {"from": FIRST, "to": LAST, **query}
        return json.loads(run_report(store, CENTRE, query, NOW).body)


@pytest.mark.parametrize("by", BY)
def test_folded_days_say_the_same_within_what_is_stated(store, by):
    assert rollups.roll_up(store, report_centre(store, CENTRE), NOW) in (0, 6)
    exact, long = report(store, by=by, charts="1"), report(store, 0, by=by, charts="1")
    assert (exact["largest_error_pct"], long["largest_error_pct"]) == (0, 2.5)
    error_text = "2,5 %"
    assert error_text in " ".join(balance_lines(long, "vi"))
    assert error_text not in " ".join(balance_lines(exact, "vi"))
    assert long["hash"] == exact["hash"] and long["balance"] == exact["balance"]
    assert long["pressed_often"] == exact["pressed_often"]
    assert [row["key"] for row in long["rows"]] == [row["key"] for row in exact["rows"]]
    pairs = zip([*long["rows"], long["total"]], [*exact["rows"], exact["total"]], strict=True)
    for ours, true in pairs:
        for key, kind in COLUMNS:
            close(ours[key], true[key], kind, key)
        assert true["error_pct"] == 0
        assert ours["at_least"] == true["at_least"] and ours["leg_few"] == true["leg_few"]
    for ours, true in zip(long["charts"]["heat"], exact["charts"]["heat"], strict=True):
        assert (ours["weekday"], ours["hour"]) == (true["weekday"], true["hour"])
        assert (ours["issued"], ours["legs"]) == (true["issued"], true["legs"])
        close(ours["leg_p90_s"], true["leg_p90_s"], "minutes", "heat")


@pytest.mark.parametrize("name", [name for name in VIEWS if name != "trend"])
def test_views_of_folded_days_say_the_same(store, name):
    """Who is behind a figure, too: read from the journal, a month after the other."""
    rollups.roll_up(store, report_centre(store, CENTRE), NOW)
    exact, long = view(store, name), view(store, name, 0)
    assert [row["key"] for row in long["rows"]] == [row["key"] for row in exact["rows"]]
    assert (exact["largest_error_pct"], long["hash"]) == (0, exact["hash"])
    kinds = {column["key"]: column["kind"] for column in exact["columns"]}
    kinds.pop("key", None)  # made with a secret of slips, which this hall never had
    for ours, true in zip(long["rows"], exact["rows"], strict=True):
        assert ours["at_least"] == true["at_least"]
        for key, kind in kinds.items():
            close(ours["values"][key], true["values"][key], kind, key)
    for key, kind in kinds.items() if exact["total"] else ():
        close(long["total"][key], exact["total"][key], kind, key)


def view(store, name, most_exact=31):
    """A view of the six days."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys.modules["server.reports.waits"], "MOST_EXACT_DAYS", most_exact)
        query = {"view": name, "from": FIRST, "to": LAST}
        return json.loads(run_view(store, CENTRE, query, NOW).body)


def test_a_row_that_buckets_do_not_say_well_enough_is_made_of_its_days(store):
    """The limit set so low that no bucket keeps it: what is told is then exact."""
    rollups.roll_up(store, report_centre(store, CENTRE), NOW)
    exact = report(store, by="field")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys.modules["server.reports.long_reading"], "LARGEST_ERROR_PCT", 0.0)
        finer = report(store, 0, by="field")
    rough = report(store, 0, by="field")
    assert max(row["error_pct"] for row in rough["rows"]) > 0
    for ours, true in zip(finer["rows"], exact["rows"], strict=True):
        assert ours["error_pct"] == 0
        for key in ("leg_p50_s", "leg_p90_s", "leg_p95_s", "leg_open_p90_s"):
            close(ours[key], true[key], "minutes", key, 0)


EXACT_TIMES = ("leg_max_s", "max_wait_s", "leg_left_max_s", "service_s")


def close(ours, true, kind, key, percent=2.5):
    if true is None or kind != "minutes" or key in EXACT_TIMES:
        assert ours == true, key
    else:
        assert abs(ours - true) <= true * percent / 100 + 0.1, (key, ours, true)


def test_a_day_touched_since_is_read_from_the_journal_until_it_is_folded_anew(store):
    centre = report_centre(store, CENTRE)
    rollups.roll_up(store, centre, NOW)
    assert rollups.due(store, centre) == [] and list(rollups.differences(store, centre, NOW)) == []
    before = report(store, 0)["total"]["issued"]
    late(store)
    assert rollups.due(store, centre) == ["2026-09-29"]
    assert report(store, 0)["total"]["issued"] == before + 1
    assert rollups.roll_up(store, centre, NOW) == 1
    assert report(store, 0)["total"]["issued"] == before + 1
    assert report(store, 0)["hash"] == report(store)["hash"]


def read(store, **query):
    """The long reading of the six days, or of the days asked for."""
    question = Question(query.get("first", FIRST), query.get("last", LAST))
    return read_long(store, report_centre(store, CENTRE), question, NOW)


def test_months_that_are_over_are_taken_whole_while_nothing_of_them_is_touched(store):
    rollups.roll_up(store, report_centre(store, CENTRE), NOW)
    september, october = (
        [f"2026-09-{n}" for n in (28, 29, 30)],
        [f"2026-10-0{n}" for n in (1, 2, 3)],
    )
    both = {"2026-09": september, "2026-10": october}
    assert read(store).months == both
    assert [piece.first for piece in read(store).pieces("field")] == [september[0], october[0]]
    part = read(store, first=september[1])
    assert part.months == {"2026-10": october}, "a month of which a day is not asked for"
    assert [p.first for p in part.pieces("field")] == [*september[1:], october[0]]
    before = read(store).hash
    late(store, "late too")
    touched = read(store)
    assert touched.months == {"2026-10": october}
    assert [p.first for p in touched.pieces("field")] == [*september, october[0]]
    assert rollups.is_due(store, report_centre(store, CENTRE), NOW)
    rollups.roll_up(store, report_centre(store, CENTRE), NOW)
    assert not rollups.is_due(store, report_centre(store, CENTRE), NOW)
    assert read(store).months == both
    assert read(store).hash == touched.hash != before


def test_a_month_is_folded_once_it_is_over(store):
    centre = report_centre(store, CENTRE)
    rollups.roll_up(store, centre, NOW, anew=True)
    with store.change() as conn:
        kept.forget(conn, CENTRE)
    assert rollups.due_months(store, centre, moment(LAST, "20:00", worked_day.HERE)) == ["2026-09"]
    assert rollups.due_months(store, centre, NOW) == ["2026-09", "2026-10"]
    rollups.roll_up(store, centre, NOW, anew=True)


def test_what_is_renamed_within_a_month_has_a_row_for_each_name(store):
    rollups.roll_up(store, report_centre(store, CENTRE), NOW)
    renamed = json.loads(json.dumps(PROFILE))
    renamed["fields"][0]["name"]["vi"] = "Tên mới"
    with store.change() as conn:
        centres.replace(conn, CENTRE, 6, PROFILE, 0)
        centres.replace(conn, CENTRE, 7, renamed, moment("2026-09-29", "20:00", worked_day.HERE))
    assert read(store).months, "the months are folded still"
    exact, long = report(store), report(store, 0)
    keys = [row["key"] for row in long["rows"]]
    assert keys[:2] == ["A@2026-09-29T20:00", "A"]
    assert keys == [row["key"] for row in exact["rows"]]
    for ours, true in zip(long["rows"], exact["rows"], strict=True):
        assert ours["label"] == true["label"]
    # the whole of the 29th counts as it was called at its end: as the second name
    first, second = (row["leg_all"] for row in long["rows"][:2])
    assert first == report(store, to=FIRST)["rows"][0]["leg_all"]
    assert first + second == sum(row["leg_all"] for row in exact["rows"][:2])


def late(store, name="late"):
    with store.change() as conn:
        seq = conn.execute(select(t.centre.c.seq).where(t.centre.c.code == CENTRE)).scalar() + 1
        fact = {"centre": CENTRE, "seq": seq, "at": NOW, "day": "2026-09-29", "kind": "issued"}
        fact |= {"act": name, "actor": "hub", "ticket": name, "number": name, "field": "A"}
        conn.execute(insert(t.journal).values(**fact, data="{}"))
        conn.execute(update(t.centre).where(t.centre.c.code == CENTRE).values(seq=seq))


def test_verify_names_a_fold_that_is_not_what_the_journal_says(store):
    centre = report_centre(store, CENTRE)
    rollups.roll_up(store, centre, NOW, anew=True)
    with store.change() as conn:
        views = {
            view: kept.views(conn, CENTRE, view, FIRST, FIRST)[FIRST]
            for view in (*rollups.VIEWS, *rollups.BESIDES)
        }
        views["field"]["rows"]["A"]["count"]["issued"] += 1
        months = {
            view: kept.month_views(conn, CENTRE, view, "2026-10", "2026-10")["2026-10"]
            for view in (*rollups.MONTH_VIEWS, *rollups.MONTH_BESIDES)
        }
        kept.put(conn, CENTRE, FIRST, views)
        months["heat"]["rows"]["thu 08"]["count"]["issued"] += 1
        kept.put_month(conn, CENTRE, "2026-10", months)
    assert list(rollups.differences(store, centre, NOW)) == [
        f"the fold of {FIRST} by field differs from the journal",
        "the fold of 2026-10 by heat differs from its days",
        "the fold of 2026-10 for all centres together differs from its days",
    ]
    assert rollups.roll_up(store, centre, NOW, anew=True) == 6
    assert list(rollups.differences(store, centre, NOW)) == []
