"""A demo's past: days that were never lived, written as the facts of those who would have, so that
reports, heat map and trends have something to say from the first minute.
"""

from collections import Counter
from pathlib import Path

import pytest

from domain.day import local
from domain.facts import Started
from server.centre import centre_of
from server.centre.yaml_file import read_centre
from server.clock import now_ms
from server.demo.past import Who, past_facts
from server.demo.prepare import prepare
from server.store import journal, past, people
from server.store.engine import open_store

pytestmark = pytest.mark.slow

WARD = Path(__file__).parents[2] / "centres/ward.yaml"
DAYS = 6


@pytest.fixture(scope="module")
def ward():
    document = read_centre(WARD)
    return document, centre_of(document)


@pytest.fixture(scope="module")
def lived(tmp_path_factory):
    """The store of a ward with some days behind it, and what `prepare` gave."""
    folder = tmp_path_factory.mktemp("lived")
    ready = prepare(folder, WARD, past_days=DAYS)
    store = open_store(folder)
    yield store, ready
    store.close()


def facts_of(store, centre):
    facts_, seq = [], 0
    with store.read() as conn:
        while more := journal.since(conn, centre, seq):
            facts_ += more
            seq = more[-1].seq
    return facts_


def test_rows_and_journal_of_the_past_agree(lived):
    store, ready = lived
    with store.read() as conn:
        assert journal.verify(conn, ready["centre"]) == []


def test_every_day_before_today_is_whole_and_in_order(lived, ward):
    store, ready = lived
    facts = facts_of(store, ready["centre"])[1:]  # after the loading of the centre's file
    today = local(now_ms(), ward[1].timezone).date().isoformat()
    days = sorted({fact.day for fact in facts})
    assert len(days) == DAYS and days[-1] < today
    assert [fact.at for fact in facts] == sorted(fact.at for fact in facts)
    kinds = Counter(fact.kind for fact in facts)
    assert kinds["day_opened"] == kinds["day_closed"] == DAYS
    assert kinds["counter_opened"] == kinds["counter_closed"] > 0
    assert kinds["issued"] == kinds["printed"] > 100 * DAYS
    assert kinds["called"] == kinds["started"] + kinds["missed"]
    assert kinds["issued"] == kinds["finished"] + kinds["expired"]
    assert {f.day for f in facts if f.kind == "issued"} == set(days)


def test_the_clerks_of_the_demo_served_people(lived):
    store, ready = lived
    with store.read() as conn:
        clerks = {p.id for p in people.staff_of(conn, ready["centre"]) if p.role == "clerk"}
    called = {f.clerk for f in facts_of(store, ready["centre"]) if f.kind == "called"}
    assert called & clerks


def test_the_same_centre_has_the_same_past(ward):
    document, centre = ward
    who, now = Who("kiosk-1", {}), now_ms()
    assert list(past_facts(document, centre, who, 2, now)) == list(
        past_facts(document, centre, who, 2, now)
    )


def test_a_centre_that_has_days_gets_no_other_past(lived, ward, tmp_path):
    store, ready = lived
    with store.read() as conn:
        before = journal.Refold.of(conn, ready["centre"]).seq
    prepare(Path(store.file).parent, WARD, past_days=DAYS)
    with store.read() as conn:
        assert journal.Refold.of(conn, ready["centre"]).seq == before
    facts = past_facts(*ward, Who("kiosk-1", {}), 1, now_ms())
    with pytest.raises(ValueError, match="has service days already"), store.change() as conn:
        past.write_past(conn, ready["centre"], facts)


def test_a_past_that_cannot_have_been_is_not_written(ward, tmp_path):
    ready = prepare(tmp_path, WARD)
    facts = list(past_facts(*ward, Who("kiosk-1", {}), 1, now_ms()))
    started = next(fact for fact in facts if fact.kind is Started)
    backwards = [started, *(fact for fact in facts if fact is not started)]
    store = open_store(tmp_path)
    with pytest.raises(ValueError, match="started"), store.change() as conn:
        past.write_past(conn, ready["centre"], backwards)
    with store.read() as conn:
        assert not past.has_days(conn, ready["centre"])
        assert journal.verify(conn, ready["centre"]) == []
    store.close()
