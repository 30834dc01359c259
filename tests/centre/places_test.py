"""Changes of a document by the names of its rows: told, applied, held against another's."""

import copy
import random

import pytest

from server.centre import check
from server.centre.places import (
    Change,
    NoSuchPlace,
    applied,
    conflicts,
    differences,
    key_of,
    place_of,
    value_at,
)
from tests.support.centres import profile_of


@pytest.fixture
def document():
    return profile_of("thu_duc")


def change(*place, new, old=None):
    return Change(place, old, new)


def test_a_place_is_found_by_the_names_of_rows(document):
    assert value_at(document, ("fields", "A", "minutes")) == 6
    assert value_at(document, ("fields", "ZZ", "minutes")) is None
    assert value_at(document, ("fields", "*"))[:2] == ["A", "B"]


def test_what_is_told_is_what_is_applied(document):
    new = copy.deepcopy(document)
    new["fields"][0]["cap"] = 99
    new["fields"].append({**new["fields"][1], "prefix": "QQ"})
    new["fields"][2], new["fields"][3] = new["fields"][3], new["fields"][2]
    del new["counters"][4]
    new["slip"] = {"note": {"vi": "Xin chờ", "en": "Please wait"}}
    new["site"].pop("notice", None)
    made = differences(document, new)
    assert applied(document, made) == new
    assert applied(new, differences(new, document)) == document
    places = {c.place for c in made}
    assert ("fields", "A", "cap") in places and ("fields", "*") in places
    assert ("fields", "QQ") in places


@pytest.mark.parametrize("seed", range(20))
def test_any_two_documents_are_made_of_each_other(document, seed):
    """Random edits: the changes told between two documents make one of the other."""
    dice = random.Random(seed)
    new = copy.deepcopy(document)
    for _ in range(12):
        rows = new[dice.choice(["fields", "counters", "services", "zones"])]
        do = dice.choice(["drop", "swap", "edit"])
        if do == "drop" and len(rows) > 2:
            rows.pop(dice.randrange(len(rows)))
        elif do == "swap":
            dice.shuffle(rows)
        else:
            dice.choice(rows)["name"] = {"vi": f"Tên {dice.random()}", "en": "Name"}
    assert applied(document, differences(document, new)) == new


def test_two_people_are_at_odds_only_where_both_touched(document):
    theirs = [change("fields", "A", "cap", new=100)]
    assert conflicts([change("fields", "A", "minutes", new=9)], theirs) == []
    assert conflicts([change("fields", "A", "cap", new=100)], theirs) == []
    assert len(conflicts([change("fields", "A", "cap", new=90)], theirs)) == 1
    assert len(conflicts([change("fields", "A", new=None)], theirs)) == 1
    assert conflicts([change("fields", "*", new=["B", "A"])], theirs) == []


@pytest.mark.parametrize(
    "place", [("fields", "A", "cap", "x"), ("fields", "ZZ", "cap"), ("holidays", "x"), ()]
)
def test_a_place_that_is_none_is_refused_and_nothing_changes(document, place):
    before = copy.deepcopy(document)
    with pytest.raises(NoSuchPlace):
        applied(document, [Change(place, None, 1)])
    assert document == before


def test_a_text_whose_last_language_goes_is_gone(document):
    with_note = applied(document, [change("site", "notice", new={"vi": "Xin chào"})])
    assert "notice" not in applied(with_note, [change("site", "notice", "vi", new=None)])["site"]


def test_a_mistake_is_placed_by_the_names_of_rows(document):
    _, mistakes = check(applied(document, [change("fields", "C", "minutes", new=-1)]))
    assert place_of(mistakes[0].path, document) == ("fields", "C", "minutes")
    assert key_of(("fields", "C", "minutes")) == "fields.minutes"
    assert key_of(("counters", "5", "fields")) == "counters.fields"
    assert key_of(("priority", "classes", "NKT", "name", "vi")) == "priority.classes.name.vi"
    assert key_of(("displays", "prepare", "A", "vi")) == "displays.prepare.A.vi"
