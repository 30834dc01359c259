"""Who is at the hub that a file shares."""

import pytest


@pytest.fixture(scope="module")
def staff(shared_hub):
    """Log-ins by role: {"clerk": {"name", "password"}, …}."""
    return {person["role"]: person for person in reversed(shared_hub.prepared["staff"])}


@pytest.fixture(scope="module")
def seq(shared_hub):
    """The journal's seq at this moment."""
    line = shared_hub.line(shared_hub.tokens["manager"])
    return lambda: line.get("/journal?since=0")["seq"]
