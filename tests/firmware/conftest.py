"""What the tests of the machines' files leave behind is taken away when a run ends."""

import pytest

from firmware_configs.checks import servers


@pytest.fixture(scope="session", autouse=True)
def tidy():
    yield
    servers.forget()
