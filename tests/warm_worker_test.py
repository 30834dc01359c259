"""The process of short questions: one for many, anew when it has ended, gone with whoever asked."""

import os
import sys
import threading
import time
from pathlib import Path

import pytest

from server.warm_worker import WarmWorker
from server.worker_pool import NICE, NotDone

PROGRAM = """
import os, signal, sys
from server.warm_worker import serve

def answer(order):
    if order["do"] == "end":
        os._exit(3)
    if order["do"] == "hang":
        signal.pause()  # no answer ever: the fault that is tried
    return {"pid": os.getpid(), "nice": os.nice(0), "order": order}, order["do"].encode() * 100_000

serve(int(sys.argv[1]), answer)
"""


@pytest.fixture
def worker():
    worker = WarmWorker([sys.executable, "-P", "-c", PROGRAM])
    yield worker
    worker.close()


def is_there(pid):
    """Whether a process is, and is no mere remnant."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_one_process_answers_one_after_another_and_stands_behind_the_hub(worker):
    (one, body), (two, _) = worker.ask({"do": "a"}, 60), worker.ask({"do": "é"}, 60)
    assert body == b"a" * 100_000 and two["order"] == {"do": "é"}
    assert one["pid"] == two["pid"] != os.getpid()
    assert one["nice"] == min(19, os.nice(0) + NICE)


def test_a_process_that_ended_is_started_anew_and_one_that_cannot_answer_is_told_of(worker):
    first = worker.ask({"do": "a"}, 60)[0]["pid"]
    os.kill(first, 9)
    second = worker.ask({"do": "a"}, 60)[0]["pid"]
    assert second != first
    with pytest.raises(NotDone):
        worker.ask({"do": "end"}, 60)
    assert worker.ask({"do": "a"}, 60)[0]["pid"] not in (first, second)


def test_what_takes_too_long_is_given_up_and_its_process_ended(worker):
    pid = worker.ask({"do": "a"}, 60)[0]["pid"]
    with pytest.raises(NotDone, match="within 0.2 s"):
        worker.ask({"do": "hang"}, 0.2)
    assert not is_there(pid)


def test_a_process_is_gone_with_whoever_asked():
    worker = WarmWorker([sys.executable, "-P", "-c", PROGRAM])
    pid = worker.ask({"do": "a"}, 60)[0]["pid"]
    worker._socket.close()  # as it is when the hub has ended
    until = time.monotonic() + 30
    while is_there(pid) and time.monotonic() < until:
        time.sleep(0.05)
    assert not is_there(pid)
    worker.close()


def test_a_hub_that_ends_waits_for_no_answer_and_leaves_nothing():
    worker = WarmWorker([sys.executable, "-P", "-c", PROGRAM])
    pid = worker.ask({"do": "a"}, 60)[0]["pid"]
    wrong = []
    asker = threading.Thread(target=lambda: wrong.append(outcome(worker, {"do": "hang"})))
    asker.start()
    while not worker._turn.locked():
        time.sleep(0.01)
    worker.close()
    asker.join(30)
    assert wrong == ["not done"] and not is_there(pid)
    assert outcome(worker, {"do": "a"}) == "not done"


def outcome(worker, order):
    try:
        worker.ask(order, 60)
    except NotDone:
        return "not done"
    return "done"
