"""The bridge's threads outlive a fault: a pad is served after it, and the broker's thread goes on."""

import json
import threading
import time
from types import SimpleNamespace

import pytest

from server.bridge.run import Bridge
from server.bridge.steadily import guarded, steadily

NOW_MS = 1_795_401_660_000


@pytest.fixture
def bridge():
    """A bridge whose hub and broker are not there; `pads` is what its folder says."""
    pads = SimpleNamespace(read=lambda: {})
    account = {
        "centre": "thu-duc",
        "hub": "http://127.0.0.1:1",
        "token": "t",
        "broker": {"host": "127.0.0.1", "port": 1, "user": "u", "password": "p"},
    }
    made = Bridge(account, lambda: pads.read(), lambda: NOW_MS, time.monotonic)
    made.pads = pads
    thread = threading.Thread(target=made.run, daemon=True)
    thread.start()
    yield made
    made.end()
    thread.join(20)


def press(nonce):
    return SimpleNamespace(
        topic="luot/thu-duc/pad/pad-2/cmd",
        retain=False,
        payload=json.dumps({"key": "next", "t": NOW_MS, "nonce": nonce}).encode(),
    )


def test_a_pad_is_served_after_a_press_that_could_not_be_taken(bridge, monkeypatch):
    """A pad's file half written, read at that moment, ended the thread of an eighth of the pads."""
    answers, first, asked_again = [], threading.Event(), threading.Event()

    def half_written():
        first.set()
        raise ValueError("Expecting value: line 1 column 1 (char 0)")

    def tell(topic, answer, retain=True):
        if topic == "pad/pad-2/ack":
            answers.append(answer)
            asked_again.set()

    monkeypatch.setattr(bridge, "_tell", tell)
    bridge.pads.read = half_written
    bridge._heard(None, None, press("nonce-0001"))
    assert first.wait(30)
    bridge.pads.read = lambda: {}
    deadline = time.monotonic() + 20
    n = 1
    while not asked_again.wait(1) and time.monotonic() < deadline:
        n += 1
        bridge._heard(None, None, press(f"nonce-{n:04d}"))
    assert answers and answers[0]["error"] == "unknown_pad"


def test_a_fault_in_a_loop_is_said_and_the_loop_goes_on(caplog):
    ended, rounds = threading.Event(), []

    def work():
        rounds.append(1)
        if len(rounds) == 1:
            raise KeyError("counters")
        ended.set()

    steadily("hall", work, ended, pause_s=0)
    assert len(rounds) == 2 and "hall: something went wrong" in caplog.text


def test_a_callback_raises_nothing_into_the_library_that_calls_it(caplog):
    @guarded
    def heard(message):
        raise UnicodeDecodeError("utf-8", b"\xff", 0, 1, "invalid start byte")

    heard(None)
    assert "heard: something went wrong" in caplog.text
