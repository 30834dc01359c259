"""How a province's document begins: pages of one centre are proposed, a second person approves, and
centres come to stand on it without anything in them changing.
"""

import pytest

from server.accounts.actor import Actor
from server.acts import Refusal, base_changes, base_start
from server.acts.act import ActContext
from server.acts.settings import document_of
from server.store import settings as kept
from server.store.engine import open_store
from tests.acts.base_test import NOW, change, name_in, ward
from tests.support.centres import put_in_force
from tests.support.databases import migrate

assert ward  # fixture

NAME = ("fields", "C", "name", "vi")
TINH, HAI = (Actor("ward-0", f"staff:{n}", "province", staff=n) for n in ("tinh", "hai"))


@pytest.fixture
def wards(tmp_path, ward):
    """Three wards that share nothing yet; ward-2 calls field C something of its own."""
    migrate(f"sqlite:///{tmp_path / 'luot.db'}")
    store = open_store(tmp_path)
    context = ActContext(store, lambda: NOW)
    for n in range(3):
        assert put_in_force(store, NOW, ward, f"load-ward-{n}", f"ward-{n}")["ok"]
    change(context, "ward-2", NAME, "Đất đai – Biển đảo")
    yield context
    store.close()


def plain(context, code):
    with context.store.read() as conn:
        return document_of(conn, code)[1].plain()


def test_pages_of_a_centre_become_the_base_and_nothing_changes_anywhere(wards):
    before = {n: plain(wards, f"ward-{n}") for n in range(3)}
    could = base_start.could_share(wards, "ward-0")
    assert could["fields"] > 0 and could["rules"] > 0 and "counters" not in could
    proposed = base_start.propose_pages(wards, TINH, ["fields", "rules"], "Quyết định 12")
    base_changes.approve(wards, HAI, proposed)
    with wards.store.read() as conn:
        _, base = kept.base(conn)
    assert base["fields"] == before[0]["fields"] and "call_policy" in base
    assert {"code", "name", "address", "locales"}.isdisjoint(base.get("site", {}))
    assert {"zones", "counters", "kiosks", "hours"}.isdisjoint(base)
    assert {"fields", "rules"}.isdisjoint(base_start.could_share(wards, "ward-0"))

    assert base_start.standing_alone(wards) == ["ward-0", "ward-1", "ward-2"]
    joined = base_start.join_all(wards, HAI, "join-1", lambda: None)
    assert joined == {"taken": ["ward-0", "ward-1", "ward-2"], "left": 0}
    assert {n: plain(wards, f"ward-{n}") for n in range(3)} == before
    seen = base_changes.overview(wards, "vi")
    (row,) = [row for row in seen["places"] if tuple(row["place"]) == NAME]
    assert row["kept_by"] == ["ward-2"] and row["words"] == row["value"]

    # and goes on as every change does: a value renamed for all but who keeps its own
    rename = [{"place": list(NAME), "value": "Nông nghiệp"}]
    renamed = base_changes.propose(wards, TINH, rename, "")
    base_changes.approve(wards, HAI, renamed)
    base_changes.carry(wards, HAI, "carry-1", renamed, [])
    assert [name_in(wards, f"ward-{n}") for n in range(3)] == [
        "Nông nghiệp",
        "Nông nghiệp",
        "Đất đai – Biển đảo",
    ]


def test_what_is_only_a_centres_own_is_never_proposed(wards):
    for pages in (["counters"], ["people"], ["nonsense"]):
        with pytest.raises(Refusal) as refused:
            base_start.propose_pages(wards, TINH, pages, "")
        assert refused.value.code == "bad_request"


def test_nobody_comes_to_stand_on_a_base_that_is_not_there(wards):
    with pytest.raises(Refusal) as refused:
        base_start.join_all(wards, HAI, "join-2", lambda: None)
    assert refused.value.code == "bad_request"
