"""Rows that are a fold of their own facts and no tickets: bookings, numbers kept from home."""

from collections.abc import Callable
from typing import Protocol, TypeVar

from domain.facts import Fact
from domain.refusal import Refusal
from domain.ticket import WrongState

from .act import Act

AnyFact = TypeVar("AnyFact", bound=Fact)


class FoldedRow(Protocol):
    """A row of a field, with a life of its own."""

    @property
    def field(self) -> str:
        """The prefix of the field."""

    @property
    def state(self) -> str:
        """Where its life is."""


Row = TypeVar("Row", bound=FoldedRow)


def fold(
    act: Act,
    fact: AnyFact,
    row: Row | None,
    apply: Callable[[Row | None, AnyFact], Row],
    refused_as: str,
    field: str | None = None,
) -> Row:
    """Write a fact about a row; returns the row after it, which the caller stores. `field`: the
    field of a first fact, which has no row yet.

    Raises Refusal(refused_as) with the row's state where it cannot happen to it.
    """
    about = act.stamped(fact, field=row.field if row is not None else field)
    try:
        after = apply(row, about)
    except WrongState:
        assert row is not None, "a first fact is always possible"
        raise Refusal(refused_as, state=row.state) from None
    act.tx.record(about)
    return after
