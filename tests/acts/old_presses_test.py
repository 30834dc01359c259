"""A press first sent to the version before is fingerprinted in another way there. Sent again after
the upgrade, from a kiosk's outbox or by a clerk who got no answer, it gets its answer all the same.
"""

import json
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import select

from server import acts
from server.acts import announcing, media, pairing
from server.store import migrate
from server.store import tables as t
from server.store.engine import open_store

CENTRE = "thu-duc"
FOLDER = Path(__file__).parents[1] / "store" / "databases"
PRESSES = json.loads((FOLDER / "0.1.0-first-line-presses.json").read_text("utf-8"))
MODULES = {"announcing": announcing, "media": media, "pairing": pairing}
#: Answered anew whatever the id: another act, or one whose row is forgotten with its day.
NOT_KEPT = {"close_day"}


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    """The old database, brought to today's schema."""
    folder = tmp_path_factory.mktemp("old")
    with sqlite3.connect(folder / "luot.db") as old:
        old.executescript((FOLDER / "0.1.0-first-line.sql").read_text("utf-8"))
    old.close()
    store = open_store(folder)
    migrate.migrate(store)
    yield store
    store.close()


@pytest.fixture(scope="module")
def kept(store):
    """`{request id: the answer kept}`."""
    with store.read() as conn:
        return {row.request_id: json.loads(row.answer) for row in conn.execute(select(t.request))}


def press_again(store, press, **changed):
    """The press as its sender sends it again."""
    with store.read() as conn:
        at = conn.execute(select(t.request.c.at).order_by(t.request.c.at.desc())).scalar()
    context = acts.ActContext(store, lambda: at)
    name = press["id"].partition(":")[2]
    actor = acts.Actor(
        CENTRE,
        press["id"],
        press["role"],
        staff=press["id"] if press["role"] != "kiosk" else None,
        device=name if press["role"] == "kiosk" else None,
    )
    more = {**press["more"], **changed}
    if press["counter"] is not None:
        act = acts.COUNTER_ACTS[press["verb"]]
        return act(context, actor, press["press"], counter=press["counter"], **more)
    act = getattr(MODULES.get(press.get("module"), acts), press["verb"])
    return act(context, actor, press["press"], *press["said"], **more)


@pytest.mark.parametrize(
    "press",
    [press for press in PRESSES if press["verb"] not in NOT_KEPT],
    ids=lambda press: press["press"],
)
def test_a_press_of_the_version_before_gets_its_answer(store, kept, press):
    with store.read() as conn:
        before = conn.execute(select(t.centre.c.seq)).scalar()
    assert press_again(store, press) == kept[press["press"]]
    with store.read() as conn:
        assert conn.execute(select(t.centre.c.seq)).scalar() == before, "and nothing is done again"


@pytest.mark.parametrize(
    ("press", "changed"),
    [
        ("issue-field-1", {"field": "B"}),
        ("issue-field-1", {"dossiers": 2}),
        ("finish-00001", {"outcome": None}),
        ("park-000001", {"remind_minutes": 11}),
        ("note-000001", {"text": "a longer text than before"}),
        ("transfer-001", {"come_back": False}),
        ("cancel-0001", {"reason": None}),
    ],
)
def test_the_same_id_with_other_content_is_still_refused(store, press, changed):
    (sent,) = [row for row in PRESSES if row["press"] == press]
    assert press_again(store, sent, **changed)["error"] == "request_id_reused"


def test_a_key_at_its_default_is_the_same_press(hall):
    """So a key that a later version adds does not part a press from its answer."""
    first = hall.kiosk.issue(field="A", press="issue-0001")
    assert first["ok"]
    again = hall.kiosk.issue(field="A", lang=None, dossiers=None, press="issue-0001")
    assert again == first


def test_every_verb_was_pressed():
    """The old day must show them all, else the tests above say nothing of some; verbs that came
    later were never pressed on it.
    """
    pressed = {press["verb"] for press in PRESSES}
    assert set(acts.COUNTER_ACTS) - {"change_field", "break_after"} <= pressed | {"open"}
