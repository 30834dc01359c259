"""A hall with loudspeakers on a clock the test moves; acts, store and lines are the real ones."""

import itertools
from pathlib import Path
from types import SimpleNamespace

from server.acts import COUNTER_ACTS, ActContext, Actor, issue, load_centre
from server.centre.yaml_file import read_centre
from server.sockets.publish import Publisher
from server.store.engine import open_store
from server.store.migrate import migrate

ROOT = Path(__file__).parents[2]
MONDAY = 1_795_401_660_000  # 2026-11-23 09:41 in Vietnam


class Wire:
    """Where the hub's words go: kept instead of sent."""

    def __init__(self):
        self.sent = []
        self.server = SimpleNamespace(
            manager=SimpleNamespace(rooms={}), eio=SimpleNamespace(sockets={})
        )

    def emit(self, event, payload, namespace=None, to=None):
        self.sent.append((event, payload, to))

    def start_background_task(self, task, *args):
        task(*args)


class Hall:
    """Thủ Đức with its boards; `at` is the hub's clock."""

    def __init__(self, folder, **announcements):
        profile = read_centre(ROOT / "centres/thu_duc.yaml")
        profile["limits"]["kiosk_min_seconds_between_tickets"] = 0
        profile["announcements"] = announcements
        for field in profile["fields"]:
            field["cap"] = None
        self.at, self.press = MONDAY, itertools.count(1)
        self.store = open_store(folder)
        migrate(self.store)
        load_centre(self.store, self.at, "thu-duc", profile, "load-once")
        self.context = ActContext(self.store, lambda: self.at, "always")
        self.clerk = Actor("thu-duc", "staff:lan", "manager")
        self.hub()

    def hub(self):
        """The hub starts (again)."""
        self.wire = Wire()
        self.publisher = Publisher(self.wire, self.context)
        self.context.heard = self.publisher.heard
        self.speak = self.publisher.loudspeakers
        self.speak.clip = lambda centre, text, lang: (f"/announced/{text}", 3000)

    def board(self, sid, zone="K1", sound="on", **status):
        self.speak.told(
            sid,
            Actor("thu-duc", f"device:{sid}", "board", device=sid.split("@")[0]),
            {"zone": zone, "sound": sound, **status},
        )
        self.speak.turn()

    def does(self, verb, counter, **said):
        answer = COUNTER_ACTS[verb](
            self.context, self.clerk, f"press-{next(self.press):06d}", counter=str(counter), **said
        )
        assert answer["ok"], answer
        return answer["ticket"]["number"] if answer.get("ticket") else None

    def calls(self, counter, field="A", lang="vi"):
        """A number is taken and called to a counter that was free."""
        made = issue(
            self.context, self.clerk, f"press-{next(self.press):06d}", field=field, lang=lang
        )
        assert made["ok"], made
        if str(counter) not in self.opened:
            self.opened.add(str(counter))
            self.does("open", counter)
        return self.does("call", counter, ticket=made["ticket"]["id"], reason="urgent")

    opened = frozenset()

    def passes(self, seconds):
        """Time goes by, a tenth of a second at a time."""
        for _ in range(round(seconds * 10)):
            self.at += 100
            self.speak.turn()

    def heard(self, sid=None, mute=False):
        """What boards were told to say: [(kind, number)]."""
        return [
            (p["kind"], p.get("number"))
            for event, p, to in self.wire.sent
            if event == "speak"
            and p["mute"] == mute
            and sid in (None, to)
            and not p["id"].startswith("u")
        ]

    def last(self, sid):
        return next(
            p for event, p, to in reversed(self.wire.sent) if event == "speak" and to == sid
        )

    def plays(self, sid):
        """The board has said what it was told last."""
        self.speak.played(sid, id=self.last(sid)["id"])
