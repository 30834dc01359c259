"""Screens follow their centre to the hub process it came to live in."""

from types import SimpleNamespace

from server.sockets.moved_centres import AFTER_S, MOST_A_ROUND, MovedCentres


class Process:
    """One hub process with boards on it."""

    def __init__(self):
        self.at, self.away, self.ended = 0.0, set(), []
        self.role = SimpleNamespace(namespace="/board", who={})
        self.rooms = {"/board": {None: {}}}
        self.sockets = {}
        server = SimpleNamespace(
            manager=SimpleNamespace(rooms=self.rooms), eio=SimpleNamespace(sockets=self.sockets)
        )
        socketio = SimpleNamespace(
            server=server, start_background_task=lambda do, **content: do(**content)
        )
        self.moved = MovedCentres(
            socketio, [self.role], lambda centre: centre in self.away, lambda: self.at
        )

    def comes(self, name, centre):
        self.role.who[name] = (SimpleNamespace(centre=centre), None)
        self.rooms["/board"][None][name] = f"eio-{name}"
        self.sockets[f"eio-{name}"] = SimpleNamespace(
            close=lambda wait, abort: self.ended.append(name)
        )

    def goes(self, name):
        del self.role.who[name], self.rooms["/board"][None][name], self.sockets[f"eio-{name}"]

    def round_at(self, at):
        self.at = at
        self.moved.round()
        return self.ended


def test_screens_follow_a_centre_that_moved_and_stays_away():
    process = Process()
    process.comes("one", "phuong-1")
    process.comes("two", "phuong-2")
    assert process.round_at(0) == []
    process.away = {"phuong-1"}
    assert process.round_at(3) == []
    assert process.round_at(3 + AFTER_S - 1) == []
    assert process.round_at(3 + AFTER_S) == ["one"]


def test_a_centre_that_is_back_soon_takes_nobody_along():
    process = Process()
    process.comes("one", "phuong-1")
    process.round_at(0)
    process.away = {"phuong-1"}
    process.round_at(3)
    process.away = set()
    process.round_at(6)
    process.away = {"phuong-1"}
    assert process.round_at(3 + AFTER_S) == []


def test_a_screen_that_was_led_here_though_its_centre_lives_elsewhere_stays():
    process = Process()
    process.away = {"phuong-1"}
    process.comes("one", "phuong-1")
    assert [process.round_at(at)[:] for at in (0, AFTER_S, 10 * AFTER_S)] == [[], [], []]


def test_many_screens_follow_a_few_at_a_time():
    process = Process()
    names = [f"tv-{n}" for n in range(MOST_A_ROUND + 7)]
    for name in names:
        process.comes(name, "phuong-1")
    process.round_at(0)
    process.away = {"phuong-1"}
    process.round_at(3)
    for _ in range(2):
        for name in list(process.round_at(3 + AFTER_S)):
            if name in process.role.who:
                process.goes(name)
    assert sorted(process.ended) == sorted(names)
