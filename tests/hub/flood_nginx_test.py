"""The same floods through the shipped nginx: what gets past it meets the hub's own guards."""

import time

import pytest

from tests.firmware.nginx_test import Front
from tests.hub.flood_test import FloodedHub, busy_centre

pytestmark = pytest.mark.slow


class BusyCentres:
    """Where the front gets its hall from: one that gives as many numbers as are asked for."""

    def copy_of(self, _centre, folder):
        folder.mkdir(parents=True)
        return busy_centre(folder)


@pytest.fixture(scope="module")
def front(tmp_path_factory):
    made = Front(tmp_path_factory.mktemp("front"), BusyCentres())
    yield made
    made.remove()


@pytest.fixture(scope="module")
def flooded_hub(front):
    return FloodedHub(front.hub)


@pytest.mark.parametrize("count", [1, 50])
@pytest.mark.parametrize("kind", ["packets", "pings", "junk", "requests", "pipeline", "handshakes"])
def test_behind_nginx_the_hall_keeps_its_pace(front, flooded_hub, kind, count):
    flooded_hub.goes_on(kind, count, port=front.tls, extra=["--tls"])


def test_behind_nginx_a_strangers_sockets_are_cut_by_their_own_address(front, flooded_hub):
    """Every connection is nginx's: the hub tells clients apart by what nginx says of them."""
    counts = flooded_hub.goes_on("packets", 20, port=front.tls, extra=["--tls"])
    assert counts.get("cut", 0) + counts.get("failed", 0) + counts.get("reset", 0) > 0, counts
    board = front.hub.board()
    board.waits_until(lambda screen: screen.snapshot)
    time.sleep(1)  # long enough for the hub to cut it too, were it taken for a stranger
    assert board.connected
