"""What is erased is in no file any more when the act is done."""

import pytest

from server.store.engine import Store

SECRET = "Trần Thị Mẫu 0903 111 222"


def bytes_beside(folder):
    """What lies in the database and its companions."""
    return b"".join(file.read_bytes() for file in sorted(folder.glob("luot*.db*")))


def test_what_is_erased_is_in_no_file_when_the_act_is_done(hall_on_disk):
    """A note that went with its ticket, and one that was taken back: not in the database, not in
    its log, with the hub still running.
    """
    folder, lan = hall_on_disk
    lan.note(text=SECRET)
    assert SECRET.encode() in bytes_beside(folder)
    lan.finish(outcome="received")
    assert SECRET.encode() not in bytes_beside(folder)


def test_the_rig_sees_a_log_that_is_not_emptied(hall_on_disk, monkeypatch):
    """Control: without emptying it, the note is found in the log after its erasure."""
    folder, lan = hall_on_disk
    monkeypatch.setattr(Store, "_wipe", lambda self: None)
    lan.note(text=SECRET)
    lan.finish(outcome="received")
    assert SECRET.encode() in bytes_beside(folder)


def test_a_reader_only_delays_it(hall_on_disk):
    folder, lan = hall_on_disk
    lan.note(text=SECRET)
    with lan.hall.store.read() as conn:
        conn.exec_driver_sql("SELECT count(*) FROM note").scalar()
        lan.finish(outcome="received")
    assert lan.hall.store.empty_log()
    assert SECRET.encode() not in bytes_beside(folder)


@pytest.fixture
def database_kind():
    """These tests are about a file."""
    return "sqlite"


@pytest.fixture
def hall_on_disk(make_hall, tmp_path):
    """`(folder, Lan)`: she has called somebody."""
    hall = make_hall()
    lan = hall.clerk("lan", 5)
    hall.citizen("A")
    lan.call_next()
    return tmp_path, lan
