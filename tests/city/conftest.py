"""The hall of the acts, for what is written of it."""

import pytest

from tests.acts.conftest import (  # noqa: F401  (fixtures)
    database_url,
    fresh_database,
    make_hall,
    swept,
    thu_duc_profile,
)


@pytest.fixture
def database_kind():
    """Nothing here speaks to the database but by what is tested on both."""
    return "sqlite"
