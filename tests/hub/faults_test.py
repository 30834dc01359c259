"""A fault of the program is said as one: by a code of its own, in words of the language files, and
never as "nothing was changed".
"""

import threading
from pathlib import Path

import pytest

from server.acts import Actor, call_next, issue, open_counter
from server.sockets.counter import CounterRole
from server.sockets.role import Role
from tests.support.centres import profile_of, put_in_force
from tests.support.hub_in_process import hub_in_process

CENTRE = Path(__file__).parents[2] / "centres" / "thu_duc.yaml"
BROKEN = "/api/v1/thu-duc/snapshot/board"


@pytest.fixture
def app(tmp_path):
    with hub_in_process(tmp_path) as made:
        yield made


@pytest.mark.parametrize(("lang", "words"), [("vi", "Máy chủ gặp lỗi"), ("en", "has a fault")])
def test_http_says_a_fault_of_the_program_as_internal(app, monkeypatch, lang, words):
    def breaks(*_):
        raise KeyError("zone")

    monkeypatch.setitem(app.view_functions, "api.snapshot", breaks)
    answer = app.test_client().get(BROKEN, headers={"Accept-Language": lang})
    assert (answer.status_code, answer.json["error"]) == (500, "internal")
    assert words in answer.json["message"]


@pytest.mark.parametrize(
    ("path", "method", "status"),
    [("/api/v1/nowhere/at/all", "GET", 404), ("/api/v1/login", "GET", 405)],
)
def test_a_wrong_address_is_said_in_the_language_asked_for(app, path, method, status):
    for lang, words in (("vi", "địa chỉ"), ("en", "address")):
        answer = app.test_client().open(path, method=method, headers={"Accept-Language": lang})
        assert (answer.status_code, answer.json["error"]) == (status, "bad_request")
        assert words in answer.json["message"]


def test_a_socket_says_it_too(app, monkeypatch):
    luot = app.extensions["luot"]
    role = CounterRole("/counter", luot.context, luot.identity, luot.publisher)
    role.who["sid"] = (type("Lan", (), {"role": "clerk", "counter": None, "device": "d"})(), "5")
    monkeypatch.setattr(Role, "still_welcome", lambda *_: True)

    def breaks(*_):
        raise KeyError("zone")

    monkeypatch.setattr(CounterRole, "do", breaks)
    assert role.answer("recall", "sid", {"request_id": "press-0001"})["error"] == "internal"


@pytest.fixture
def open_day(tmp_path):
    """A hub whose hall is open at any time."""
    with hub_in_process(tmp_path, hours="always") as made:
        yield made


def test_a_call_whose_telling_went_wrong_is_told_again(open_day, monkeypatch):
    """The boards hear of it at the next round, though the first word failed half-way."""
    luot = open_day.extensions["luot"]
    put_in_force(luot.store, luot.context.clock(), profile_of("thu_duc"), "load-1")
    emitted, heard, emit = [], threading.Event(), luot.socketio.emit

    def emit_that_fails_once(event, *args, **to):
        if event == "called":
            emitted.append(args[0]["number"])
            if len(emitted) == 1:
                raise KeyError("zone")
            heard.set()
        return emit(event, *args, **to)

    monkeypatch.setattr(luot.socketio, "emit", emit_that_fails_once)
    lan = Actor("thu-duc", "staff:lan", "clerk", staff="staff:lan")
    number = issue(luot.context, lan, "issue-001", "A")["ticket"]["number"]
    assert open_counter(luot.context, lan, "open-0001", 5)["ok"]
    assert call_next(luot.context, lan, "call-0001", 5)["ok"], "the clerk hears that it is done"
    assert heard.wait(30), "the boards were not told again"
    assert emitted == [number, number]
