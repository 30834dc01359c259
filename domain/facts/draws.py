"""The three steps of a draw for a scarce day (domain/draw.py)."""

from dataclasses import dataclass
from typing import ClassVar

from .base import Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawOpened(Fact):
    """Requests for a draw opened, and what it is bound to was published: the fingerprint of the
    secret, and the public figure that will be used.

    source: the figure, in words. closes_at: when requests close; fixed_at: when the figure is
    known. What is drawn for, where it is asked for on pages: the field, perhaps a service, the
    date of the places, and from when requests are taken.
    """

    kind: ClassVar[str] = "draw_opened"

    draw: str
    places: int
    source: str
    secret_hash: str
    closes_at: int
    fixed_at: int
    service: str | None = None
    date: str | None = None
    opens_at: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawClosed(Fact):
    """Requests for a draw closed: the fingerprint of the list, and how many stand in it."""

    kind: ClassVar[str] = "draw_closed"

    draw: str
    list_hash: str
    entries: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawDone(Fact):
    """A draw was done: the secret, the public figure, and the fingerprint of the order."""

    kind: ClassVar[str] = "draw_done"

    draw: str
    secret: str
    value: str
    order_hash: str
