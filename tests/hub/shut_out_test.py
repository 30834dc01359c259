"""Whoever has logged out, was shut off, guesses passwords or holds a line for nothing: what becomes
of them.
"""

import json
import time

import pytest
import requests

from server.accounts.identity import Identity
from server.accounts.login_throttle import AT_ONCE, LoginThrottle
from server.acts import ActContext, Refusal
from server.store import people
from server.store.engine import open_store
from tests.support.people import Screen, press


def logs_in(hub, name):
    answer = requests.post(
        f"{hub.url}/api/v1/login",
        json={
            "name": name,
            "password": next(p["password"] for p in hub.prepared["staff"] if p["name"] == name),
        },
        timeout=10,
    )
    return answer.cookies["luot_session"], answer.json()["csrf"]


def gone(screen):
    """Whether the hub has ended a screen's line; awaited for its 3 s, generously."""
    deadline = time.monotonic() + 20
    while screen.connected and time.monotonic() < deadline:
        time.sleep(0.05)
    return not screen.connected


@pytest.mark.slow
def test_a_line_ends_with_the_right_to_it(shared_hub):
    """A console left open after its log-out calls nobody more, and a shut-off board that says
    nothing hears nothing more; others stay.
    """
    hub, store = shared_hub, open_store(shared_hub.folder)
    session, csrf = logs_in(hub, "lan")
    stays, _ = logs_in(hub, "lan")
    console, other = (
        hub._here(Screen(hub.url, "counter", counter="21", cookie=cookie))
        for cookie in (session, stays)
    )
    thief, board = (
        hub._here(Screen(hub.url, "board", token=hub.tokens["counter"]["22"])),
        hub.board(),
    )
    assert console.says("open")["ok"]
    assert requests.post(
        f"{hub.url}/api/v1/logout",
        json={},
        cookies={"luot_session": session},
        headers={"X-CSRF-Token": csrf},
        timeout=10,
    ).ok
    after = console.says("call_next")
    assert (after["ok"], after["error"]) == (False, "not_allowed")
    with store.change() as conn:
        people.revoke_named(conn, hub.centre, "counter", "counter-22", int(time.time() * 1000))
    assert gone(console) and gone(thief)
    assert board.connected and other.connected and other.says("close")["ok"]
    # a new password, and a person disabled, end the lines of all their sessions
    with store.change() as conn:
        people.change_staff(conn, people.staff_named(conn, hub.centre, "lan").id, disabled=True)
    assert gone(other) and board.connected
    store.close()


def test_wrong_passwords_are_looked_at_so_often_from_one_address():
    now = [1_000_000]
    throttle = LoginThrottle(lambda: now[0])
    for _ in range(AT_ONCE):
        assert throttle.wait_s("phone") == 0
        throttle.wrong("phone")
    assert throttle.wait_s("phone") == 1 and throttle.wait_s("clerk") == 0
    now[0] += 1_000
    assert throttle.wait_s("phone") == 0
    throttle.wrong("phone")
    assert throttle.wait_s("phone") == 1
    now[0] += 3_600_000
    assert throttle.wait_s("phone") == 0


def test_who_guesses_at_a_name_does_not_lock_its_owner_out(shared_hub):
    """Five wrong ones from a telephone in the hall: the name is locked there, and nowhere else. Her
    desk has five tries of its own.
    """
    now, store = [int(time.time() * 1000)], open_store(shared_hub.folder)
    identity, right = (
        Identity(ActContext(store, lambda: now[0]), 12, 240),
        next(p["password"] for p in shared_hub.prepared["staff"] if p["name"] == "minh"),
    )

    def tries(password, address):
        try:
            return identity.log_in(shared_hub.centre, "minh", password, address)[2].name
        except Refusal as refusal:
            return refusal.code

    assert tries(right, "her desk") == "minh"
    assert [tries("wrong", "phone") for _ in range(6)] == ["not_allowed"] * 5 + ["too_many"]
    assert tries(right, "another desk") == "minh" and tries(right, "her desk") == "minh"
    assert [tries("wrong", "her desk") for _ in range(6)] == ["not_allowed"] * 5 + [
        "too_many"
    ] and tries(right, "her desk") == "too_many"
    now[0] += 15_000
    assert tries(right, "her desk") == "minh"
    store.close()


def test_texts_that_nothing_can_hold_are_refused_wherever_they_stand(shared_hub):
    """Half a surrogate pair in a list, a zero byte in a name: 422, where some got as far as the
    database.
    """
    hub = shared_hub
    token, csrf = logs_in(hub, "hanh")
    for path, content in (
        ("playlist", {"items": [{"kind": "hours", "zones": ["\ud800"]}]}),
        ("playlist", {"items": [{"kind": "notice", "text": {"vi": "a\0b"}}]}),
        ("devices", {"code": "AAAAAA", "kind": "sign", "name": "x", "counter": "\ud800"}),
        ("emergency", {"text": {"vi": "a\0b"}}),
    ):
        answer = requests.request(
            "PUT" if path == "playlist" else "POST",
            f"{hub.url}/api/v1/{hub.centre}/{path}",
            data=json.dumps({"request_id": press(), **content}),
            cookies={"luot_session": token},
            headers={"X-CSRF-Token": csrf},
            timeout=10,
        )
        assert (answer.status_code, answer.json()["error"]) == (422, "bad_request"), (
            path,
            content,
            answer.text,
        )
    answer = requests.post(
        f"{hub.url}/api/v1/login", data='{"name": "a\\u0000b", "password": "x"}', timeout=10
    )
    assert answer.status_code == 422 and answer.json()["key"] == "name"
    kiosk = hub.screen("kiosk")
    assert (
        kiosk.says("issue", field="\ud800")["error"] == "bad_request"
        and kiosk.says("help", screen="a\0b")["error"] == "bad_request"
        and kiosk.connected
    )


def test_a_socket_that_joins_nothing_is_ended():
    """Opened by anybody, without a token: it may not stand there for ever."""
    from types import SimpleNamespace

    from server.sockets.watch import STRANGER_MS, Watch

    now, ended = [0], []
    sockets = {
        name: SimpleNamespace(close=lambda name=name, **_: ended.append(name))
        for name in ("stranger", "rootless", "board")
    }
    server = SimpleNamespace(
        manager=SimpleNamespace(
            rooms={
                "/": {None: {"root": "rootless"}},
                "/board": {None: {"sid": "board"}, "centre:x": {"sid": "board"}},
            }
        ),
        eio=SimpleNamespace(sockets=sockets),
    )
    watch = Watch(
        SimpleNamespace(server=server, start_background_task=lambda do, **content: do(**content)),
        None,
        [SimpleNamespace(namespace="/board", who={})],
        lambda: now[0],
    )
    for now[0] in (0, STRANGER_MS):
        watch.refresh()
    assert ended == []
    now[0] += 1
    watch.refresh()
    assert ended == ["stranger", "rootless"], "whoever joined only the namespace nobody guards too"


def test_a_socket_without_a_token_is_let_into_no_namespace(shared_hub):
    """It joined `/`, where nobody asks who comes in, and stood there for ever."""
    import socketio

    for namespace in ("/", "/strangers"):
        stranger = socketio.Client(reconnection=False, handle_sigint=False)
        with pytest.raises(socketio.exceptions.ConnectionError):
            stranger.connect(
                shared_hub.url, transports=["websocket"], namespaces=[namespace], wait_timeout=5
            )
        stranger.disconnect()
    client = shared_hub.http_client(shared_hub.tokens["manager"])
    assert client.get("/snapshot/manager")["seq"]
