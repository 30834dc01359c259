"""Programs the tests of the shared scripts run on."""

import shutil

import pytest


@pytest.fixture(scope="session")
def node():
    """Node's path: the system's, or the one ./luot test puts on the PATH."""
    program = shutil.which("node")
    assert program, "node is missing; run ./luot test, which installs it where the system has none"
    return program
