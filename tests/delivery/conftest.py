"""A house whose notices go to receivers on loopback."""

import json

import pytest
from sqlalchemy import select

from server.accounts.actor import Actor
from server.acts.act import run
from server.acts.notices import notify
from server.config import Settings
from server.delivery.channels import deliverer
from server.outside_keys import OutsideKeys
from server.store import contacts
from server.store.engine import open_store
from server.store.outside_tables import delivery
from tests.acts.conftest import (  # noqa: F401  (the hall's fixtures)
    CENTRE,
    MINUTE,
    Hall,
    fresh_database,
    swept,
)
from tests.support.centres import profile_of
from tests.support.twins import MailTwin, WebTwin

LOOPBACK = "127.0.0.0/8"


@pytest.fixture
def database_kind():
    """The table's own functions are tested on both databases."""
    return "sqlite"


class House:
    """A hall with its delivery; `says(...)` is an act that has something to tell."""

    def __init__(self, store, folder, profile, networks=LOOPBACK, ca_file=""):
        self.hall = Hall(store, profile)
        self.store, self.clock = store, self.hall.clock
        self.keys = OutsideKeys(folder)
        self.settings = Settings(
            data=str(folder),
            delivery_networks=networks,
            delivery_ca_file=str(ca_file),
            push_services="127.0.0.1",
        )
        self.start()

    def start(self):
        """The process begins (again)."""
        self.deliverer = deliverer(self.settings, self.store, self.keys, self.clock)

    def contact(self, kind, address, subject="b1", purpose="booking", minutes=1440):
        """Somebody wants to be told about a booking."""
        now = self.clock()
        address = address if isinstance(address, str) else json.dumps(address)
        id = f"{kind}-{subject}-{len(address)}"
        with self.store.change() as conn:
            contacts.add(
                conn,
                contacts.Contact(
                    CENTRE, id, purpose, subject, kind, address, "vi", now, now + minutes * MINUTE
                ),
                self.store.house_key,
            )
        return id

    def says(self, kind="booked", subject="b1", **data):
        """An act with something to tell."""
        self.presses = getattr(self, "presses", 0) + 1
        answer = run(
            self.hall.context,
            Actor.hub(CENTRE),
            f"press-of-house-{self.presses}",
            "test",
            {"n": self.presses},
            lambda act: {"n": notify(act, "booking", subject, kind, data, nth=self.presses)},
        )
        assert answer["ok"]

    def round(self, seconds=20):
        """One look of the process, its attempts awaited."""
        self.deliverer.round()
        assert self.deliverer.wait(seconds)

    def rows(self):
        """`[(channel, state, error, tries)]` as the page tells them."""
        with self.store.read() as conn:
            rows = conn.execute(select(delivery).order_by(delivery.c.made_at, delivery.c.nth)).all()
        return [(row.channel, row.state, row.error, row.tries) for row in rows]


@pytest.fixture
def make_house(fresh_database, tmp_path):
    """make_house(delivery={...}) gives a House whose document says so."""
    opened = []

    def make(networks=LOOPBACK, ca_file="", **says):
        store = open_store(fresh_database())
        opened.append(store)
        profile = {**profile_of("thu_duc"), "delivery": says}
        return House(store, tmp_path, profile, networks, ca_file)

    yield make
    for store in opened:
        store.close()


@pytest.fixture
def twin():
    """twin(answers…) gives a WebTwin."""
    made = []

    def make(*answers, **how):
        made.append(WebTwin(*answers, **how))
        return made[-1]

    yield make
    for one in made:
        one.close()


@pytest.fixture
def mail_twin():
    """mail_twin(RCPT=550) gives a MailTwin."""
    made = []

    def make(**codes):
        made.append(MailTwin(**codes))
        return made[-1]

    yield make
    for one in made:
        one.close()
