"""The Thủ Đức hall with its clock in the test's hand: citizens take numbers, clerks call them,
nothing moves by itself.
"""

import itertools
import shutil
import uuid

import psycopg
import pytest
from sqlalchemy import select

from domain.day import moment
from server import acts
from server.store import journal
from server.store import tables as t
from server.store.engine import open_store
from tests.support.centres import profile_of, put_in_force
from tests.support.databases import migrate

CENTRE = "thu-duc"
HERE = "Asia/Ho_Chi_Minh"
MINUTE = 60_000
ROWS = (t.centre, t.service_day, t.series, t.ticket, t.counter, t.journal, t.note)
_press = itertools.count(1)


class Clock:
    """Shows what the test set; called, it says the milliseconds."""

    def __init__(self):
        self.set("2026-11-23", "08:00")

    def __call__(self):
        return self.now

    def set(self, day, time):
        """Set it to a local day and time."""
        self.now = moment(day, time, HERE)

    def pass_(self, minutes):
        """Let minutes go by (or back)."""
        self.now += round(minutes * MINUTE)


class Someone:
    """Who does an act, each time with a new press unless the test names one: lan.call_next(),
    lan.finish(outcome="received").
    """

    def __init__(self, hall, actor, counter=None):
        self.hall, self.actor, self.counter = hall, actor, counter

    def __getattr__(self, verb):
        if verb.startswith("__"):
            raise AttributeError(verb)

        def do(*args, press=None, **more):
            press = press or f"press-{next(_press)}"
            if self.counter is not None:
                return acts.COUNTER_ACTS[verb](
                    self.hall.context, self.actor, press, counter=self.counter, **more
                )
            return getattr(acts, verb)(self.hall.context, self.actor, press, *args, **more)

        return do


class Hall:
    """One centre with an empty hall: its acts, its clock, its people, and what its database
    holds.
    """

    def __init__(self, store, profile, **rules):
        self.store, self.clock, self.heard = store, Clock(), []
        loaded = put_in_force(store, self.clock(), profile, f"load-{uuid.uuid4().hex}", CENTRE)
        assert loaded["ok"], loaded
        self.context = acts.ActContext(
            store,
            self.clock,
            heard=lambda centre, facts: self.heard.append([f.kind for f in facts]),
            **rules,
        )
        self.greeter = self.staff("ngoc", "greeter")
        self.manager = self.staff("hanh", "manager")
        self.kiosk = self.device("kiosk-1")

    def staff(self, name, role="clerk", counter=None):
        """A member of staff, at a counter or in the hall."""
        return Someone(
            self, acts.Actor(CENTRE, f"staff:{name}", role, staff=f"staff:{name}"), counter
        )

    def device(self, name):
        """A kiosk."""
        return Someone(self, acts.Actor(CENTRE, f"device:{name}", "kiosk", device=name))

    def clerk(self, name, counter):
        """A clerk who sits down and opens the counter."""
        someone = self.staff(name, counter=counter)
        answer = someone.open()
        assert answer["ok"], answer
        return someone

    def citizen(self, field="A", **wish):
        """Somebody takes a number at the kiosk; the ticket."""
        answer = self.kiosk.issue(field=field, **wish)
        assert answer["ok"], answer
        return answer["ticket"]

    def citizens(self, n, field="A", every=1, **wish):
        """So many people, one every few minutes; their numbers."""
        numbers = []
        for _ in range(n):
            numbers.append(self.citizen(field, **wish)["number"])
            self.clock.pass_(every)
        return numbers

    def ticket(self, number):
        """The row of a number on the latest day."""
        with self.store.read() as conn:
            return conn.execute(
                select(t.ticket).where(t.ticket.c.number == number).order_by(t.ticket.c.day.desc())
            ).first()

    def facts(self, since=0):
        """The journal after a seq."""
        with self.store.read() as conn:
            return journal.since(conn, CENTRE, since, 100_000)

    def kinds(self, since=0):
        """What happened after a seq, in the journal's words."""
        return [f.kind for f in self.facts(since)]

    @property
    def seq(self):
        """Where the journal stands."""
        return self.context.seq(CENTRE)

    def rows(self):
        """Every row of the centre that an act may change, the journal included."""
        with self.store.read() as conn:
            return {
                table.name: sorted(map(repr, conn.execute(select(table)).all())) for table in ROWS
            }

    def faults(self):
        """What `luot verify` would say."""
        with self.store.read() as conn:
            return journal.verify(conn, CENTRE)


@pytest.fixture(scope="session")
def thu_duc_profile():
    """The centre's profile as its file says it."""
    return profile_of("thu_duc")


@pytest.fixture(scope="session")
def swept(postgres):
    """One PostgreSQL database for all tests of the acts, swept before each:

    (its address, a connection that may sweep the journal too).
    """
    name = postgres.create()
    migrate(postgres.url(name))
    with psycopg.connect(postgres.dsn(name), autocommit=True) as broom:
        broom.execute(
            "SET session_replication_role = replica"
        )  # the journal's own trigger lets nobody else
        yield postgres.url(name), broom


@pytest.fixture
def fresh_database(database_kind, migrated, request, tmp_path):
    """fresh_database() gives the address of an empty migrated database, each time one with nothing
    in it.
    """
    if database_kind == "sqlite" and "sqlite" not in migrated:
        migrated["sqlite"] = migrated["folder"] / "luot.db"
        migrate(f"sqlite:///{migrated['sqlite']}")
    made = itertools.count(1)

    def fresh():
        if database_kind == "sqlite":
            file = tmp_path / f"luot-{next(made)}.db"
            shutil.copy(migrated["sqlite"], file)
            return f"sqlite:///{file}"
        url, broom = request.getfixturevalue("swept")
        for table in t.metadata.tables:
            broom.execute(f"DELETE FROM {table}")
        return url

    return fresh


@pytest.fixture
def database_url(fresh_database):
    """As everywhere, but PostgreSQL's is swept instead of made anew: there are hundreds of these
    tests.
    """
    return fresh_database()


@pytest.fixture
def make_hall(database_url, thu_duc_profile, tmp_path):
    """Builds a hall: make_hall(), make_hall(profile=…, hours="always").

    At the end its rows must be what its journal says.
    """
    built = []

    def make(profile=thu_duc_profile, **rules):
        built.append(Hall(open_store(database_url, data_folder=tmp_path), profile, **rules))
        return built[-1]

    yield make
    for hall in built:
        faults = hall.faults()
        hall.store.close()
        assert not faults


@pytest.fixture
def hall(make_hall):
    """Monday, 23 November 2026, eight o'clock, nobody in yet."""
    return make_hall()


@pytest.fixture
def lan(hall):
    """Lan at counter 5: certification, helping civil status."""
    return hall.clerk("lan", 5)


@pytest.fixture
def minh(hall):
    """Minh at counter 6: civil status, helping certification."""
    return hall.clerk("minh", 6)


@pytest.fixture
def refused(hall):
    """refused(code, act): the act is refused with this code, and no row and no fact has changed;
    the refusal.
    """

    def check(code, act):
        before, heard_before = hall.rows(), len(hall.heard)
        answer = act()
        assert (answer["ok"], answer.get("error")) == (False, code), answer
        assert hall.rows() == before and len(hall.heard) == heard_before
        return answer

    return check


def slip(number, at, request_id="slip-1", **more):
    return {"request_id": request_id, "number": number, "field": number[0], "issued_at": at, **more}


def block(answer, field="A"):
    """The first block of a field: today's."""
    return next((b["first"], b["last"]) for b in answer["blocks"] if b["field"] == field)
