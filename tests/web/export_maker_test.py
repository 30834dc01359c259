"""The hub's task that has exports, folds and the files of a month made beside it."""

import errno
from contextlib import suppress
from types import SimpleNamespace

import pytest

from domain.day import moment
from server.reports import report_centre
from server.reports.exports import exports_of
from server.web.exports import KEEP_UP_EVERY_MS, TRY_AGAIN_AFTER_MS, ExportMaker
from tests.reports_day_test import CENTRE, PROFILE, store_of
from tests.support import worked_day

DECEMBER = moment("2026-12-01", "07:00", worked_day.HERE)


class Stopped(Exception):
    """The looks that were wanted are over."""


@pytest.fixture
def store(tmp_path):
    store = store_of(tmp_path / "luot.db", [(1, PROFILE, 0)])
    yield store
    store.close()


@pytest.fixture
def looks(store, tmp_path, monkeypatch):
    """looks(at, …): a hub looks for work at each of these moments, a day waits to be folded and
    nothing can be made; the orders it made of it.
    """
    centre, orders = report_centre(store, CENTRE), []
    clock = SimpleNamespace(now=DECEMBER)
    context = SimpleNamespace(
        store=store,
        clock=lambda: clock.now,
        real_clock=lambda: clock.now,
        centres=lambda: [centre],
        centre=lambda code: centre,
    )

    def refused(maker, code, what, query, about, well):
        orders.append((clock.now, what))
        return False

    monkeypatch.setattr(ExportMaker, "_make", refused)
    monkeypatch.setattr("server.web.exports.folds_are_due", lambda store, centre, now: True)

    def run_at(*moments):
        later = iter(moments[1:])
        clock.now = moments[0]

        def sleep(seconds):
            clock.now = next(later, None)
            if clock.now is None:
                raise Stopped

        with suppress(Stopped):
            ExportMaker(context, str(tmp_path), "", sleep).loop(lambda: None)
        return orders

    run_at.orders = orders
    return run_at


def test_what_nobody_asked_for_is_looked_for_every_five_minutes(looks):
    soon, then = DECEMBER + 2_000, DECEMBER + KEEP_UP_EVERY_MS
    orders = looks(DECEMBER, soon, then)
    assert {at for at, what in orders if what == "rollups"} == {DECEMBER, then}


def test_a_file_that_cannot_be_made_is_tried_again_an_hour_later(looks):
    later = DECEMBER + TRY_AGAIN_AFTER_MS
    orders = looks(DECEMBER, DECEMBER + KEEP_UP_EVERY_MS, later)
    files = [(at, what) for at, what in orders if what != "rollups"]
    each = ("open_month", "waits", "waits")
    assert files == [(at, what) for at in (DECEMBER, later) for what in each]


def test_a_folder_that_cannot_be_written_to_stops_nothing_else(looks, tmp_path, monkeypatch):
    """Somebody's export waits there; the disk is read-only since."""
    exports_of(tmp_path, CENTRE, lambda: DECEMBER).add(CENTRE, "waits", {}, "x", DECEMBER, "press")

    def refused(here, export):
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr("server.web.exports._claimed", refused)
    with pytest.raises(OSError):
        looks(DECEMBER)
    assert [what for _, what in looks.orders] == ["rollups", "open_month", "waits", "waits"]


def test_a_clock_put_back_stops_nothing(looks):
    before = DECEMBER - 3_600_000
    assert {at for at, _ in looks(DECEMBER, before)} == {DECEMBER, before}
