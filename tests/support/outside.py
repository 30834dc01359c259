"""The pages before a visit over a hall of the acts, without a hub: one Flask application on its
store and clock.
"""

import html
import re
from types import SimpleNamespace

from flask import Flask

from server.web.booking_pages import booking_pages
from server.web.bookings import bookings_api
from server.web.claim_pages import claim_pages, door_pages
from server.web.draw_pages import draw_pages
from server.web.draws import draws_api
from server.web.guard import guard
from server.web.reach_pages import reach_pages
from server.web.rejoin_pages import NUMBER_COOKIE, rejoin_pages
from tests.support.hub import ROOT


class Phone:
    """Somebody's browser without scripts: follows links and sends forms as they stand."""

    def __init__(self, context):
        app = Flask("outside", template_folder=str(ROOT / "server/web/templates"))
        app.extensions["luot"] = SimpleNamespace(
            context=context,
            centres=lambda: list(context.centres()),
            settings=SimpleNamespace(public_url=""),
            identity=None,
        )
        for pages in (
            booking_pages,
            claim_pages,
            door_pages,
            rejoin_pages,
            bookings_api,
            draw_pages,
            draws_api,
            *reach_pages,
        ):
            app.register_blueprint(pages)
        guard(app)
        self.client = app.test_client()

    def holds(self, key):
        """This phone opened the page of a number, by the key of its slip."""
        self.client.set_cookie(NUMBER_COOKIE, key, path="/d/")

    def opens(self, path):
        """The page at an address."""
        return self._page(self.client.get(path, follow_redirects=True))

    def sends(self, page, **typed):
        """The first form of a page whose button is the red one, filled in with what is typed."""
        forms = re.findall(r"<form[^>]*?action=\"([^\"]+)\"[^>]*>(.*?)</form>", page.html, re.S)
        action, inside = next((a, f) for a, f in forms if 'class="press"' in f)
        fields = {}
        for field in re.findall(r"<input[^>]*>", inside):
            attributes = dict(re.findall(r'(\w+)="([^"]*)"', field))
            if attributes.get("type") != "radio":
                fields[attributes["name"]] = html.unescape(attributes.get("value", ""))
        return self.posts(html.unescape(action), **{**fields, **typed})

    def posts(self, path, **fields):
        """The page that a form leads to."""
        return self._page(self.client.post(path, data=fields, follow_redirects=True))

    def _page(self, answer):
        body = answer.get_data(as_text=True)
        words = html.unescape(re.sub(r"<[^>]+>", " ", body.partition("<body")[2]))
        return SimpleNamespace(
            status=answer.status_code,
            path=answer.request.path,
            html=body,
            words=" ".join(words.split()),
            code=answer.request.path.rsplit("/", 1)[-1],
        )
