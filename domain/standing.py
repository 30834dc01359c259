"""The facts that still count: those that an `undone` took back are gone."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol


class FactView(Protocol):
    """What is read of a fact, be it the journal's own or a light one of a report."""

    @property
    def seq(self) -> int: ...
    @property
    def at(self) -> int: ...
    @property
    def day(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def ticket(self) -> str | None: ...
    @property
    def number(self) -> str | None: ...
    @property
    def field(self) -> str | None: ...
    @property
    def counter(self) -> str | None: ...
    @property
    def data(self) -> Mapping[str, Any]: ...


def _taken_back(facts: Sequence[FactView]) -> dict[int, FactView]:
    """{seq of a fact that was taken back: the `undone` that did it}; an `undone` that was taken
    back itself does nothing. `facts` are in order of `seq`.
    """
    by: dict[int, FactView] = {}
    for fact in reversed(facts):
        if fact.kind == "undone" and fact.seq not in by:
            for seq in fact.data.get("undoes") or ():
                by[seq] = fact
    return by


def standing(facts: Iterable[FactView]) -> list[FactView]:
    """The facts that still count, in order of `seq`: those named by an `undone` are gone.

    Give it whole days: one act may have touched several tickets, and its `undone` may name the
    facts of all of them.
    """
    ordered = sorted(facts, key=lambda f: f.seq)
    gone = _taken_back(ordered)
    return [fact for fact in ordered if fact.seq not in gone and fact.kind != "undone"]


def calls_taken_back(facts: Iterable[FactView]) -> list[FactView]:
    """The calls that a counter took back; not those that a reopened day let fall."""
    ordered = sorted(facts, key=lambda f: f.seq)
    gone = _taken_back(ordered)
    return [
        fact
        for fact in ordered
        if fact.kind == "called"
        and fact.seq in gone
        and gone[fact.seq].data.get("verb") != "expired"
    ]
