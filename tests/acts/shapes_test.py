"""A snapshot has the keys its shape says, no other, and the page on sockets names each of them."""

import re
from pathlib import Path
from typing import get_type_hints

import pytest

from server.acts import show
from server.acts.show import shapes
from tests.acts.conftest import CENTRE

DOCS = (Path(__file__).parents[2] / "docs/sockets.md").read_text("utf-8")
ROWS = [
    (shapes.KioskSnapshot, "fields", shapes.KioskField),
    (shapes.BoardSnapshot, "fields", shapes.BoardField),
    (shapes.BoardSnapshot, "counters", shapes.BoardCounter),
    (shapes.ManagerSnapshot, "fields", shapes.ManagerField),
    (shapes.ManagerSnapshot, "counters", shapes.ManagerCounter),
    (shapes.LinesSnapshot, "fields", shapes.LinesField),
]


@pytest.fixture
def made(hall, lan):
    """Every kind of snapshot of a hall in which one is served and one waits."""
    hall.citizens(2)
    lan.call_next()
    reading = show.CentreReading(hall.context, CENTRE)
    return {
        shapes.KioskSnapshot: show.kiosk(reading),
        shapes.BoardSnapshot: show.board(reading),
        shapes.ConsoleSnapshot: show.counter(reading, str(lan.counter)),
        shapes.ManagerSnapshot: show.manager(reading),
        shapes.LinesSnapshot: show.lines(reading),
    }


def keys_of(shape):
    """The keys a snapshot must have, and those it may have."""
    return set(shape.__required_keys__), set(get_type_hints(shape))


def test_every_snapshot_has_the_keys_of_its_shape_and_no_other(made):
    for shape, snapshot in made.items():
        must, may = keys_of(shape)
        assert must <= set(snapshot) <= may, shape.__name__
    for shape, rows, row_shape in ROWS:
        must, may = keys_of(row_shape)
        for row in made[shape][rows]:
            assert must <= set(row) <= may, row_shape.__name__
    must, may = keys_of(shapes.ConsoleCounter)
    assert must <= set(made[shapes.ConsoleSnapshot]["counter"]) <= may


def test_the_page_on_sockets_names_every_key():
    shapes_of_sockets = [
        shapes.Head,
        shapes.DayHead,
        shapes.CentreHead,
        shapes.ConsoleSnapshot,
        shapes.ConsoleCounter,
        *(shape for shape, *_ in ROWS),
        *(row for *_, row in ROWS),
    ]
    keys = {key for shape in shapes_of_sockets for key in get_type_hints(shape)}
    unnamed = {key for key in keys if not re.search(rf"\b{key}\b", DOCS)}
    assert not unnamed
