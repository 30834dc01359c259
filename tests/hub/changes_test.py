"""A console that puts its snapshot together from the changes shows what a whole one would."""

import json
import random
import threading

import pytest
import socketio

from domain.snapshot_changes import with_changes
from server.sockets.changes import QUIET_MS, Changes
from tests.support.breakable_link import BreakableLink
from tests.support.people import press

#: What an act never changes.
FIXED = {"lists", "rules", "priorities", "targets", "centre", "catalogue", "ticket_format"}


class Console:
    """A console, board, manager's page or kiosk that asks for changes, as ui/changes.js puts them
    together.
    """

    def __init__(self, hub, counter=None, role="counter", url=None):
        self.held, self.heard, self.whole_asked = None, [], 0
        self.greeted = False
        self.counter, self._news = counter, threading.Condition()
        self.socket = socketio.Client(reconnection=False, handle_sigint=False)
        self.namespace = f"/{role}"
        self.socket.on("snapshot", self.whole, namespace=self.namespace)
        self.socket.on("changes", self.apply, namespace=self.namespace)
        token = hub.tokens["counter"][str(counter)] if counter else hub.tokens[role]
        self._auth = {"token": token, "parts": 1, "catalogue": 1}
        self._url = url or hub.url
        self.comes()

    def comes(self):
        """Connect, and hear the whole."""
        self.socket.connect(
            self._url, transports=["websocket"], namespaces=[self.namespace], auth=self._auth
        )
        self.until(lambda: self.held)

    def comes_back(self):
        """After its line was cut: once more, without what it held."""
        self.until(lambda: not self.socket.connected or self.socket.sleep(0.05))
        with self._news:
            self.held, self.greeted = None, False
        self.comes()

    def whole(self, snapshot):
        """The whole truth."""
        with self._news:
            self.held, self.greeted = snapshot, True
            self._news.notify_all()

    def apply(self, news):
        """What is new."""
        with self._news:
            if not self.greeted:
                return  # what follows on the greeting that is under way
            self.heard.append(news)
            if self.held is None or self.held["n"] != news["of"]:
                self.held = None
                self.whole_asked += 1
                self.socket.emit("whole", {}, namespace=self.namespace)
            else:
                self.held = {**with_changes(self.held, news), "n": news["n"]}
            self._news.notify_all()

    def until(self, true, seconds=20):
        """Wait until this is so."""
        with self._news:
            assert self._news.wait_for(true, seconds), (self.held, self.heard[-3:])

    def does(self, verb, **content):
        """A verb; its ack."""
        return self.socket.call(
            verb, {"request_id": press(), **content}, namespace=self.namespace, timeout=20
        )

    def changed(self):
        """The keys that changes named so far."""
        return {key for news in self.heard for key in (*news["values"], *news["rows"])}


@pytest.fixture
def sit_down(shared_hub):
    """sit_down(5) → a console; they all go when the test does."""
    came = []

    def come(counter=None, role="counter", url=None):
        came.append(Console(shared_hub, counter, role, url))
        return came[-1]

    yield come
    for console in came:
        console.socket.disconnect()


def same(held, whole):
    """Whether a snapshot put together is the whole one, but for moments and who else looks."""
    own = {"n", "seq", "at", "consoles", "board"}
    return {k: v for k, v in held.items() if k not in own} == {
        k: v for k, v in whole.items() if k not in own
    }


def test_an_act_sends_a_console_what_changed_for_it_and_the_others_nothing(shared_hub, sit_down):
    land, tax = sit_down(6), sit_down(17)
    assert land.held["n"] and land.held.keys() >= FIXED
    land.does("open")
    land.until(lambda: land.held["counter"]["state"] == "open")
    field = land.held["counter"]["fields"][0]
    assert field not in tax.held["counter"]["fields"]
    tax.heard.clear()
    land.heard.clear()
    number = shared_hub.citizen().takes_number(field)["number"]
    land.until(lambda: any(row["number"] == number for row in land.held["next"]))
    assert land.does("call_next")["ok"]
    land.until(lambda: land.held["mine"])
    assert not land.changed() & FIXED
    assert not tax.changed() & {"next", "waiting", "mine", "fields"}, (
        "nothing of it concerns counter 17"
    )
    land.does("finish")
    land.does("close")


def test_what_was_put_together_is_the_whole(shared_hub, sit_down):
    chance, desks, citizen = random.Random(7), [2, 6, 8], shared_hub.citizen()
    consoles = [sit_down(counter) for counter in desks]
    watching = {role: sit_down(role=role) for role in ("manager", "board", "kiosk")}
    for console in consoles:
        console.does("open")
    for _ in range(40):
        console = chance.choice(consoles)
        if chance.random() < 0.3:
            citizen.takes_number(chance.choice(console.held["counter"]["fields"]))
        verb = chance.choice(("call_next", "start", "finish", "miss", "recall", "undo", "pause"))
        console.does(verb, **({"reason": "lunch"} if verb == "pause" else {}))
        if console.held["counter"]["state"] == "paused":
            console.does("resume")
    client = shared_hub.http_client(shared_hub.tokens["manager"])
    for console in consoles:
        path = f"/snapshot/counter/{console.counter}?catalogue=1"
        console.until(lambda c=console, p=path: c.held and same(c.held, client.get(p)))
        assert console.whole_asked == 0, "nothing was missed"
        console.does("undo")
        console.does("close", confirm=True)
    for role, screen in watching.items():
        client = shared_hub.http_client(shared_hub.tokens[role])
        path = f"/snapshot/{role}?catalogue=1"
        screen.until(lambda s=screen, c=client, p=path: s.held and same(s.held, c.get(p)))
        assert screen.whole_asked == 0, "nothing was missed"


def test_a_board_hears_a_call_in_a_tenth_of_its_snapshot(shared_hub, sit_down):
    console, board = sit_down(8), sit_down(role="board")
    assert board.held["board"] == {"zone": None, "sound": True}
    console.does("open")
    shared_hub.citizen().takes_number(console.held["counter"]["fields"][0])
    console.until(lambda: console.held["next"])
    board.until(lambda: board.held["seq"] >= console.held["seq"])
    board.heard.clear()
    number = console.does("call_next")["ticket"]["number"]
    board.until(lambda: board.held["calls"] and board.held["calls"][0]["number"] == number)
    assert board.changed() <= {"calls", "counters", "fields"}
    assert board.held["board"] == {"zone": None, "sound": True}, "what is its own stays"
    # what else moves meanwhile (ranges of waits, by the clock) is told in messages of its own
    longest = max(len(json.dumps(news)) for news in board.heard)
    assert longest < len(json.dumps(board.held)) / 10
    console.does("finish")
    console.does("close")


@pytest.mark.parametrize("role", ["board", "manager", "kiosk"])
def test_a_screen_behind_a_cut_line_ends_right_without_a_reload(shared_hub, sit_down, role):
    link = BreakableLink(shared_hub.port)
    screen, console = sit_down(role=role, url=f"http://127.0.0.1:{link.port}"), sit_down(9)
    console.does("open")
    screen.until(lambda: screen.held["seq"] >= console.held["seq"])
    link.cut()
    field = console.held["counter"]["fields"][0]
    shared_hub.citizen().takes_number(field)
    assert console.does("call_next")["ok"]
    link.mend()
    screen.comes_back()
    client = shared_hub.http_client(shared_hub.tokens[role])
    screen.until(lambda: same(screen.held, client.get(f"/snapshot/{role}?catalogue=1")))
    console.does("finish")
    screen.until(lambda: same(screen.held, client.get(f"/snapshot/{role}?catalogue=1")))
    assert screen.whole_asked == 0
    console.does("close")
    link.cut()


def test_a_board_that_missed_a_change_asks_for_the_whole_and_is_right(shared_hub, sit_down):
    board, console = sit_down(role="board"), sit_down(3)
    with board._news:
        board.held = {**board.held, "n": board.held["n"] - 1}
    console.does("open")
    board.until(lambda: board.held and board.held["counters"][2]["state"] == "open")
    assert board.whole_asked == 1
    assert "board" in board.held, "the whole has what is its own in it"
    console.does("close")


@pytest.mark.parametrize("role", ["board", "manager", "kiosk"])
def test_screens_of_an_older_version_get_whole_snapshots(shared_hub, sit_down, role):
    newer, older, console = sit_down(role=role), shared_hub.screen(role), sit_down(5)
    older.waits_until(lambda screen: screen.snapshot)
    console.does("open")
    shared_hub.citizen().takes_number(console.held["counter"]["fields"][0])
    console.until(lambda: console.held["next"])
    console.does("call_next")
    console.does("finish")
    newer.until(lambda: newer.held["seq"] >= console.held["seq"])
    older.waits_until(lambda screen: screen.snapshot["seq"] >= console.held["seq"])
    assert all("n" not in snapshot for snapshot in older.snapshots)
    assert not [event for event, _ in older.facts if event == "changes"]
    console.does("close")


def test_a_console_that_missed_a_change_asks_for_the_whole_and_is_right(shared_hub, sit_down):
    console = sit_down(3)
    console.does("open")
    console.until(lambda: console.held["counter"]["state"] == "open")
    with console._news:
        console.held = {**console.held, "n": console.held["n"] - 1}
    console.does("pause", reason="lunch")
    console.until(lambda: console.held and console.held["counter"]["state"] == "paused")
    assert console.whole_asked == 1
    console.does("resume")
    console.does("close")


def test_a_console_of_an_older_version_gets_whole_snapshots_beside_one_that_takes_changes(
    shared_hub, sit_down
):
    newer, older = sit_down(4), shared_hub.screen("counter", counter=4)
    older.waits_until(lambda screen: screen.snapshot)
    newer.does("open")
    older.waits_until(lambda screen: screen.snapshot["counter"]["state"] == "open")
    newer.until(lambda: newer.held["counter"]["state"] == "open" and newer.held["consoles"] == 2)
    assert all("n" not in snapshot for snapshot in older.snapshots)
    assert not [event for event, _ in older.facts if event == "changes"]
    assert older.says("whole")["error"] == "bad_request", "it takes no changes"
    newer.does("close")


class Screens:
    """Takes down what is sent to whom."""

    def __init__(self):
        self.sent, self.now = [], 0

    def emit(self, event, payload, namespace, to):
        """One message."""
        self.sent.append((event, payload))


def test_a_quiet_screen_hears_that_all_is_well_in_time():
    screens = Screens()
    changes = Changes(screens.emit, lambda namespace: ["room"], lambda: screens.now)
    for moment in range(0, 30_001, 50):
        screens.now = moment
        changes.tell("/counter", "room", {"seq": moment, "at": moment, "waiting": 3})
        if moment % 1_000 == 0:
            changes.remind()
    assert [payload["values"] for _, payload in screens.sent] == [{}] * (30_000 // QUIET_MS)
    assert {payload["n"] for _, payload in screens.sent} == {1}, "no change, no number"
    changes.whole("/counter", "room", "one")
    assert screens.sent[-1] == ("snapshot", {"seq": 30_000, "at": 30_000, "waiting": 3, "n": 1})


def test_nothing_is_kept_for_a_room_that_everybody_left():
    screens, rooms = Screens(), ["room"]
    changes = Changes(screens.emit, lambda namespace: rooms, lambda: screens.now)
    changes.tell("/counter", "room", {"seq": 1, "at": 1})
    rooms.clear()
    changes.forget_empty()
    changes.whole("/counter", "room", "one")
    assert screens.sent == []
