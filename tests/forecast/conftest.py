"""The forecaster beside the hall of the acts' tests, on SQLite."""

import pytest

from server.acts.forecast_files import FOLDER, ForecastFiles
from server.forecast.run import Forecaster
from tests.acts.conftest import (  # noqa: F401  (the hall's fixtures)
    fresh_database,
    hall,
    make_hall,
    swept,
    thu_duc_profile,
)


@pytest.fixture
def database_kind():
    """The forecaster reads by the store's own functions, which are tested on both databases."""
    return "sqlite"


@pytest.fixture
def database_url(fresh_database):
    """An empty migrated database."""
    return fresh_database()


@pytest.fixture
def lan(hall):
    """Clerk Lan at counter 2 (field A)."""
    return hall.clerk("lan", 2)


@pytest.fixture
def folder(tmp_path):
    """Where the forecaster writes and the hub reads."""
    return tmp_path / "data" / FOLDER


@pytest.fixture
def start_forecaster(hall, folder):
    """start_forecaster() gives a new one, as after a restart."""
    return lambda: Forecaster(hall.store, folder, hall.clock, always_open=False)


@pytest.fixture
def forecaster(start_forecaster):
    """The forecaster of the hall; `round()` is one second of it."""
    return start_forecaster()


@pytest.fixture
def hub_reads(hall, folder):
    """hub_reads() is one second of the hub's task that reads forecasts."""
    return ForecastFiles(str(folder.parent), hall.context.estimates.forecasts).refresh
