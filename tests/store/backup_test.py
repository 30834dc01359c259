"""Copies of the whole hub: database, media, voices, recordings.

Made whole or not at all, put back whole, whatever happens in between.
"""

import os
import shutil
import sqlite3
import subprocess
import sys
import tarfile

import psycopg
import pytest

from server.store import archive, migrate
from server.store.engine import open_store
from tests.support.hub import environment

NOW = 1_795_000_000_000  # 2026-11-18, 11:06 at Hà Nội
FILES = {
    "media/" + "a" * 64 + ".jpg": b"picture" * 999,
    "voices/thu-duc/lan/v0001/moi_so.ogg": b"voice",
    "voices/thu-duc/lan/current": b"v0001\n",
    "voices/thu-duc/.draft-vi/A.wav": b"draft",
    "announced/x.wav": b"said",
    "mosquitto/passwd": b"led-5:$7$hash",
    "bridge/thu-duc/bridge.json": b"{}",
}
LEFT_OUT = {
    "media/incoming-abc": b"half",
    "voices/thu-duc/lan/.new-1/moi_so.ogg": b"half",
    "announced/y.part": b"half",
    "cache/report": b"made anew",
    "hub.lock": b"",
}


def put(folder, files):
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)


def held(folder):
    """The files of the three folders, by name."""
    return {
        p.relative_to(folder).as_posix(): p.read_bytes()
        for part in archive.FOLDERS
        for p in (folder / part).rglob("*")
        if p.is_file()
    }


def people(store):
    with store.read() as conn:
        return conn.exec_driver_sql("SELECT count(*) FROM device").scalar()


@pytest.fixture
def data(tmp_path):
    """A data folder with something in every room."""
    folder = tmp_path / "data"
    put(folder, FILES | LEFT_OUT)
    (folder / "mosquitto/passwd").chmod(0o600)
    return folder


@pytest.fixture
def made(data, prepared_centres, tmp_path):
    """A data folder with a centre in its SQLite database, and a backup of it."""
    prepared_centres.copy_of("ward", data)
    store = open_store(data)
    archive.backup(store, data, tmp_path / "copy.tar", NOW)
    store.close()
    return tmp_path / "copy.tar"


def test_a_backup_brings_everything_back_and_keeps_what_was_there(made, data):
    with sqlite3.connect(data / "luot.db") as conn:
        conn.execute("DELETE FROM device")
    shutil.rmtree(data / "voices")
    put(data, {"media/" + "b" * 64 + ".png": b"later"})
    archive.restore("", made, data)
    assert held(data) == FILES and oct((data / "mosquitto/passwd").stat().st_mode)[-3:] == "600"
    store = open_store(data)
    assert people(store) > 0
    store.close()
    assert (data / "luot.db.before-restore").exists() and (
        data / "media.before-restore" / ("b" * 64 + ".png")
    ).read_bytes() == b"later"
    assert not list(data.glob(".restore-*")) and not (data / archive.UNFINISHED).exists()


def test_postgresql_is_in_the_backup_too(data, tmp_path, postgres):
    name = postgres.create()
    # as a province has it
    by_socket = f"postgresql+psycopg://luot@/{name}?host={postgres.folder}&port={postgres.port}"
    store = open_store(by_socket)
    migrate.migrate(store)
    archive.backup(store, data, tmp_path / "copy.tar", NOW)
    with psycopg.connect(postgres.dsn(name), autocommit=True) as hub:
        hub.execute("DROP TABLE device CASCADE")
        store.close()
        with pytest.raises(archive.BackupError, match="stop every hub first"):
            archive.restore(by_socket, tmp_path / "copy.tar", data)
    assert not (data / archive.UNFINISHED).exists()
    archive.restore(by_socket, tmp_path / "copy.tar", data)
    with psycopg.connect(postgres.dsn(name)) as conn:
        assert conn.execute("SELECT count(*) FROM device").fetchone() == (0,)
    assert held(data) == FILES and (data / "luot.pgdump.before-restore").exists()
    with pytest.raises(archive.BackupError, match="this hub uses SQLite"):
        archive.restore("", tmp_path / "copy.tar", data)
    postgres.drop(name)


def test_a_backup_that_is_cut_short_or_changed_is_refused_and_changes_nothing(made, data):
    whole = made.read_bytes()
    before = held(data), (data / "luot.db").read_bytes()
    at = whole.index(b"picture" * 9)
    for bad in (
        whole[:100],
        whole[: len(whole) // 2],
        whole[: whole.index(b"manifest.json")],
        whole[:at] + b"P" + whole[at + 1 :],
        b"",
        b"SQLite format 3\0" + b"x" * 5000,
    ):
        made.write_bytes(bad)
        with pytest.raises(archive.BackupError, match="sound backup"):
            archive.restore("", made, data)
        assert (held(data), (data / "luot.db").read_bytes()) == before and not (
            data / archive.UNFINISHED
        ).exists()


def test_a_backup_that_would_write_elsewhere_is_refused(made, data, tmp_path):
    for name, kind in (
        ("../evil", tarfile.REGTYPE),
        ("media/../../evil", tarfile.REGTYPE),
        ("/evil", tarfile.REGTYPE),
        ("media/x", tarfile.SYMTYPE),
        ("luot.db/x", tarfile.REGTYPE),
    ):
        with tarfile.open(made, "w") as tar:
            about = tarfile.TarInfo(name)
            about.type, about.linkname = kind, "/etc/passwd"
            tar.addfile(about)
        with pytest.raises(archive.BackupError, match="does not belong"):
            archive.restore("", made, data)
    assert not (tmp_path / "evil").exists()


def test_an_older_backup_of_the_database_alone_is_still_taken(data, prepared_centres, tmp_path):
    prepared_centres.copy_of("ward", data)
    bare = tmp_path / "before-update.db"
    with sqlite3.connect(data / "luot.db") as source, sqlite3.connect(bare) as copy:
        source.backup(copy)
    archive.restore("", bare, data)
    assert held(data).keys() >= FILES.keys()  # as they were: such a file says nothing of them


def test_a_disk_without_room_is_said_and_the_older_backup_stays(made, data, monkeypatch):
    older = made.read_bytes()
    store = open_store(data)
    monkeypatch.setattr(
        archive.shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(1 << 40, 1 << 40, 50 << 20)
    )
    with pytest.raises(archive.BackupError, match="50 MB free and .* needed"):
        archive.backup(store, data, made, NOW)
    monkeypatch.undo()
    monkeypatch.setattr(
        archive.os, "fsync", lambda _: (_ for _ in ()).throw(OSError(28, "No space left on device"))
    )
    with pytest.raises(archive.BackupError, match="No space left.*free some space"):
        archive.backup(store, data, made, NOW)
    monkeypatch.undo()
    store.close()
    assert made.read_bytes() == older and sorted(
        p.name for p in made.parent.iterdir() if p.name != "data"
    ) == ["copy.tar"]


def test_a_damaged_database_makes_no_backup_and_is_cured_by_an_older_one(made, data):
    older = made.read_bytes()
    store = open_store(data)
    pages = bytearray((data / "luot.db").read_bytes())
    pages[8192:] = os.urandom(len(pages) - 8192)
    (data / "luot.db").write_bytes(pages)
    with pytest.raises(archive.BackupError, match="keep the older backups"):
        archive.backup(store, data, made, NOW)
    store.close()
    assert made.read_bytes() == older
    archive.restore("", made, data)
    store = open_store(data)
    assert people(store) > 0
    store.close()


def test_a_restore_that_is_cut_short_stops_the_hub_until_it_is_run_again(made, data, monkeypatch):
    put(data, {"voices/mine": b"of today"})
    real = os.rename

    def power_cut(old, new):
        if str(new).endswith("voices"):
            raise KeyboardInterrupt
        real(old, new)

    monkeypatch.setattr(archive.os, "rename", power_cut)
    with pytest.raises(KeyboardInterrupt):
        archive.restore("", made, data)
    monkeypatch.undo()
    refused = subprocess.run(
        [sys.executable, "-P", "-m", "server", "hub", "--data", data],
        capture_output=True,
        text=True,
        env=environment(),
        timeout=60,
    )
    assert refused.returncode == 1 and "was cut short; run the same `luot restore" in refused.stderr
    archive.restore("", made, data)
    assert (
        held(data) == FILES
        and (data / "voices.before-restore/mine").read_bytes() == b"of today"
        and not (data / archive.UNFINISHED).exists()
    )


@pytest.mark.slow
def test_a_running_hub_is_copied_every_night_and_put_back_by_the_commands(start_hub, tmp_path):
    """The timer's own command; what a killed backup left is swept, old ones go, and no number on
    paper is given again.
    """
    hub, folder = start_hub("ward"), tmp_path / "backups"
    put(hub.folder, {"media/" + "a" * 64 + ".jpg": b"picture"})
    put(
        folder,
        {
            "luot-20200101-120000.tar": b"old",
            "luot-20200102-120000.tar": b"old",
            "luot-20200103-120000.tar.part": b"killed",
            "notes.txt": b"mine",
        },
    )

    def luot(*argv):
        return subprocess.run(
            [sys.executable, "-P", "-m", "server", *map(str, argv), "--data", hub.folder],
            capture_output=True,
            text=True,
            env=environment(LUOT_HOURS="always"),
            timeout=60,
        )

    citizen = hub.citizen()
    field = citizen.get("/snapshot/kiosk")["fields"][0]["field"]
    citizen.takes_number(field)
    done = luot("backup", "--keep", "2", folder)
    assert done.returncode == 0 and "copied and checked" in done.stdout, done.stderr
    kept = sorted(p.name for p in folder.iterdir())
    assert (
        len(kept) == 3
        and kept[0] == "luot-20200102-120000.tar"
        and kept[2] == "notes.txt"
        and oct((folder / kept[1]).stat().st_mode)[-3:] == "600"
    )
    lost = citizen.takes_number(field)["number"]
    hub.stop()
    done = luot("restore", folder / kept[1])
    assert done.returncode == 0, done.stderr
    assert luot("verify").returncode == 0
    hub.start()
    assert hub.citizen().takes_number(field)["number"] != lost
