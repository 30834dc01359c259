"""A draw for a scarce day: bound step by step, and checked by anybody."""

import json
import random
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from click.testing import CliRunner

from domain import draw as rules
from domain.day import moment
from server.acts import draws
from server.acts.act import Actor
from server.commands.draw import verify
from tests.acts.conftest import CENTRE, HERE

PROGRAM = Path(__file__).parents[2] / "docs" / "draw_verify.py"
DAY = "2026-11-23"
TAGS = [f"TAG-{n:03d}" for n in range(60)]
SECRET, VALUE = "5e" * 32, "482913"
CLOSES, FIXED = moment(DAY, "19:00", HERE), moment(DAY, "20:00", HERE)


@pytest.fixture
def database_kind():
    """Nothing here differs on PostgreSQL."""
    return "sqlite"


@pytest.fixture
def does(hall):
    """does(act, …) is an act of the command line; the answer."""
    made = iter(range(1000))

    def do(act, **keys):
        actor = Actor(CENTRE, "hub:command", "admin", name="luot")
        return act(hall.context, actor, f"draw-press-{next(made)}", draw="tet", **keys)

    return do


@pytest.fixture
def opened(does):
    """A draw of ten places."""
    answer = does(
        draws.open_draw,
        places=10,
        source="the lottery",
        secret_hash=rules.fingerprint(SECRET),
        closes_at=CLOSES,
        fixed_at=FIXED,
    )
    assert answer["ok"], answer


@pytest.fixture
def record(hall, does, opened):
    """The record of a draw that was done."""
    hall.clock.set(DAY, "19:00")
    assert does(draws.close_draw, tags=TAGS)["entries"] == 60
    hall.clock.set(DAY, "20:00")
    answer = does(draws.do_draw, secret=SECRET, value=VALUE, tags=TAGS)
    assert answer["ok"], answer
    return answer["record"]


def by_itself(record, folder):
    """Whether the program in the docs, which shares nothing with the hub, finds a record right."""
    (folder / "record.json").write_text(json.dumps(record), "utf-8")
    done = subprocess.run(
        [sys.executable, "-I", PROGRAM, folder / "record.json"], capture_output=True, timeout=60
    )
    assert b"Traceback" not in done.stderr, done.stderr
    return done.returncode == 0


def by_command(record, folder):
    """Whether `luot draw verify` does."""
    (folder / "record.json").write_text(json.dumps(record), "utf-8")
    return CliRunner().invoke(verify, [str(folder / "record.json")]).exit_code == 0


def test_anybody_gets_the_same_result(record, tmp_path):
    assert len(record["won"]) == 10 and sorted(record["order"]) == TAGS
    assert by_itself(record, tmp_path) and by_command(record, tmp_path)
    assert len(PROGRAM.read_text("utf-8").splitlines()) <= 25


def test_whatever_is_changed_afterwards_is_found(record, tmp_path):
    other = [*record["order"][1:], record["order"][0]]
    for change in (
        {"secret": "5f" * 32},
        {"value": "482914"},
        {"tags": record["tags"][1:]},
        {"order": other},
        {"won": other[:10]},
        {"list_hash": "0" * 64},
        {"secret_hash": "0" * 64},
        {"places": 11},
    ):
        changed = {**record, **change}
        assert not by_itself(changed, tmp_path), change
        assert not by_command(changed, tmp_path), change
    assert rules.mistakes_of({}) == ["form"]


def test_no_step_comes_out_of_its_order_or_time(hall, does, opened):
    def refused(act, **keys):
        return does(act, **keys).get("error")

    again = {"places": 1, "source": "x", "secret_hash": "0", "closes_at": CLOSES}
    assert refused(draws.open_draw, fixed_at=FIXED, **again) == "draw_state"
    assert refused(draws.close_draw, tags=TAGS) == "draw_state", "requests are still open"
    hall.clock.set(DAY, "20:00")
    assert refused(draws.close_draw, tags=TAGS) == "draw_state", "the figure is known already"
    hall.clock.set(DAY, "19:30")
    assert refused(draws.close_draw, tags=[*TAGS, TAGS[0]]) == "draw_state", "somebody stands twice"
    assert refused(draws.do_draw, secret=SECRET, value=VALUE, tags=TAGS) == "draw_state"
    assert does(draws.close_draw, tags=TAGS)["ok"]
    assert refused(draws.close_draw, tags=TAGS[1:]) == "draw_state", "the list is closed"
    assert refused(draws.do_draw, secret=SECRET, value=VALUE, tags=TAGS) == "draw_state", "too soon"
    hall.clock.set(DAY, "20:01")
    assert refused(draws.do_draw, secret="other", value=VALUE, tags=TAGS) == "draw_state"
    assert refused(draws.do_draw, secret=SECRET, value=VALUE, tags=TAGS[1:]) == "draw_state"
    assert does(draws.do_draw, secret=SECRET, value=VALUE, tags=reversed_tags())["ok"]
    assert refused(draws.do_draw, secret=SECRET, value="1", tags=TAGS) == "draw_state", "once"


def reversed_tags():
    """The same list in another order is the same list."""
    return list(reversed(TAGS))


def test_a_draw_must_close_before_its_figure_is_known(does):
    answer = does(
        draws.open_draw,
        places=1,
        source="x",
        secret_hash="0",
        closes_at=FIXED,
        fixed_at=CLOSES,
    )
    assert answer["error"] == "draw_state"
    assert does(draws.close_draw, tags=TAGS)["error"] == "unknown_draw"


def test_the_journal_names_no_tag_and_the_secret_only_at_the_end(hall, record):
    facts = [fact for fact in hall.facts() if fact.kind.startswith("draw_")]
    assert [fact.kind for fact in facts] == ["draw_opened", "draw_closed", "draw_done"]
    assert SECRET not in repr(facts[:2]) and "TAG-" not in repr(facts)


def test_every_place_in_the_list_has_the_same_chance():
    """A hundred tags, four hundred secrets: each has one of ten places about forty times."""
    chance, wins = random.Random(1), Counter()
    tags = [f"T{n:02d}" for n in range(100)]
    for _ in range(400):
        wins.update(rules.order_of(f"{chance.getrandbits(256):064x}", VALUE, tags)[:10])
    assert set(wins) == set(tags) and max(wins.values()) < 75 and min(wins.values()) > 12
