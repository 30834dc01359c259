"""Who is at the hub that a file shares."""

import pytest


@pytest.fixture(scope="module")
def staff(shared_hub):
    """Log-ins by role: {"clerk": {"name", "password"}, …}."""
    return {person["role"]: person for person in reversed(shared_hub.prepared["staff"])}


@pytest.fixture(scope="module")
def seq(shared_hub):
    """The journal's seq at this moment."""
    client = shared_hub.http_client(shared_hub.tokens["manager"])
    return lambda: client.get("/journal?since=0")["seq"]
