"""Backups that leave the machine: only the key opens them, and what arrives is what was sent."""

import os
import stat

import pyrage
import pytest

from server.store import archive, backup_copies
from server.store.engine import open_store

NOW = 1_795_000_000_000


@pytest.fixture
def key(tmp_path):
    """The file with the secret half of a key, and its public half."""
    identity = pyrage.x25519.Identity.generate()
    file = tmp_path / "key.txt"
    file.write_text(f"# kept in the safe\n{identity}\n")
    return file, str(identity.to_public())


@pytest.fixture
def data(tmp_path, prepared_centres):
    folder = tmp_path / "data"
    prepared_centres.copy_of("ward", folder)
    (folder / "house.key").write_bytes(b"a key that must not leave")
    return folder


@pytest.fixture
def sealed(tmp_path, data, key):
    """A backup that only the key opens."""
    store, file = open_store(data), tmp_path / "copy.tar.age"
    archive.backup(store, data, file, NOW, key[1])
    store.close()
    return file


def test_an_encrypted_backup_shows_nothing_and_comes_back_with_its_key(sealed, key, tmp_path):
    assert stat.S_IMODE(sealed.stat().st_mode) == 0o600
    assert b"SQLite format 3" not in sealed.read_bytes() and b"luot.db" not in sealed.read_bytes()
    assert [p.name for p in tmp_path.glob("copy.tar*")] == [sealed.name], "no plain one is left"
    other = tmp_path / "other"
    other.mkdir()
    archive.restore("", sealed, other, key[0])
    store = open_store(other)
    with store.read() as conn:
        assert conn.exec_driver_sql("SELECT count(*) FROM centre").scalar() == 1
    store.close()
    assert not (other / "house.key").exists(), "the key of the house is in no backup"
    assert not list(other.glob(".restore-*"))


def test_without_its_key_or_with_another_nothing_is_restored(sealed, tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    with pytest.raises(archive.BackupError, match="--identity"):
        archive.restore("", sealed, other)
    wrong = tmp_path / "wrong.txt"
    wrong.write_text(str(pyrage.x25519.Identity.generate()))
    with pytest.raises(archive.BackupError, match="does not open"):
        archive.restore("", sealed, other, wrong)
    wrong.write_text("my dog's name")
    with pytest.raises(archive.BackupError, match="holds no key"):
        archive.restore("", sealed, other, wrong)
    assert not list(other.iterdir())


def test_a_recipient_that_is_none_makes_no_backup(data, tmp_path):
    store = open_store(data)
    with pytest.raises(archive.BackupError, match="LUOT_BACKUP_RECIPIENT"):
        archive.backup(store, data, tmp_path / "copy.tar.age", NOW, "age1nobody")
    store.close()
    assert not list(tmp_path.glob("copy*"))


def test_a_copy_in_a_folder_is_the_same_file(tmp_path):
    file, away = tmp_path / "luot-20261130-121500.tar", tmp_path / "away"
    file.write_bytes(os.urandom(100_000))
    with pytest.raises(backup_copies.CopyError, match="no folder"):
        backup_copies.copy_away(file, str(away))
    away.mkdir()
    backup_copies.copy_away(file, str(away))
    assert [p.read_bytes() for p in away.iterdir()] == [file.read_bytes()]


def test_other_places_are_reached_by_rclone(tmp_path, monkeypatch):
    """A stand-in for the program: what it is called with, and its refusal."""
    tool = tmp_path / "bin/rclone"
    tool.parent.mkdir()
    tool.write_text(f'#!/bin/sh\necho "$@" >> {tmp_path}/calls\n[ "$4" != "s3:full/x.tar" ]\n')
    tool.chmod(0o755)
    file = tmp_path / "x.tar"
    file.write_bytes(b"backup")
    monkeypatch.setenv("PATH", str(tmp_path / "nowhere"))
    with pytest.raises(backup_copies.CopyError, match="install rclone"):
        backup_copies.copy_away(file, "s3:bucket/luot")
    monkeypatch.setenv("PATH", f"{tool.parent}:/usr/bin:/bin")
    assert backup_copies.copy_away(file, "s3:bucket/luot") == "s3:bucket/luot/x.tar"
    assert (tmp_path / "calls").read_text() == f"copyto --immutable {file} s3:bucket/luot/x.tar\n"
    with pytest.raises(backup_copies.CopyError, match="rclone: failed"):
        backup_copies.copy_away(file, "s3:full")
