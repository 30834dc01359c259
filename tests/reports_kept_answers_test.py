"""Answers over days that are over: counted once, given again until something comes in about one of
their days.
"""

import json

import pytest
from sqlalchemy import insert, select, update

from server.reports import report_centre, rollups, run, run_report
from server.reports.run import ShortReports
from server.store import tables as t
from server.store.engine import open_store
from server.store.migrate import migrate
from tests.reports_day_test import CENTRE, PROFILE
from tests.reports_rollups_test import NOW
from tests.web.month import fill

pytestmark = pytest.mark.slow

#: Long enough to be answered from folds.
YEAR = {"from": "2026-08-01", "to": "2026-10-31"}


@pytest.fixture
def store(tmp_path):
    """Two closed, folded days, and a journal that goes on."""
    from datetime import date

    url = f"sqlite:///{tmp_path / 'luot.db'}"
    store = open_store(url)
    migrate(store)
    fill(url, PROFILE, date(2026, 9, 28), 2, tickets_per_day=60)
    with store.change() as conn:
        days = conn.execute(select(t.journal.c.day).distinct()).scalars().all()
        closed = {"centre": CENTRE, "state": "closed", "opened_at": 0, "by_hand": False}
        conn.execute(insert(t.service_day), [closed | {"date": day} for day in days])
    rollups.roll_up(store, report_centre(store, CENTRE), NOW)
    yield store
    store.close()


@pytest.fixture
def reports(monkeypatch):
    """The process of short questions; `counted`: how often it had to count."""
    reports = ShortReports()
    reports.counted = 0
    count = run._report_of_order

    def counting(store, order):
        reports.counted += 1
        return count(store, order)

    monkeypatch.setattr(run, "_report_of_order", counting)
    return reports


def ask(reports, store, what="waits", query=YEAR):
    order = {"url": store.url, "centre": CENTRE, "what": what, "query": query, "now": NOW}
    head, body = reports.answer(order)
    assert head["ok"], head
    return json.loads(body), head["etag"]


def write(store, day, kind="issued", data="{}"):
    """A fact comes in."""
    with store.change() as conn:
        here = t.centre.c.code == CENTRE
        seq = conn.execute(select(t.centre.c.seq).where(here)).scalar() + 1
        fact = {"centre": CENTRE, "seq": seq, "at": NOW, "day": day, "kind": kind, "data": data}
        fact |= {"act": f"a{seq}", "actor": "staff:lan", "field": "A"}
        ticket = {} if kind == "report_signed" else {"ticket": f"t{seq}", "number": f"A{seq}"}
        conn.execute(insert(t.journal).values(**fact, **ticket))
        conn.execute(update(t.centre).where(here).values(seq=seq))
    return seq


@pytest.mark.parametrize("what", ["waits", "view", "all_centres"])
def test_what_is_over_is_counted_once(reports, store, what):
    query = {
        "waits": {**YEAR, "by": "month", "charts": "1"},
        "view": {**YEAR, "view": "staffing"},
        "all_centres": {"from": "2026-08", "to": "2026-10"},
    }[what]
    first = ask(reports, store, what, query)
    assert ask(reports, store, what, query) == first
    assert reports.counted == 1
    write(store, "2026-09-29")
    assert ask(reports, store, what, query) != first
    assert reports.counted == 2


def test_what_comes_in_about_other_days_changes_nothing_but_the_seq(reports, store):
    first, etag = ask(reports, store)
    seq = write(store, "2026-11-10")
    again, etag_again = ask(reports, store)
    assert reports.counted == 1
    assert again == {**first, "seq": seq}
    assert again == json.loads(run_report(store, CENTRE, YEAR, NOW).body)
    assert etag_again != etag


def test_a_signature_counts_anew(reports, store):
    first, _ = ask(reports, store)
    data = {"first": YEAR["from"], "last": YEAR["to"], "hash": first["hash"]}
    data |= {"counted": first["seq"], "definitions": first["definitions_version"]}
    write(store, "2026-11-10", "report_signed", json.dumps(data))
    assert len(ask(reports, store)[0]["signatures"]) == 1
    assert reports.counted == 2


def test_another_document_counts_anew(reports, store):
    ask(reports, store)
    with store.change() as conn:
        conn.execute(update(t.centre).values(version=t.centre.c.version + 1))
    ask(reports, store)
    assert reports.counted == 2


@pytest.mark.parametrize(
    "query",
    [
        {**YEAR, "to": "2026-11-10"},  # its last day goes on
        {"from": "2026-09-28", "to": "2026-09-29"},  # read from the journal, quick as it is
        {**YEAR, "by": "clerk"},  # whose names change without a fact
    ],
)
def test_what_may_change_unseen_is_never_kept(reports, store, query):
    ask(reports, store, query=query)
    ask(reports, store, query=query)
    assert reports.counted == 2


def test_a_folded_year_is_a_short_question_and_days_to_be_read_are_not(reports, store, monkeypatch):
    monkeypatch.setattr(run, "QUICK_TICKETS", 10)
    order = {"url": store.url, "centre": CENTRE, "what": "waits", "query": YEAR, "now": NOW}
    assert reports.answer(order)[0]["ok"]
    for _ in range(12):
        write(store, "2026-09-29")
    assert reports.answer(order)[0] == {"ok": False, "heavy": True}
