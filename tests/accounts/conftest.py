"""A database of the newest schema for each test, made once."""

import shutil

import pytest

from server.store.engine import open_store
from tests.support.databases import migrate


@pytest.fixture(scope="session")
def empty_house(tmp_path_factory):
    """A folder with an empty database."""
    folder = tmp_path_factory.mktemp("empty-house")
    migrate(folder)
    return folder


@pytest.fixture
def own_store(empty_house, tmp_path):
    """A store of the test's own."""
    shutil.copytree(empty_house, tmp_path, dirs_exist_ok=True)
    store = open_store(tmp_path)
    yield store
    store.close()
