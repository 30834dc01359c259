"""A fault while the screens are told: the centre's own, told again, and nobody else's."""

import itertools
import json
import threading
from pathlib import Path
from types import SimpleNamespace

import pytest

from server import config
from server.acts import Actor, StorageError, issue
from server.app import create_app
from server.notifier import Notifier
from server.sockets.telling_queue import RETRY_MS
from tests.support.centres import profile_of, put_in_force

CENTRES = Path(__file__).parents[2] / "centres"


class TwoCentres:
    """A publisher of two centres on a clock the test moves; its loop is turned by hand."""

    def __init__(self, folder, monkeypatch):
        monkeypatch.setattr("server.app.BackgroundTasks", lambda *_, **__: NoTasks())
        settings = config.load(environ={}, data=str(folder), async_mode="threading", hours="always")
        self.luot = create_app(settings).extensions["luot"]
        self.at, self.press = 1_795_401_660_000, itertools.count(1)
        self.luot.context.clock = self.luot.context.real_clock = lambda: self.at
        for code, file in (("thu-duc", "thu_duc"), ("ward-sample", "ward")):
            profile = profile_of(file)
            profile["limits"]["kiosk_min_seconds_between_tickets"] = 0
            put_in_force(self.luot.store, self.at, profile, f"load-{code}", code)
        self.told_centres, self.faults = [], {}
        self.publisher = self.luot.publisher
        monkeypatch.setattr(self.publisher, "tell", self._tell)

    def _tell(self, centre):
        fault = self.faults.get(centre)
        if fault:
            raise fault
        self.told_centres.append(centre)

    def takes_number(self, centre):
        actor = Actor(centre, "staff:lan", "manager")
        field = next(iter(self.luot.context.centre(centre).fields))
        answer = issue(self.luot.context, actor, f"press-{next(self.press):06d}", field)
        assert answer["ok"], answer

    def round(self, after_ms=50):
        self.at += after_ms
        self.told_centres.clear()
        return self.publisher.round()


class NoTasks:
    """Nothing runs by itself."""

    def every(self, *_):
        """Never."""

    keep = pause = every


@pytest.fixture
def two(tmp_path, monkeypatch):
    made = TwoCentres(tmp_path, monkeypatch)
    made.round()
    return made


@pytest.mark.parametrize("fault", [KeyError("zone"), StorageError("the database is away")])
def test_a_centre_that_always_fails_keeps_no_other_waiting(two, fault):
    two.faults["thu-duc"] = fault
    for _ in range(3):
        two.takes_number("thu-duc"), two.takes_number("ward-sample")
        troubles = two.round(RETRY_MS + 50)
        assert two.told_centres == ["ward-sample"] and [t.split(":")[0] for t in troubles] == [
            "thu-duc"
        ]


def test_what_could_not_be_told_is_told_within_a_second_and_not_at_the_next_heartbeat(two):
    """PostgreSQL restarts: screens lagged up to ten seconds behind it."""
    two.faults = dict.fromkeys(("thu-duc", "ward-sample"), StorageError("the database is away"))
    two.takes_number("thu-duc"), two.takes_number("ward-sample")
    two.round()
    two.faults.clear()
    assert two.round() == [] and two.told_centres == [], (
        "not at once: it would be asked 20 times a second"
    )
    two.round(RETRY_MS)
    assert sorted(two.told_centres) == ["thu-duc", "ward-sample"]


def test_a_database_that_is_away_while_others_are_looked_for_stops_no_snapshot(two, monkeypatch):
    def seqs():
        raise StorageError("the database is away")

    two.takes_number("ward-sample")
    monkeypatch.setattr(two.luot.context, "seqs", seqs)
    assert two.round(1_100) == ["the database is away"] and two.told_centres == ["ward-sample"]


def test_one_screen_that_cannot_be_made_keeps_the_others_of_its_centre_not_waiting(
    two, monkeypatch
):
    monkeypatch.undo()
    rooms = {
        "/board": {"whole:ward-sample": {}},
        "/kiosk": {"whole:ward-sample:k1": {}},
        "/manager": {"whole:ward-sample": {}},
    }
    sent, publisher = [], two.publisher
    wire = SimpleNamespace(
        emit=lambda event, snapshot, namespace, to: sent.append(namespace),
        server=SimpleNamespace(manager=SimpleNamespace(rooms=rooms)),
    )
    monkeypatch.setattr(publisher, "socketio", wire)
    made = publisher.snapshot

    def snapshot(kind, centre, device=None):
        if kind == "board":
            raise KeyError("zone")
        return made(kind, centre, device)

    monkeypatch.setattr(publisher, "snapshot", snapshot)
    with pytest.raises(KeyError):
        publisher.tell("ward-sample")
    assert sent == ["/kiosk", "/manager"]


def test_the_listener_goes_on_when_what_it_heard_cannot_be_read(monkeypatch):
    """It ended for good on a StorageError, without a word in the log."""
    words = [
        json.dumps(["thu-duc", 1]),
        "no json",
        json.dumps(["thu-duc", 2, 3]),
        json.dumps(["ward", 2]),
    ]
    heard, rounds = [], []

    def hears(centre, seq):
        heard.append((centre, seq))
        if centre == "thu-duc":
            raise StorageError("the database is away")

    class Subscription:
        def __enter__(self):
            return self

        def __exit__(self, *_):
            return None

        def subscribe(self, channel):
            """Nothing to do here."""

        def get_message(self, timeout):
            if not words:
                raise OSError("the test is over")
            return {"data": words.pop(0)}

    notifier = Notifier("redis://127.0.0.1:1/0", lambda work: work())
    monkeypatch.setattr(notifier, "_redis", SimpleNamespace(pubsub=lambda **_: Subscription()))
    with pytest.raises(OSError, match="the test is over"):
        notifier.listen(hears, lambda: rounds.append(1))
    assert heard == [("thu-duc", 1), ("ward", 2)] and len(rounds) == 4


def test_nobody_who_acts_waits_for_redis():
    """It is said beside the caller, and only the newest of each centre."""
    published, go_on = [], threading.Event()

    class Slow:
        def publish(self, channel, word):
            assert go_on.wait(30)
            published.append(json.loads(word))

    def start(work):
        threading.Thread(target=work, daemon=True).start()

    notifier = Notifier("redis://127.0.0.1:1/0", start)
    notifier._redis = Slow()
    for seq in range(1, 50):
        notifier.say("thu-duc", seq)
    go_on.set()
    deadline = threading.Event()
    for _ in range(500):
        if published and published[-1] == ["thu-duc", 49]:
            break
        deadline.wait(0.02)
    assert published[-1] == ["thu-duc", 49] and len(published) <= 2


def test_a_redis_that_is_not_there_is_given_up_at_once_and_told_once(caplog):
    notifier = Notifier("redis://127.0.0.1:1/0", lambda work: work())
    for seq in range(3):
        notifier.say("thu-duc", seq)
    assert len([r for r in caplog.records if "Redis is away" in r.message]) == 1
