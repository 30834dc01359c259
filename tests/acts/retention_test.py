"""What is known of people goes when its purpose is done, and the hub says what it erased."""

import os

import pytest

from server.acts.retention import (
    erase_due_contacts,
    erase_old_copies,
    erase_old_log_ins,
    erased,
)
from server.store import access_log, contacts, erasures, people
from server.store.engine import open_store
from server.store.errors import KeyTrouble
from server.store.house_key import FILE, HouseKey
from server.store.outside_tables import contact as contact_table
from server.store.sealed_secrets import renew_key, seal_plain
from server.texts import area

CENTRE, HOUR, DAY = "thu-duc", 3_600_000, 86_400_000
PHONE = "0912 345 678"


@pytest.fixture
def database_kind():
    """The file is searched; nothing here differs on PostgreSQL."""
    return "sqlite"


@pytest.fixture
def hall(make_hall):
    return make_hall()


def keep(hall, subject, purpose="ticket", address=PHONE, days=30):
    contact = contacts.Contact(
        CENTRE,
        f"c-{subject}",
        purpose,
        subject,
        "sms",
        address,
        "vi",
        hall.clock(),
        hall.clock() + days * DAY,
    )
    with hall.store.change() as conn:
        contacts.add(conn, contact, hall.store.house_key)


@pytest.mark.parametrize("typed", ["0912345678", "+84 912.345.678", "0912-345-678"])
def test_a_phone_number_is_found_however_it_is_written(hall, typed):
    keep(hall, "t1")
    keep(hall, "t2", address="0912 345 679")
    with hall.store.read() as conn:
        rows = contacts.at_address(conn, CENTRE, typed, hall.store.house_key)
    assert [row["subject"] for row in rows] == ["t1"]


def test_a_tickets_contact_goes_so_many_hours_after_its_end(hall, tmp_path):
    lan = hall.clerk("lan", 5)
    keep(hall, hall.citizen("A")["id"])
    lan.call_next()
    hall.clock.pass_(60)
    lan.finish(outcome="received")
    hall.clock.pass_(59)
    assert erase_due_contacts(hall.context) == 0
    hall.clock.pass_(1)
    assert erase_due_contacts(hall.context) == 1
    (row,) = erased(hall.context, CENTRE)
    assert (row["what"], row["n"], row["why"]) == ("contact:ticket", 1, "due")
    assert erase_due_contacts(hall.context) == 0, "once"
    assert PHONE.encode() not in b"".join(f.read_bytes() for f in tmp_path.glob("luot*.db*"))


def test_nothing_outlives_the_latest_moment(hall):
    keep(hall, "b1", purpose="booking", days=2)
    hall.clock.pass_(48 * 60 - 1)
    assert erase_due_contacts(hall.context) == 0
    hall.clock.pass_(1)
    assert erase_due_contacts(hall.context) == 1


def test_what_is_sealed_is_read_by_the_holder_of_the_key_only(tmp_path):
    key = HouseKey(tmp_path / FILE)
    sealed = key.seal("JBSWY3DP")
    assert "JBSWY3DP" not in sealed and HouseKey(tmp_path / FILE).open(sealed) == "JBSWY3DP"
    assert key.open("kept before there was a key") == "kept before there was a key"
    assert (tmp_path / FILE).stat().st_mode & 0o777 == 0o600
    (tmp_path / FILE).unlink()
    with pytest.raises(KeyTrouble, match="put back"):
        HouseKey(tmp_path / FILE).open(sealed)
    HouseKey(tmp_path / FILE).seal("another key is made")
    with pytest.raises(KeyTrouble, match="not the key"):
        HouseKey(tmp_path / FILE).open(sealed)
    (tmp_path / FILE).write_text("broken")
    with pytest.raises(KeyTrouble, match="no key"):
        HouseKey(tmp_path / FILE).open(sealed)


def test_second_factors_that_were_kept_plain_are_sealed_once(hall, tmp_path):
    with hall.store.change() as conn:
        people.add_staff(
            conn,
            id="mai",
            centre=CENTRE,
            name="mai",
            full_name="Mai",
            role="admin",
            password_hash="x",
            created_at=0,
            totp_secret="JBSWY3DPEHPK3PXP",
        )
    assert b"JBSWY3DPEHPK3PXP" in b"".join(f.read_bytes() for f in tmp_path.glob("luot*.db*"))
    with hall.store.change() as conn:
        assert seal_plain(conn, hall.store.house_key) == 1
        assert seal_plain(conn, hall.store.house_key) == 0
    assert b"JBSWY3DPEHPK3PXP" not in b"".join(f.read_bytes() for f in tmp_path.glob("luot*.db*"))
    with hall.store.read() as conn:
        kept = people.staff_by_id(conn, "mai").totp_secret
    assert hall.store.house_key.open(kept) == "JBSWY3DPEHPK3PXP"


def test_a_copy_of_the_database_tells_nobodys_number(hall, tmp_path):
    """A phone number has so few figures that a hash of it could be tried out; so could one that is
    the same at two centres.
    """
    keep(hall, "t1")
    kept = b"".join(file.read_bytes() for file in tmp_path.glob("luot*.db*"))
    assert all(text.encode() not in kept for text in (PHONE, PHONE.replace(" ", "")))
    key = hall.store.house_key
    assert key.marks(f"{CENTRE} 0912345678") != key.marks("other 0912345678")
    with hall.store.read() as conn:
        assert contacts.address_of(conn, CENTRE, "c-t1", key) == ("sms", PHONE)
        with pytest.raises(KeyTrouble):
            contacts.address_of(conn, CENTRE, "c-t1", HouseKey(tmp_path / "elsewhere" / FILE))


def test_a_renewed_key_opens_everything_and_the_one_that_was_stolen_nothing(hall, tmp_path):
    keep(hall, "t1")
    stolen = tmp_path / "stolen.key"
    stolen.write_bytes((tmp_path / FILE).read_bytes())
    of_the_hub = hall.store.house_key  # as it runs, with the key it has read
    sealed_meanwhile = of_the_hub.seal("a moment before")
    assert renew_key(open_store(hall.store.url)) == 1
    with hall.store.read() as conn:
        assert contacts.address_of(conn, CENTRE, "c-t1", of_the_hub) == ("sms", PHONE)
        assert len(contacts.at_address(conn, CENTRE, "+84912345678", of_the_hub)) == 1
        with pytest.raises(KeyTrouble, match="not the key"):
            contacts.address_of(conn, CENTRE, "c-t1", HouseKey(stolen))
    assert of_the_hub.open(sealed_meanwhile) == "a moment before"
    keep(hall, "t1")
    with hall.store.read() as conn:
        assert contacts.count(conn, CENTRE) == 1, "in place of the one sealed before"


def test_contacts_that_were_kept_plain_are_sealed_once(hall, tmp_path):
    keep(hall, "t1")
    with hall.store.change() as conn:
        conn.execute(contact_table.update().values(address=PHONE, mark=None))
        assert seal_plain(conn, hall.store.house_key) == 1
        assert seal_plain(conn, hall.store.house_key) == 0
    with hall.store.read() as conn:
        assert len(contacts.at_address(conn, CENTRE, PHONE, hall.store.house_key)) == 1
    assert PHONE.encode() not in b"".join(f.read_bytes() for f in tmp_path.glob("luot*.db*"))


def test_copies_from_before_an_upgrade_go_after_thirty_days(hall, tmp_path):
    """What is erased meanwhile would live on in them."""
    copies = [tmp_path / name for name in ("luot.db.before-2999", "luot.db.before-restore")]
    for days_old, copy in zip((31, 29), copies, strict=True):
        copy.write_bytes(b"canary")
        at = (hall.clock() - days_old * DAY) / 1000
        os.utime(copy, (at, at))
    assert erase_old_copies(hall.context) == 1
    assert [copy.exists() for copy in copies] == [False, True]
    (row,) = erased(hall.context, CENTRE)
    assert (row["what"], row["n"]) == ("copies", 1)


def test_old_rows_of_the_access_log_go_and_it_is_said(hall):
    with hall.store.change() as conn:
        for at in (0, 800 * DAY):
            access_log.add(
                conn,
                at=at,
                centre=CENTRE,
                kind="failed",
                who=None,
                address="::1",
                what=None,
                times=1,
            )
    assert erase_old_log_ins(hall.context) == 1
    (row,) = erased(hall.context, CENTRE)
    assert (row["what"], row["n"], row["erased_by"]) == ("access_log", 1, "hub")


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_whatever_is_erased_has_words_on_the_audit_page(hall, lang):
    """Control: what nobody gave words to is not written down at all."""
    words = area(lang, "audit")["page"]["gone"]
    assert set(words) == set(erasures.KINDS)
    with hall.store.change() as conn, pytest.raises(ValueError, match="ashes: not among"):
        erasures.add(conn, centre=CENTRE, at=1, what="ashes", n=1, why="due", by="hub")
