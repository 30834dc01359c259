"""Who is at the hub that a file shares."""

import pytest
import requests


@pytest.fixture(scope="module")
def staff(shared_hub):
    """Log-ins by role: {"clerk": {"name", "password"}, …}."""
    return {person["role"]: person for person in reversed(shared_hub.prepared["staff"])}


@pytest.fixture(scope="module")
def seq(shared_hub):
    """The journal's seq at this moment."""
    client = shared_hub.http_client(shared_hub.tokens["manager"])
    return lambda: client.get("/journal?since=0")["seq"]


@pytest.fixture
def signed_in(hub):
    """signed_in(role): a browser of somebody of the staff, with the CSRF token set."""

    def log_in(role):
        person = next(p for p in hub.prepared["staff"] if p["role"] == role)
        browser = requests.Session()
        browser.trust_env = False
        answer = browser.post(
            f"{hub.url}/api/v1/login",
            json={"name": person["name"], "password": person["password"]},
            timeout=20,
        )
        assert answer.ok, answer.text
        browser.headers["X-CSRF-Token"] = answer.json()["csrf"]
        return browser

    return log_in
