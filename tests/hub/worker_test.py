"""The worker serves whole files, ends in time, lives through a shortage, and bounds what a socket
may send.
"""

import base64
import hashlib
import os
import resource
import signal
import socket
import struct
import subprocess
import sys
import time
from pathlib import Path

import pytest
import requests

ROOT = Path(__file__).parents[2]
CLIP = "display/voice/vi/chime.mp3"


def upgrade(hub, origin=None):
    """A raw websocket to the hub's Socket.IO."""
    line = socket.create_connection(("127.0.0.1", hub.port), timeout=10)
    key = base64.b64encode(os.urandom(16)).decode()
    extra = f"Origin: {origin}\r\n" if origin else ""
    line.sendall(
        "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost:"
        f" 127.0.0.1:{hub.port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key:"
        f" {key}\r\nSec-WebSocket-Version: 13\r\n{extra}\r\n".encode()
    )
    return line, line.recv(4096)


def frame(data, opcode, last):
    mask = os.urandom(4)
    body = bytes(b ^ mask[i % 4] for i, b in enumerate(data))
    size = (
        struct.pack("!B", 0x80 | len(data))
        if len(data) < 126
        else struct.pack("!BH", 0xFE, len(data))
    )
    return struct.pack("!B", (0x80 if last else 0) | opcode) + size + mask + body


def resident(hub):
    """Bytes of memory the hub holds."""
    text = requests.get(f"{hub.url}/metrics", timeout=10).text
    return float(
        next(
            line.split()[1] for line in text.splitlines() if line.startswith("luot_resident_bytes ")
        )
    )


def test_a_file_arrives_whole_and_a_part_of_it_as_a_part(hub):
    here = (ROOT / CLIP).read_bytes()
    assert (
        hashlib.sha256(requests.get(f"{hub.url}/{CLIP}", timeout=10).content).digest()
        == hashlib.sha256(here).digest()
    )
    part = requests.get(f"{hub.url}/{CLIP}", headers={"Range": "bytes=100-199"}, timeout=10)
    assert (part.status_code, part.content) == (206, here[100:200])


def test_long_polling_and_foreign_pages_are_refused(hub):
    assert (
        requests.get(f"{hub.url}/socket.io/?EIO=4&transport=polling", timeout=10).status_code == 400
    )
    line, answer = upgrade(hub, origin="http://elsewhere.example")
    line.close()
    assert b" 400 " in answer.split(b"\r\n")[0]


@pytest.mark.slow
@pytest.mark.parametrize("async_mode", ["eventlet", "threading"])
def test_fragments_that_never_end_do_not_fill_the_memory(hub):
    before, sent = resident(hub), 0
    line, answer = upgrade(hub)
    assert b" 101 " in answer.split(b"\r\n")[0]
    with pytest.raises(OSError):
        line.settimeout(5)
        line.sendall(frame(b"x" * 10_000, 1, False))
        for _ in range(5000):
            line.sendall(frame(b"x" * 10_000, 0, False))
            sent += 10_000
    line.close()
    assert sent < 40_000_000 and resident(hub) - before < 20_000_000


@pytest.mark.slow
def test_it_ends_by_itself_with_a_screen_still_connected(hub):
    hub.board()
    assert hub.stop() == 0, "whoever waits for the screen to go is killed"


@pytest.mark.slow
@pytest.mark.parametrize("async_mode", ["eventlet", "gevent", "threading"])
def test_when_only_gunicorns_master_is_killed_the_next_hub_has_the_port_and_the_folder(hub):
    workers = Path(f"/proc/{hub.program.pid}/task/{hub.program.pid}/children").read_text().split()
    os.kill(hub.program.pid, signal.SIGKILL)
    hub.program.process.wait(10)
    deadline = time.monotonic() + 20
    while any(Path(f"/proc/{pid}").exists() for pid in workers):
        assert time.monotonic() < deadline, "the worker serves on with nobody to look after it"
        time.sleep(0.05)  # the end of a process that is not our child cannot be awaited
    hub.start()
    assert hub.citizen().takes_number("A")["number"] == "A001"


@pytest.mark.slow
def test_it_answers_again_after_it_ran_out_of_descriptors(start_hub):
    hub = start_hub()
    children = [
        int(p)
        for p in (
            Path(f"/proc/{hub.program.pid}/task/{hub.program.pid}/children").read_text().split()
        )
    ]
    in_use = len(list(Path(f"/proc/{children[0]}/fd").iterdir()))
    resource.prlimit(children[0], resource.RLIMIT_NOFILE, (in_use + 20, in_use + 20))
    crowd = [socket.create_connection(("127.0.0.1", hub.port), timeout=5) for _ in range(60)]
    time.sleep(1)  # the shortage must last through several accepts
    for line in crowd:
        line.close()
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        try:
            if requests.get(f"{hub.url}/healthz", timeout=2).ok:
                return
        except requests.RequestException:
            pass
    raise AssertionError("the hub looks alive and answers nothing")


@pytest.mark.slow
def test_a_database_driver_that_would_stall_the_hall_does_not_start(prepared_centres, tmp_path):
    from tests.support.hub import environment
    from tests.support.programs import free_port

    prepared_centres.copy_of("ward", tmp_path)
    ended = subprocess.run(
        [
            sys.executable,
            "-P",
            "-m",
            "server",
            "hub",
            "--port",
            str(free_port()),
            "--data",
            tmp_path,
        ],
        env=environment(PSYCOPG_WAIT_FUNC="wait_c"),
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert ended.returncode != 0 and "unset it" in ended.stderr and "Traceback" not in ended.stderr


@pytest.mark.slow
@pytest.mark.parametrize("async_mode", ["eventlet", "gevent", "threading"])
def test_the_main_job_in_every_mode(hub):
    board = hub.board()
    number = hub.citizen().takes_number("A")["number"]
    clerk = hub.clerk(2)
    clerk.opens()
    assert clerk.calls_next()["ticket"]["number"] == number
    assert board.hears_call(number)["counter"] == 2
    assert clerk.starts()["ok"] and clerk.finishes()["ok"]


@pytest.mark.slow
def test_the_main_job_on_postgresql_over_two_hubs(postgres, redis, start_hub, tmp_path):
    """A call at one hub process is heard on the other's board, through the journal and the notifier."""
    from server.demo.prepare import prepare

    name = postgres.create()
    url = postgres.url(name)
    os.environ["LUOT_DATABASE_URL"] = url
    try:
        prepared = prepare(tmp_path / "pg", ROOT / "centres" / "thu_duc.yaml")
    finally:
        del os.environ["LUOT_DATABASE_URL"]
    from tests.support.hub import Hub

    (tmp_path / "other").mkdir()
    (tmp_path / "pg").mkdir(exist_ok=True)
    hubs = [
        Hub(tmp_path / place, prepared, database_url=url, LUOT_REDIS_URL=redis.url)
        for place in ("pg", "other")
    ]
    try:
        first, second = (hub.start() for hub in hubs)
        board, own = second.board(), first.board()
        number = first.citizen().takes_number("A")["number"]
        clerk = first.clerk(2)
        clerk.opens()
        assert clerk.calls_next()["ticket"]["number"] == number
        assert board.hears_call(number) == own.hears_call(number)
        board.waits_until(lambda s: any(c["number"] == number for c in s.snapshot["counters"]))
        assert sum(event == "called" for event, _ in board.facts) == 1
    finally:
        for hub in hubs:
            hub.remove()
        postgres.drop(name)


@pytest.mark.slow
def test_short_connections_leave_no_memory_behind(start_hub):
    """engineio made a class for each request: 30,000 of them were 190 MB until they were
    collected.
    """
    from tests.hub.flood_test import flood

    hub = start_hub(LUOT_STRANGER_PERCENT="90")
    requests.get(f"{hub.url}/api/openapi.json", timeout=20)  # what is loaded once is loaded now
    before = resident(hub)
    with flood(hub.port, "connections", 20) as counts:
        deadline = time.monotonic() + 60
        while answered(hub) < 6_000 and time.monotonic() < deadline:
            time.sleep(0.2)
    assert counts["answers"] > 3_000, counts
    assert (resident(hub) - before) / counts["answers"] < 4_000, counts


def answered(hub):
    """About how many requests this worker has had: the processor's time it took, at a millisecond
    each.
    """
    pid = Path(f"/proc/{hub.program.pid}/task/{hub.program.pid}/children").read_text().split()[0]
    ticks = sum(map(int, Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[11:13]))
    return ticks * 1000 / os.sysconf("SC_CLK_TCK")
