"""Long exports in their folder, and the files of each month."""

import errno
import os
import resource
from contextlib import contextmanager
from dataclasses import replace

import pytest

from domain.day import moment
from server.reports import monthly, report_centre, run_report
from server.reports.export_worker import _written, main
from server.reports.exports import DONE, FAILED, KEPT_MS, RUNNING, WAITING, Exports
from server.reports.writable import ROOM, why_not
from tests.reports_day_test import CENTRE, NOW, PROFILE, store_of
from tests.support import worked_day
from tests.support.centres import centre_from

HERE = worked_day.HERE
DECEMBER = moment("2026-12-01", "06:00", HERE)


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    store = store_of(tmp_path_factory.mktemp("exports") / "luot.db", [(1, PROFILE, 0)])
    yield store
    store.close()


@pytest.fixture
def exports(tmp_path):
    return Exports(tmp_path / "exports", lambda: NOW)


def asked(exports, press="press-1", what="tickets", now=NOW, **query):
    query = {"from": "2026-11-20", "to": worked_day.DAY, "format": "csv", **query}
    return exports.add(CENTRE, what, query, "staff:hanh", now, press)


def made(store, exports, export):
    order = {"url": store.url, "centre": CENTRE, "what": export.what, "query": export.query}
    order |= {"now": NOW, "cache": "", "folder": str(exports.folder), "id": export.id}
    return main(order)


@pytest.mark.parametrize("what", ["tickets", "waits"])
def test_an_export_is_made_beside_and_says_how_far_it_is(store, exports, what, monkeypatch):
    export = asked(exports, what=what)
    assert exports.get(export.id).state == WAITING and exports.next_waiting() == export
    shares = []
    write = Exports.write
    monkeypatch.setattr(
        Exports, "write", lambda self, e: (shares.append(e.progress), write(self, e))
    )
    assert made(store, exports, export) == 0
    done = exports.get(export.id)
    assert (done.state, done.progress, exports.next_waiting()) == (DONE, 1.0, None)
    assert shares == sorted(shares) and len(set(shares)) > 2
    body = exports.file_of(done).read_bytes()
    assert (len(body) == done.bytes and b"A001" in body) or what == "waits"
    assert done.filename.endswith("2026-11-20_2026-11-23.csv")
    assert "by" not in done.as_json(), "who asked is nobody's business"


def test_the_same_press_asks_once(exports):
    assert asked(exports) == asked(exports)
    assert asked(exports, "press-2") != asked(exports)
    assert len(exports.all()) == 2


def test_one_that_runs_stops_when_it_is_cancelled(store, exports):
    export = asked(exports)
    exports.write(replace(export, state=RUNNING, alive_at=NOW))
    assert exports.cancel(export.id).state == "cancelled"
    assert made(store, exports, export) == 0
    assert exports.all() == [] and list(exports.folder.iterdir()) == []


def test_one_that_waits_or_is_done_is_deleted_by_cancelling(store, exports):
    waits, done = asked(exports), asked(exports, "press-2")
    made(store, exports, done)
    exports.cancel(waits.id)
    exports.cancel(done.id)
    assert list(exports.folder.iterdir()) == []
    assert exports.cancel("0" * 16) is None and exports.get("../luot") is None


def test_one_whose_process_is_gone_has_failed(exports):
    export = replace(asked(exports), state=RUNNING, alive_at=NOW - 60_000)
    exports.write(export)
    assert exports.get(export.id).state == RUNNING
    exports.write(replace(export, alive_at=NOW - 60_001))
    assert (exports.get(export.id).state, exports.get(export.id).error) == (FAILED, "stopped")


def test_they_are_kept_for_seven_days(exports):
    old, young = asked(exports, now=NOW - KEPT_MS - 1), asked(exports, "press-2")
    exports.forget_old(NOW)
    assert [export.id for export in exports.all()] == [young.id] != [old.id]


def test_the_month_before_is_due_from_six_of_the_first(store, tmp_path):
    centre = report_centre(store, CENTRE)
    assert monthly.due(store, centre, tmp_path, DECEMBER - 1) == []
    files = monthly.due(store, centre, tmp_path, DECEMBER)
    assert [(f.first, f.last, f.path.name) for f in files] == [
        ("2026-11-01", "2026-11-30", f"luot-{CENTRE}-waits-2026-11.{form}")
        for form in ("pdf", "xlsx")
    ]
    files[1].path.parent.mkdir()
    files[1].path.touch()
    assert monthly.due(store, centre, tmp_path, DECEMBER) == files[:1]
    january = moment("2027-01-01", "09:00", HERE)
    assert monthly.due(store, centre, tmp_path, january) == files[:1], "no hub ran in December"
    files[0].path.touch()
    assert monthly.due(store, centre, tmp_path, january) == []
    years_later = moment("2027-12-01", "09:00", HERE)
    assert monthly.due(store, centre, tmp_path / "new", years_later) == []
    never = centre_from({**PROFILE, "reports": {"monthly": False}})
    assert monthly.due(store, never, tmp_path, DECEMBER) == []
    assert monthly.schedule(store, never, tmp_path, DECEMBER)["next_at"] is None


def test_the_schedule_says_when_where_and_what_is_missing(store, tmp_path):
    centre = report_centre(store, CENTRE)
    before = monthly.schedule(store, centre, tmp_path, moment("2026-12-01", "05:00", HERE))
    assert (before["next_at"], before["month"]) == ("2026-12-01 06:00", "2026-11")
    assert before["missing"] == []
    after = monthly.schedule(store, centre, tmp_path, DECEMBER)
    assert (after["next_at"], after["month"]) == ("2027-01-01 06:00", "2026-12")
    assert len(after["missing"]) == 2 and after["folder"] == str(tmp_path / CENTRE)


@contextmanager
def files_of_at_most(size):
    """No file of this process may grow beyond so many bytes: a disk that is full there."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_an_export_that_ran_into_a_full_disk_says_so_and_leaves_nothing(store, exports):
    export = asked(exports)
    with files_of_at_most(2000), pytest.raises(OSError):
        made(store, exports, export)
    failed = exports.get(export.id)
    assert (failed.state, failed.error) == (FAILED, "full")
    assert sorted(path.suffix for path in exports.folder.iterdir()) == [".json", ".press"]


def test_one_that_cannot_be_asked_for_leaves_nothing(exports):
    exports.folder.mkdir(parents=True)
    with files_of_at_most(20), pytest.raises(OSError):
        asked(exports)
    assert list(exports.folder.iterdir()) == []


@pytest.mark.parametrize(
    ("code", "trouble"),
    [
        (errno.ENOSPC, "full"),
        (errno.EDQUOT, "full"),
        (errno.EROFS, "read_only"),
        (errno.EACCES, "read_only"),
        (errno.EIO, "internal"),
    ],
)
def test_the_schedule_says_why_the_folder_takes_no_files(
    store, tmp_path, monkeypatch, code, trouble
):
    centre = report_centre(store, CENTRE)
    assert monthly.schedule(store, centre, tmp_path, DECEMBER)["trouble"] is None

    def refused(dir):
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr("server.reports.writable.tempfile.TemporaryFile", refused)
    assert monthly.schedule(store, centre, tmp_path, DECEMBER)["trouble"] == trouble
    before = moment("2026-12-01", "05:00", HERE)
    assert monthly.schedule(store, centre, tmp_path, before)["trouble"] is None, "none is due"


def test_a_folder_is_tried_where_it_will_be_made(tmp_path):
    wanted = tmp_path / "reports" / CENTRE
    assert why_not(wanted) is None and list(tmp_path.iterdir()) == []
    with files_of_at_most(ROOM // 2):
        assert why_not(wanted) == "full"
    wanted.parent.touch()
    assert why_not(wanted) == "no_folder"


@pytest.mark.parametrize("fault", ["no folder", "full"])
def test_a_file_of_a_month_that_cannot_be_written_leaves_nothing(store, tmp_path, fault):
    """The folder's name is taken by a file; or the disk is full in the middle of it."""
    file = monthly.due(store, report_centre(store, CENTRE), tmp_path / "out", DECEMBER)[1]
    report = run_report(store, CENTRE, file.query, DECEMBER)
    if fault == "no folder":
        file.path.parents[1].touch()
    most = len(report.body) // (2 if fault == "full" else 1)
    with files_of_at_most(most), pytest.raises(OSError):
        _written(report, file.path)
    assert [path for path in tmp_path.rglob("*") if path.name != "out" and path.is_file()] == []
