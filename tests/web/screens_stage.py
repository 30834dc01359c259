"""A hub in this process, asked over HTTP as a browser would: staff log in, a new screen asks for
its code. One per module; the hall is Thủ Đức's.
"""

import secrets
from contextlib import contextmanager
from types import SimpleNamespace

from tests.support.hub_in_process import hub_in_process

CENTRE = "thu-duc"


class Asker:
    """Somebody with a browser or a device with a token."""

    def __init__(self, app, token=None):
        self.client, self.headers = (
            app.test_client(),
            {"Authorization": f"Bearer {token}"} if token else {},
        )

    def log_in(self, name, password):
        """A member of staff signs in; CSRF goes with every later request."""
        answer = self.client.post(
            "/api/v1/login", json={"centre": CENTRE, "name": name, "password": password}
        ).get_json()
        assert answer["ok"], answer
        self.headers = {"X-CSRF-Token": answer["csrf"]}
        return self

    def ask(self, method, path, press=True, **body):
        """(status, JSON) of a request; acts get a request id of their own."""
        json = (
            {**({"request_id": secrets.token_hex(8)} if press else {}), **body}
            if method != "GET"
            else None
        )
        answer = self.client.open(
            path if path.startswith("/") else f"/api/v1/{CENTRE}/{path}",
            method=method,
            json=json,
            headers=self.headers,
        )
        return answer.status_code, answer.get_json()


@contextmanager
def open_hub(prepared_centres, folder, **settings):
    """A hub over a hall of its own: `.app`, `.staff(name)`, `.device(token)`, `.prepared`."""
    prepared = prepared_centres.copy_of("thu_duc", folder)
    words = {person["name"]: person["password"] for person in prepared["staff"]}
    with hub_in_process(folder, hours="always", **settings) as app:
        yield SimpleNamespace(
            app=app,
            prepared=prepared,
            folder=folder,
            luot=app.extensions["luot"],
            staff=lambda name: Asker(app).log_in(name, words[name]),
            device=lambda token=None: Asker(app, token),
        )


def claim():
    """The secret a new screen makes: 43 letters."""
    return secrets.token_urlsafe(32)
