"""Devices, staff and their sessions, and the log of who came in: on both databases."""

import pytest

from server.store import access_log, known_machines, people
from server.store import tables as t
from server.store.engine import open_store
from tests.support.centres import profile_of, put_in_force

CENTRE = "thu-duc"


@pytest.fixture
def conn(database_url):
    store = open_store(database_url)
    put_in_force(store, 0, profile_of("thu_duc"), "load", CENTRE)
    with store.change() as connection:
        yield connection
    store.close()


@pytest.fixture
def lan(conn):
    people.add_staff(
        conn,
        id="staff:lan",
        centre=CENTRE,
        name="lan",
        full_name="Nguyễn Thị Lan",
        role="clerk",
        password_hash="hash-of-the-first",
        created_at=100,
    )
    people.add_session(conn, "session-of-lan", "staff:lan", "csrf-of-lan", 1000)
    return "staff:lan"


def device(conn, name):
    people.add_device(
        conn,
        id=name,
        centre=CENTRE,
        role="kiosk",
        name=name,
        counter=None,
        zone=None,
        sound=False,
        token=f"token-of-{name}",
        created_at=0,
    )


def test_a_device_is_known_by_its_token_until_it_is_shut_off(conn):
    device(conn, "kiosk-1"), device(conn, "kiosk-2")
    assert people.device_of(conn, "token-of-kiosk-1").id == "kiosk-1"
    assert people.device_of(conn, "somebody's guess") is None
    one, two = (people.hash_of(f"token-of-kiosk-{number}") for number in (1, 2))
    assert people.tokens_on(conn) == {one, two}
    assert people.revoke_device(conn, "kiosk-1", 5)
    assert not people.revoke_device(conn, "kiosk-1", 6), "it was off already"
    assert people.device_of(conn, "token-of-kiosk-1") is None
    assert people.tokens_on(conn) == {two}
    assert people.revoke_named(conn, CENTRE, "kiosk", "kiosk-2", 7)
    assert not people.revoke_named(conn, CENTRE, "kiosk", "kiosk-2", 8)


def test_no_token_is_stored_only_its_hash(conn, lan):
    device(conn, "kiosk-1")
    rows = conn.execute(t.device.select()).all() + conn.execute(t.session.select()).all()
    assert "token-of-kiosk-1" not in repr(rows) and "session-of-lan" not in repr(rows)


@pytest.mark.parametrize("change", [{"password_hash": "hash-of-the-second"}, {"disabled": True}])
def test_a_new_password_or_a_lock_ends_a_persons_sessions(conn, lan, change):
    assert people.session_of(conn, "session-of-lan").full_name == "Nguyễn Thị Lan"
    people.change_staff(conn, lan, at=9, full_name="Trần Thị Lan", disabled=False)
    assert people.session_of(conn, "session-of-lan").full_name == "Trần Thị Lan"
    people.change_staff(conn, lan, **change)
    assert people.session_of(conn, "session-of-lan") is None
    assert people.sessions_since(conn, 0) == set()


def test_the_names_people_had_are_kept_with_the_moment_they_ended(conn, lan):
    people.change_staff(conn, lan, at=5, full_name="Nguyễn Thị Lan")
    assert people.earlier_names(conn, CENTRE) == {}, "the same name is no new one"
    people.change_staff(conn, lan, at=7, full_name="Trần Thị Lan")
    people.change_staff(conn, lan, at=9, full_name="Lê Lan")
    names = [(7, "Nguyễn Thị Lan"), (9, "Trần Thị Lan")]
    assert people.earlier_names(conn, CENTRE) == {lan: names}
    assert people.earlier_names(conn, "ward") == {}
    with pytest.raises(ValueError, match="moment"):
        people.change_staff(conn, lan, full_name="Ai đó")


def test_sessions_end_by_the_person_by_age_and_by_silence(conn, lan):
    for token, at in (("older", 2000), ("silent", 4000), ("fresh", 4000)):
        people.add_session(conn, token, lan, "csrf", at)
    people.touch_session(conn, "fresh", 9000)
    people.touch_session(conn, "older", 9000)
    assert people.sessions_since(conn, 2000) == {
        people.hash_of(token) for token in ("older", "silent", "fresh")
    }
    people.end_session(conn, "session-of-lan")
    people.end_old_sessions(conn, created_before=3000, seen_before=5000)
    assert people.sessions_since(conn, 0) == {people.hash_of("fresh")}


def test_staff_are_found_by_name_in_their_centre(conn, lan):
    assert people.staff_named(conn, CENTRE, "lan").id == lan
    assert people.staff_named(conn, "ward", "lan") is None
    assert [row.name for row in people.staff_of(conn)] == ["lan"]
    assert people.staff_of(conn, "ward") == [] and people.staff_by_id(conn, "staff:minh") is None
    assert people.full_names(conn, CENTRE) == {lan: "Nguyễn Thị Lan"}


def test_the_access_log_is_read_on_from_a_row_of_one_centre_or_all(conn):
    assert access_log.forget_before(conn, 10) == 0, "an empty log forgets nothing"
    for at, centre in ((1, CENTRE), (2, "ward"), (t.ACCESS_LOG_KEPT_MS + 3, CENTRE)):
        access_log.add(
            conn,
            at=at,
            centre=centre,
            kind="failed",
            who=None,
            address="192.0.2.7",
            what="password",
            times=1,
        )
    rows = access_log.since(conn, None, 0)
    assert [row.centre for row in rows] == [CENTRE, "ward", CENTRE]
    assert [row.at for row in access_log.since(conn, CENTRE, rows[0].id)] == [rows[2].at]
    assert access_log.forget_before(conn, rows[2].at + 1) == 2, "younger rows stay, whatever asked"
    assert [row.id for row in access_log.since(conn, None, 0)] == [rows[2].id]


def test_a_machine_is_known_to_the_person_who_used_it_until_it_is_long_unused(conn, lan):
    known_machines.remember(conn, lan, "machine-1", at=100, forget_before=0)
    assert known_machines.is_known(conn, lan, "machine-1")
    assert not known_machines.is_known(conn, lan, "machine-2")
    assert not known_machines.is_known(conn, "staff:minh", "machine-1")
    known_machines.remember(conn, lan, "machine-2", at=200, forget_before=0)
    known_machines.remember(conn, lan, "machine-2", at=300, forget_before=150)
    assert not known_machines.is_known(conn, lan, "machine-1"), "not used since"
    assert known_machines.is_known(conn, lan, "machine-2")
