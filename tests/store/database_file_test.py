"""The database file itself: who may read it, that nothing erased is left beside it, and that damage
is found.
"""

import stat

import pytest
from click.testing import CliRunner

from server.__main__ import luot
from server.app import create_app
from server.config import load
from server.store.database_file import DAMAGED, faults_of
from server.store.engine import StorageError, open_store
from server.web.disk import PagesWatch
from tests.support.databases import damage, migrate


@pytest.fixture
def folder(tmp_path):
    """A data folder with a migrated database."""
    migrate(str(tmp_path / "data"))
    return tmp_path / "data"


@pytest.mark.parametrize("made", [0o755, 0o777, 0o750, 0o700])
def test_nobody_else_reads_a_data_folder_made_by_hand(tmp_path, made):
    folder = tmp_path / "by-hand"
    folder.mkdir()
    folder.chmod(made)
    open_store(folder).close()
    assert stat.S_IMODE(folder.stat().st_mode) == made & ~0o007


def test_a_folder_that_is_not_ours_to_change_is_refused_with_the_mend(tmp_path, monkeypatch):
    folder = tmp_path / "not-ours"
    folder.mkdir()
    folder.chmod(0o755)
    monkeypatch.setattr("pathlib.Path.chmod", _refuse)
    with pytest.raises(StorageError, match="chmod o-rwx"):
        open_store(folder)


def _refuse(*_):
    raise PermissionError(1, "Operation not permitted")


def test_an_empty_file_starts_no_empty_hub(folder):
    (folder / "luot.db").write_bytes(b"")
    for companion in folder.glob("luot.db-*"):
        companion.unlink()
    with pytest.raises(StorageError, match="luot restore"):
        create_app(load(data=str(folder), environ={}))
    assert (folder / "luot.db").read_bytes() == b"", "nothing was begun in it"


@pytest.fixture
def damaged(folder):
    """A database of which a page in the middle is no page any more."""
    damage(folder)
    return folder


def test_a_whole_file_has_no_faults(folder):
    assert faults_of(str(folder / "luot.db")) == []


def test_damaged_pages_are_found_beside_the_hub_and_by_verify(damaged):
    store = open_store(damaged)
    PagesWatch(store, lambda: 1).refresh()
    assert store.damage == DAMAGED
    store.close()
    result = CliRunner().invoke(luot, ["verify", "--data", str(damaged)])
    assert result.exit_code == 1 and "luot restore FILE" in result.output


def test_an_act_that_meets_a_damaged_page_says_so_at_once(damaged):
    store = open_store(damaged)
    with pytest.raises(StorageError, match="luot restore"), store.read() as conn:
        conn.exec_driver_sql("SELECT sum(length(text)) FROM filler").scalar()
    assert store.damage == DAMAGED
    store.close()


def test_a_file_that_was_put_back_clears_it(folder):
    store = open_store(folder)
    store.found_damaged(True)
    PagesWatch(store, lambda: 1).refresh()
    assert store.damage is None
    store.close()
