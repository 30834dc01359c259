"""A hub that a whole file shares, for tests that change nothing or use only counters of their own."""
import pytest

from tests.rigs.hub import Hub


@pytest.fixture(scope="module")
def shared_hub(halls, tmp_path_factory):
    """One running hub of Thủ Đức for the file."""
    folder = tmp_path_factory.mktemp("shared") / "hub"
    running = Hub(folder, halls.copy_of("thu_duc", folder)).start()
    yield running
    running.remove()


@pytest.fixture(scope="module")
def staff(shared_hub):
    """Log-ins by role: {"clerk": {"name", "password"}, …}."""
    return {person["role"]: person for person in reversed(shared_hub.hall["staff"])}


@pytest.fixture(scope="module")
def seq(shared_hub):
    """The journal's seq at this moment."""
    line = shared_hub.line(shared_hub.tokens["manager"])
    return lambda: line.get("/journal?since=0")["seq"]
