"""Every kind of fact comes out of the journal as it went in, and stays as it is."""

from dataclasses import FrozenInstanceError, fields

import pytest

from domain.facts import KINDS, OF_COUNTER, OF_DAY, Fact, fact_of, table
from domain.facts.base import keys_of

SHARED = {
    "at": 5,
    "day": "2026-11-23",
    "act": "press-1",
    "actor": "staff:lan",
    "ticket": "t1",
    "number": "A001",
    "field": "A",
    "counter": "3",
    "seq": 7,
}
EVERY_KIND = sorted(KINDS)


def whole(kind):
    """The JSON of a fact with every key of its kind."""
    return {key: f"{key} of it" for key in keys_of(KINDS[kind]).values()}


@pytest.mark.parametrize("kind", EVERY_KIND)
def test_a_fact_comes_out_as_it_went_in(kind):
    fact = fact_of(kind, whole(kind), **SHARED)
    assert fact.data == whole(kind) and fact.kind == kind
    assert {name: getattr(fact, name) for name in SHARED} == SHARED
    assert fact == fact_of(kind, whole(kind), **SHARED)
    assert fact != fact_of(kind, whole(kind), **{**SHARED, "seq": 8})


@pytest.mark.parametrize("kind", EVERY_KIND)
def test_every_value_of_a_kind_is_a_field_of_it_and_cannot_be_changed(kind):
    own = set(KINDS[kind].__annotations__) - {"kind"}
    assert own <= {field.name for field in fields(KINDS[kind])}
    fact = fact_of(kind, whole(kind), **SHARED)
    for name in ("seq", *own):
        with pytest.raises(FrozenInstanceError):
            setattr(fact, name, 9)
    assert not hasattr(fact, "__dict__"), "slots leave no room for anything else"


@pytest.mark.parametrize("kind", EVERY_KIND)
def test_a_fact_is_made_with_names_alone(kind):
    with pytest.raises(TypeError):
        KINDS[kind](5)


def test_a_list_of_the_journal_is_a_tuple_here_and_a_list_there():
    fact = fact_of("undone", {**whole("undone"), "undoes": [1, 2]}, **SHARED)
    assert fact.undoes == (1, 2) and fact.data["undoes"] == [1, 2]


@pytest.mark.parametrize("kind", ["issued", "joined"])
def test_a_number_without_priority_has_no_head_start(kind):
    data = whole(kind)
    del data["credit_ms"]
    assert fact_of(kind, data, **SHARED).credit_ms == 0


def test_what_is_no_fact_is_refused():
    with pytest.raises(ValueError, match="unknown fact 'sung'"):
        fact_of("sung", {})
    with pytest.raises(ValueError, match=r"may not carry \['rhyme', 'song'\]"):
        fact_of("called", {"song": 1, "rhyme": 2, "clerk": "lan"})
    with pytest.raises(ValueError, match="'undone' is not whole"):
        fact_of("undone", {})


def test_a_fact_about_nothing_is_of_nobody():
    fact = Fact()
    assert (fact.at, fact.day, fact.act, fact.actor, fact.seq) == (0, "", "", "", 0)
    assert (fact.ticket, fact.number, fact.field, fact.counter) == (None, None, None, None)
    assert fact.data == {}


def test_which_facts_change_the_row_of_a_counter_or_of_the_day():
    assert {"counter_opened", "counter_closed", "undone"} <= OF_COUNTER
    assert {"day_opened", "day_closed"} <= OF_DAY
    assert not OF_DAY & OF_COUNTER and not {"called", "issued"} & (OF_DAY | OF_COUNTER)


def test_every_kind_has_its_line_in_the_documentation():
    lines = table()
    assert [kind for kind, _, _ in lines] == list(KINDS)
    for kind, meaning, keys in lines:
        assert meaning and " ".join(KINDS[kind].__doc__.split()).startswith(meaning)
        assert keys == (", ".join(whole(kind)) or "—")
