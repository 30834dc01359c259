"""A hub with loudspeakers on a clock the test moves; acts, store and lines are the real ones."""

import itertools
from pathlib import Path
from types import SimpleNamespace

from server.acts import COUNTER_ACTS, ActContext, Actor, issue
from server.sockets.commits import Commits
from server.sockets.loudspeaker import Loudspeakers
from server.sockets.presence import Presence
from server.sockets.publish import Publisher
from server.sockets.readings import Readings
from server.store import people
from server.store.engine import open_store
from server.store.migrate import migrate
from tests.support.centres import profile_of, put_in_force

ROOT = Path(__file__).parents[2]
MONDAY = 1_795_401_660_000  # 2026-11-23 09:41 in Vietnam


def made_clip(centre, text, lang):
    """A recording of three seconds, wherever the machine has no voice."""
    return f"/announced/{text}", 3000


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


class SpeakingHub:
    """Thủ Đức with its boards; `at` is the hub's clock."""

    def __init__(self, folder, **announcements):
        profile = profile_of("thu_duc")
        profile["limits"]["kiosk_min_seconds_between_tickets"] = 0
        profile["announcements"] = announcements
        for field in profile["fields"]:
            field["cap"] = None
        self.at, self.press = MONDAY, itertools.count(1)
        self.store = open_store(folder)
        migrate(self.store)
        put_in_force(self.store, self.at, profile, "load-once")
        self.clerk = Actor("thu-duc", "staff:lan", "manager")
        self.hub()

    def hub(self, shared=False):
        """The hub starts (again)."""
        commits = self.commits = Commits()
        self.context = ActContext(
            self.store,
            lambda: self.at,
            "always",
            heard=commits.heard,
            tell_again=commits.tell_again,
        )
        self.publisher = self.process(commits, shared)
        self.wire = self.publisher.socketio
        self.speak = self.publisher.loudspeakers

    def process(self, commits, shared=False):
        """The part of a hub process that tells the screens."""
        wire, readings = Wire(), Readings(self.context)
        speak = Loudspeakers(wire, self.context, readings.newest, made_clip, shared)
        return Publisher(
            wire,
            self.context,
            commits,
            Presence(shared),
            readings,
            speak,
            on_fact=(("centre_loaded", self.context.forget), *speak.on_fact.items()),
        )

    def register(self, device, zone=None, sound=True):
        """Somebody says what a device is and where it hangs."""
        with self.store.change() as conn:
            people.add_device(
                conn,
                id=device,
                centre="thu-duc",
                role="board",
                name=device,
                counter=None,
                zone=zone,
                sound=sound,
                token=f"token-of-{device}",
                created_at=0,
            )

    def board(self, sid, zone="K1", sound="on", spot="", speak=None, **status):
        """A board is connected; one that nobody knows yet is registered for its zone first."""
        device = sid.split("@")[0]
        with self.store.read() as conn:
            is_known = device in {row.id for row in people.devices(conn, "thu-duc")}
        if not is_known:
            self.register(device, zone or None)
            self.speak.places_changed("thu-duc")
        speak = speak or self.speak
        speak.board_says(
            sid,
            Actor("thu-duc", f"device:{sid}", "board", device=device, name=device),
            {"zone": zone, "sound": sound, **status},
            None,
            spot,
        )
        speak.tick()

    def does(self, verb, counter, **content):
        answer = COUNTER_ACTS[verb](
            self.context,
            self.clerk,
            f"press-{next(self.press):06d}",
            counter=str(counter),
            **content,
        )
        assert answer["ok"], answer
        return answer["ticket"]["number"] if answer.get("ticket") else None

    def calls(self, counter, field=None, lang="vi"):
        """A number (of a field the counter serves) is taken and called to a counter that was
        free.
        """
        field = field or self.context.centre("thu-duc").counters[str(counter)].fields[0]
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
            self.speak.tick()

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
