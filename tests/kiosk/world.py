"""The hub's real acts and three kiosks' real journals, presses and posts in one process; between
them a line that loses, delays, doubles and reorders what a test tells it to.
"""

import contextlib
import itertools
import json
import shutil

from kiosk.centre_state import CentreState
from kiosk.clock import HubClock
from kiosk.hub_link import HubAway
from kiosk.outbox import Outbox
from kiosk.press import PressHandler
from kiosk.press_store import PressStore
from kiosk.words import Words
from server import acts
from server.acts import show
from server.store.engine import open_store
from tests.acts.conftest import CENTRE, Hall
from tests.kiosk.lists import list_of
from tests.kiosk.machine import ROOT

_names = itertools.count(1)
WORDS = Words(ROOT / "ui" / "texts", "kiosk"), Words(ROOT / "ui" / "texts", "agent")


class PowerCut(BaseException):
    """The kiosk dies here; what it had committed stays."""


class StubLink:
    """The way to the hub.

    `mood` of the next issue: ok, lost (done, answer lost), late (arrives after everything else).
    Cut: nothing passes.
    """

    def __init__(self, world, actor):
        self.world, self.actor = world, actor
        self.cut, self.mood, self.twice, self.late = False, "ok", False, []
        self.since, self.error = 0, None

    @property
    def up(self):
        return not self.cut

    def wait_up(self, seconds):
        return False

    def is_open(self, ticket, seconds=0):
        return None

    def call(self, verb, payload, seconds):
        if self.cut:
            raise HubAway("cut", in_doubt=False)
        mood, self.mood = (self.mood, "ok") if verb == "issue" else ("ok", self.mood)
        if mood == "late":
            self.late.append(payload)
            raise HubAway("no answer", in_doubt=True)
        answer = self.act(verb, dict(payload))
        if self.twice and verb == "upload":
            self.act(verb, {"tickets": payload["tickets"][::-1]})
        if mood == "lost":
            raise HubAway("no answer", in_doubt=True)
        return answer

    def act(self, verb, payload):
        request_id = payload.pop("request_id", None) or f"net-{next(_names):08d}"
        context = self.world.hall.context
        if verb == "upload":
            return acts.upload(context, self.actor, request_id, payload["tickets"])
        return getattr(acts, verb)(context, self.actor, request_id, **payload)


class WholeKiosk:
    """One kiosk: a press store and what stands on it.

    `cut_power()` and `start()` make a new program on the same file; `set_up_anew()` loses the file.
    """

    def __init__(self, world, name):
        self.world, self.name, self.life = world, name, 0
        self.actor = acts.Actor(CENTRE, f"device:{name}", "kiosk", device=name, name=name)
        self.link = StubLink(world, self.actor)
        self.file = world.folder / f"{name}.sqlite"
        self.gone = []  # rows of journals that were lost: (row, whether the hub had heard of it)
        self.untold = set()  # presses of lost journals of which the hub can never hear
        self.start()

    def _list(self):
        return list_of(self.store, self.world.hall.context, CENTRE)

    def start(self):
        self.store = PressStore(self.file)
        self.clock = HubClock(
            0, wall=lambda: self.world.now() / 1000, steady=lambda: self.world.now() / 1000
        )
        self.centre = CentreState(self.store, self.clock, self._list())
        self.outbox = Outbox(self.store, self.link, self.clock, dict)
        self.presses = PressHandler(
            self.store,
            self.centre,
            self.link,
            self.clock,
            WORDS[0],
            "http://hub",
            self.name,
            1.5,
            own_words=WORDS[1],
        )
        self.store.after_restart(self.world.now(), 20_000)
        self.connect()

    def connect(self):
        """What happens on a new connection: blocks are leased by what the kiosk remembers, the
        snapshot comes.
        """
        if self.link.cut:
            return
        acts.lease_blocks(
            self.world.hall.context,
            self.actor,
            f"lease-{next(_names):08d}",
            remembered=self.centre.hello(),
        )
        self.hear()

    def hear(self):
        if not self.link.cut:
            snapshot = show.kiosk(show.CentreReading(self.world.hall.context, CENTRE), self.name)
            self.centre.take(snapshot)
            self.centre.catalogue.fetch_now()
            if snapshot["lost"] is not None and self.store.recall("told_again") != snapshot["lost"]:
                self.store.tell_again(self.centre.day(), self.world.now())
                self.store.remember("told_again", snapshot["lost"])

    def press(self, field, request_id=None, dies=None):
        """A press; `dies`: the power goes before the number is written down, after the hub has
        answered or not.
        """
        self.hear()
        request_id = request_id or f"press-{next(_names):08d}"
        if dies:

            def no_power(*_):
                raise PowerCut

            self.store.numbered_by_hub = self.store.numbered_from_lease = no_power
        try:
            return request_id, self.presses.take({"request_id": request_id, "field": field})[0]
        except PowerCut:
            self.cut_power()
            return request_id, None

    def print_all(self):
        """The printer takes what waits."""
        while (job := self.store.next_job()) is not None:
            self.store.job_sent(job["id"], self.world.now())
            self.store.job_ended(job["id"], True, None, self.world.now())

    def cut_power(self):
        self.store.close()
        self.start()

    def set_up_anew(self):
        self.gone += [(row, row["request_id"] not in self._unheard()) for row in self.rows()]
        self.untold |= self._unheard() | {
            row[0]
            for row in self.store._db.execute(
                "SELECT request_id FROM presses WHERE state = 'pressed'"
            )
        }
        self.store.close()
        self.life += 1
        self.file = self.world.folder / f"{self.name}-{self.life}.sqlite"
        self.start()

    def _unheard(self):
        return {
            row["request_id"]
            for row in self.store.waiting(10_000)
            if row["kind"] in ("upload", "forsake")
        }

    def rows(self):
        """Every press of this store that has a number."""
        return [
            dict(row)
            for row in self.store._db.execute(
                "SELECT * FROM presses WHERE state = 'numbered'"
            ).fetchall()
        ]

    def status_of(self, names):
        """The states these presses ended in."""
        return {
            self.store._db.execute(
                "SELECT state FROM presses WHERE request_id = ?", (name,)
            ).fetchone()[0]
            for name in names
        }

    def post(self):
        self.print_all()
        with contextlib.suppress(HubAway):
            self.outbox.post()


class World:
    """The hall, its kiosks, and the truth about its papers."""

    def __init__(self, folder, empty_database, profile, kiosks=3):
        self.folder = folder
        file = folder / f"hub-{next(_names)}.db"
        shutil.copy(empty_database, file)
        self.hall = Hall(open_store(f"sqlite:///{file}"), profile, hours="always")
        self.now = self.hall.clock
        self.clerk = self.hall.clerk("lan", 5)
        self.kiosks = [WholeKiosk(self, f"kiosk-{n + 1}") for n in range(kiosks)]

    def close(self):
        for kiosk in self.kiosks:
            kiosk.store.close()
        self.hall.store.close()

    def settle(self):
        """Everything is mended, everything late arrives, everything is posted."""
        self.now.now += 61_000
        for kiosk in self.kiosks:
            kiosk.link.cut, kiosk.link.mood, kiosk.link.twice = False, "ok", False
            for late in kiosk.link.late:
                kiosk.link.act("issue", dict(late))
            kiosk.link.late = []
            kiosk.connect()
            kiosk.presses.forsake_old()
            kiosk.post()
            assert kiosk.store.outbox_counts() == {}, kiosk.store.outbox_counts()

    def papers(self):
        """`[(day, number, issued_at, whether the hub can know of it)]` of every paper ever given
        out.
        """
        rows = [(row, True) for kiosk in self.kiosks for row in kiosk.rows()] + [
            gone for kiosk in self.kiosks for gone in kiosk.gone
        ]
        return [
            (row["day"], row["number"], json.loads(row["answer"])["ticket"]["issued_at"], is_known)
            for row, is_known in rows
        ]

    def wrongs(self):
        """What is not as it must be; empty when every paper has exactly one ticket, no number is on
        two papers of a day, and the line goes by the true time.
        """
        papers = self.papers()
        wrong_things = [
            f"{day} {number} is on two papers"
            for (day, number), many in itertools.groupby(sorted(p[:2] for p in papers))
            if len(list(many)) > 1
        ]
        held = {(day, number): at for day, number, at, _ in papers}
        issued = [fact for fact in self.hall.facts() if fact.kind == "issued"]
        tickets = {}
        for fact in issued:
            tickets.setdefault((fact.day, fact.number), []).append(fact)
        wrong_things += [
            f"{key} has {len(many)} tickets" for key, many in tickets.items() if len(many) > 1
        ]
        wrong_things += [
            f"the paper {day} {number} has no ticket"
            for day, number, _, is_known in papers
            if is_known and (day, number) not in tickets
        ]
        rows = {fact.ticket: self.row(fact.ticket) for fact in issued}
        untold = {
            fact.ticket for fact in issued if any(fact.act in kiosk.untold for kiosk in self.kiosks)
        }
        wrong_things += [
            f"{row.number} waits and nobody holds it"
            for row in rows.values()
            if row.state == "WAITING"
            and row.device
            and (row.day, row.number) not in held
            and row.id not in untold
        ]
        moved = {
            fact.ticket
            for fact in self.hall.facts()
            if fact.kind in ("requeued", "transferred", "called")
        }
        line = [row for row in rows.values() if row.state == "WAITING" and row.id not in moved]
        wrong_things += [
            f"{row.number} stands at {row.line_at}, taken at {held[row.day, row.number]}"
            for row in line
            if (row.day, row.number) in held and row.line_at != held[row.day, row.number]
        ]
        return wrong_things + self.hall.faults()

    def row(self, ticket):
        with self.hall.store.read() as conn:
            from server.store import lines

            return lines.find(conn, CENTRE, ticket, ())
