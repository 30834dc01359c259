"""The processes of a demo: watched, and none left behind, whatever ends their parent."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from server.demo import children as children_module
from server.demo.children import ChildFailed, Children, port_to_use
from server.demo.ready import write_ready_file

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]


def alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def gone(pid, seconds=20):
    deadline = time.monotonic() + seconds
    while alive(pid) and time.monotonic() < deadline:
        time.sleep(0.02)
    return not alive(pid)


def test_leaving_ends_every_process():
    with Children() as children:
        child = children.start(
            "page", ["http.server", "--bind", "127.0.0.1", str(port_to_use(0, ""))], os.environ
        )
        assert alive(child.pid)
    assert gone(child.pid)


def test_a_child_that_ends_by_itself_is_named_with_its_last_words(tmp_path):
    with Children() as children:
        child = children.start("hub", ["no_such_module"], os.environ, tmp_path / "hub.log")
        with pytest.raises(
            ChildFailed, match="hub ended by itself .*No module named no_such_module"
        ):
            children.wait_until_answers(child, "http://127.0.0.1:1/readyz")


TALKER = """
import sys, time
for number in range(1_000_000):
    print("line", number, "x" * 90, flush=True)
    if sys.stdin.read(1) == "":
        time.sleep(0.001)
"""


def test_a_log_begins_anew_before_it_is_too_large(tmp_path, monkeypatch):
    monkeypatch.setattr(children_module, "LOG_BYTES", 20_000)
    (tmp_path / "talker.py").write_text(TALKER)
    log = tmp_path / "talker.log"
    with Children() as children:
        environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
        child = children.start("talker", ["talker"], environment, log)
        for _ in range(3):
            deadline = time.monotonic() + 20
            while log.stat().st_size < 20_500:
                assert child.ended() is None and time.monotonic() < deadline
                time.sleep(0.01)
            child.bound_log()
            assert log.stat().st_size < 20_000
            assert (tmp_path / "talker.log.1").stat().st_size < 60_000
        while not log.stat().st_size:
            assert child.ended() is None
    assert log.read_text().startswith("line ")  # it goes on at the beginning, with no hole before


def test_a_port_in_use_is_one_clear_line():
    with (
        socket.create_server(("127.0.0.1", 0)) as taken,
        pytest.raises(ChildFailed, match="cannot be used .*--port"),
    ):
        port_to_use(taken.getsockname()[1], "--port")


PARENT = """
import os, sys
from server.demo.children import Children, port_to_use

port = port_to_use(0, "")
with Children() as children:
    child = children.start("page", ["http.server", "--bind", "127.0.0.1", str(port)], os.environ, "/dev/null")
    children.wait_until_answers(child, f"http://127.0.0.1:{port}/")
    print(child.pid, flush=True)
    children.watch()
"""


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_no_process_outlives_its_parent(sent, tmp_path):
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
        cwd=tmp_path,
    )
    child = int(parent.stdout.readline())
    parent.stdout.close()
    parent.send_signal(sent)
    parent.wait(15)
    assert gone(child)


def test_the_ready_file_is_whole_and_for_its_owner_only(tmp_path):
    file = tmp_path / "ready.json"
    write_ready_file(file, {"centre": "thu-duc", "staff": [{"name": "lan"}]})
    assert json.loads(file.read_text("utf-8"))["centre"] == "thu-duc"
    assert file.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["ready.json"]


def watched(children, seconds):
    """Watch for a while in a thread; the fault it ended with, or None."""
    faults = []

    def watch():
        try:
            children.watch()
        except ChildFailed as fault:
            faults.append(fault)

    watching = threading.Thread(target=watch)
    watching.start()
    watching.join(seconds)
    return faults[0] if faults else None


def test_a_helper_that_was_killed_is_started_again_and_nothing_else_ends(monkeypatch):
    monkeypatch.setattr(children_module, "AGAIN_AFTER_S", 0.1)
    with Children() as children:
        helper = children.start_helper("forecaster", ["http.server", "0"], os.environ)
        os.kill(helper.pid, signal.SIGKILL)
        assert watched(children, 2) is None
        again = children.all[-1]
        assert again.pid != helper.pid and alive(again.pid)
        children.stop.set()
    assert gone(again.pid)


def test_a_helper_that_cannot_run_here_is_left_alone(tmp_path):
    (tmp_path / "cannot.py").write_text("raise SystemExit(3)")
    with Children() as children:
        environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
        helper = children.start_helper("forecaster", ["cannot"], environment)
        assert watched(children, 2) is None
        assert children.all == [helper]
        children.stop.set()
