"""Whoever asks gets what is kept of them, and has it erased with the code in it."""

import json

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from server.acts.person import WrongCode, erase_person, export_person
from server.acts.retention import erase_due_contacts, erased
from server.commands.person import person
from server.store import access_log, archive, contacts
from server.store.outside_tables import contact as contact_table

CENTRE, DAY = "thu-duc", 86_400_000
PHONE = "0912 000 777"
TRACES = (b"0912 000 777", b"0912000777", b"canary")


@pytest.fixture
def database_kind():
    """The file is searched; nothing here differs on PostgreSQL."""
    return "sqlite"


@pytest.fixture
def hall(make_hall):
    return make_hall()


def give(hall, subject, address=PHONE):
    """Somebody asks to be told."""
    contact = contacts.Contact(
        *(CENTRE, f"c-{subject}", "ticket", subject, "sms", address, "vi"),
        hall.clock(),
        hall.clock() + DAY,
    )
    with hall.store.change() as conn:
        contacts.add(conn, contact, hall.store.house_key)


def bytes_below(folder):
    return b"".join(file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file())


def test_what_is_kept_is_exported_and_erased_with_the_code_in_it(hall):
    give(hall, "t1"), give(hall, "t2", "0912 000 778")
    export = export_person(hall.context, CENTRE, "+84912000777")
    assert [row["subject"] for row in export["contacts"]] == ["t1"]
    assert erase_person(hall.context, CENTRE, PHONE, export["code"], "staff:mai") == 1
    assert export_person(hall.context, CENTRE, PHONE)["contacts"] == []
    assert export_person(hall.context, CENTRE, "0912000778")["contacts"], "of nobody else"
    (row,) = erased(hall.context, CENTRE)
    assert (row["what"], row["n"], row["why"], row["erased_by"]) == (
        *("person", 1, "asked"),
        "staff:mai",
    )


def test_what_came_since_the_export_is_not_erased_unseen(hall):
    give(hall, "t1")
    code = export_person(hall.context, CENTRE, PHONE)["code"]
    give(hall, "t3")
    with pytest.raises(WrongCode):
        erase_person(hall.context, CENTRE, PHONE, code, "staff:mai")
    assert len(export_person(hall.context, CENTRE, PHONE)["contacts"]) == 2


def test_the_command_writes_a_file_for_the_person_and_no_log_names_them(hall, tmp_path):
    give(hall, "t1")
    out = tmp_path.parent / f"{tmp_path.name}-answer.json"
    runner = CliRunner(env={"LUOT_DATABASE_URL": hall.store.url, "LUOT_DATA": str(tmp_path)})
    done = runner.invoke(person, [PHONE, "--out", str(out)])
    assert done.exit_code == 0, done.output
    export = json.loads(out.read_text("utf-8"))
    assert out.stat().st_mode & 0o777 == 0o600 and export["contacts"][0]["address"] == PHONE
    refused = runner.invoke(person, [PHONE, "--erase", "0" * 12])
    assert refused.exit_code == 1 and "nothing was erased" in refused.output
    done = runner.invoke(person, [PHONE, "--erase", export["code"]])
    assert done.exit_code == 0 and "1 contacts erased" in done.output
    with hall.store.read() as conn:
        (looked,) = access_log.since(conn, CENTRE, 0)
    assert (looked.kind, looked.what) == ("looked", "person:1")


def test_canaries_are_in_no_byte_of_the_folder_nor_of_a_later_backup(hall, tmp_path):
    """Planted as a contact and as a note; the day goes on, their time is over."""
    lan = hall.clerk("lan", 5)
    give(hall, hall.citizen("A")["id"])
    lan.call_next()
    lan.note(text=f"canary {PHONE}")
    assert TRACES[0] in bytes_below(tmp_path)
    with hall.store.read() as conn:
        sealed = conn.execute(select(contact_table.c.address)).scalar_one().encode()
    assert sealed in bytes_below(tmp_path)
    before = tmp_path.parent / f"{tmp_path.name}-before.tar"
    archive.backup(hall.store, tmp_path, before, hall.clock())
    assert TRACES[0] in before.read_bytes(), "a backup holds what was there"
    lan.finish(outcome="received")
    hall.clock.pass_(61)
    assert erase_due_contacts(hall.context) == 1
    after = tmp_path.parent / f"{tmp_path.name}-after.tar"
    archive.backup(hall.store, tmp_path, after, hall.clock())
    for trace in (*TRACES, sealed):
        assert trace not in bytes_below(tmp_path) and trace not in after.read_bytes(), trace
