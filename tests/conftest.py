"""What every test may ask for: databases, servers, a hub, a hall with its people. Each fixture is a real program or a real connection."""
import shutil

import pytest

from tests.rigs.servers import Postgres, Redis


@pytest.fixture(scope="session")
def postgres():
    """A PostgreSQL cluster of our own for the whole run."""
    cluster = Postgres()
    yield cluster
    cluster.remove()


@pytest.fixture
def redis():
    """A Redis of our own, empty."""
    server = Redis()
    yield server
    server.remove()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_kind(request):
    """Which database this run of the test is on; every test of the store and the desk runs on both."""
    return request.param


@pytest.fixture
def empty_database_url(database_kind, request, tmp_path):
    """A new database with nothing in it."""
    if database_kind == "sqlite":
        yield f"sqlite:///{tmp_path / 'luot.db'}"
        return
    cluster = request.getfixturevalue("postgres")
    name = cluster.create()
    yield cluster.url(name)
    cluster.drop(name)


@pytest.fixture(scope="session")
def migrated(tmp_path_factory):
    """Migrated empty databases, made once per kind and copied for each test: {"sqlite": path, "postgresql": name}."""
    return {"folder": tmp_path_factory.mktemp("migrated")}


@pytest.fixture
def database_url(database_kind, migrated, request, tmp_path):
    """A new database with the newest schema and no rows."""
    from tests.rigs.databases import migrate
    if database_kind == "sqlite":
        if "sqlite" not in migrated:
            migrated["sqlite"] = migrated["folder"] / "luot.db"
            migrate(f"sqlite:///{migrated['sqlite']}")
        shutil.copy(migrated["sqlite"], tmp_path / "luot.db")
        yield f"sqlite:///{tmp_path / 'luot.db'}"
        return
    cluster = request.getfixturevalue("postgres")
    if "postgresql" not in migrated:
        migrated["postgresql"] = cluster.create("luot_migrated")
        migrate(cluster.url("luot_migrated"))
    name = cluster.create(template=migrated["postgresql"])
    yield cluster.url(name)
    cluster.drop(name)
