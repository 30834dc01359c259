"""The tests' own support: support that lies makes every test lie."""

import os
import signal
import socket
import sys
import threading
from pathlib import Path
from types import SimpleNamespace

import psycopg
import pytest

from tests.conftest import LONGEST, dealt
from tests.support.breakable_link import BreakableLink
from tests.support.fork_server import ForkedProgram
from tests.support.hub import environment
from tests.support.programs import Program, ProgramFailed, port_open, program


@pytest.mark.slow
def test_each_test_gets_a_database_of_its_own(postgres):
    first = postgres.create()
    with psycopg.connect(postgres.dsn(first)) as connection:
        connection.execute("CREATE TABLE slip (number text)")
    other = postgres.create()
    with psycopg.connect(postgres.dsn(other)) as connection:
        assert connection.execute(
            "SELECT count(*) FROM pg_tables WHERE tablename = 'slip'"
        ).fetchone() == (0,)


def test_redis_answers_and_comes_back_after_a_kill(redis):
    assert port_open(redis.port)
    redis.kill()
    assert not port_open(redis.port)
    redis.start()
    assert port_open(redis.port)


def test_a_missing_program_names_the_command_that_installs_it():
    with pytest.raises(ProgramFailed, match="apt-get install no-such-thing"):
        program("no-such-thing")


@pytest.mark.slow
def test_a_forked_program_says_and_does_what_the_program_does(tmp_path):
    """Its refusal and its exit code; and one whose fork server was killed is forked from another."""
    wrong = environment(LUOT_KIOSK_PRINTER="nonsense")
    begun = Program([sys.executable, "-P", "-m", "kiosk"], tmp_path / "begun.log", wrong, tmp_path)
    assert (
        begun.process.wait(30) == 1 and "printer address 'nonsense' must begin with" in begun.tail()
    )
    for life in range(2):
        forked = ForkedProgram("kiosk", [], tmp_path / f"forked-{life}.log", wrong, tmp_path)
        assert forked.process.wait(30) == 1 and forked.tail() == begun.tail()
        os.kill(forked.process.server.pid, signal.SIGKILL)


@pytest.mark.parametrize("processes", [1, 3, 4])
def test_the_longest_files_are_dealt_to_all_processes_and_no_test_is_lost(processes):
    tests = Path(__file__).parents[1]
    assert all((tests / name).is_file() for name in LONGEST)
    items = [
        SimpleNamespace(path=tests / name, number=n)
        # as many others as make equal shares of all
        for n in range(120 - 2 * len(LONGEST))
        for name in (f"web/some_{n}_test.py", *(LONGEST[n : n + 1] * 2))
    ]
    order = dealt(items, processes)
    assert sorted(map(id, order)) == sorted(map(id, items))
    share = len(items) // processes
    heads = [order[n * share].path.relative_to(tests).as_posix() for n in range(processes)]
    assert heads == list(LONGEST[:processes]), "each process begins with one of the longest"
    together = [item.path for item in order if "some" not in item.path.name]
    assert all(a == b for a, b in zip(together[::2], together[1::2])), "a file stays together"


@pytest.fixture
def echo():
    """A server that says back what it hears; its port."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve():
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                threading.Thread(target=answer, args=(connection,), daemon=True).start()

        def answer(connection):
            with connection:
                try:
                    while data := connection.recv(1024):
                        connection.sendall(data)
                except OSError:
                    pass

        threading.Thread(target=serve, daemon=True).start()
        yield listener.getsockname()[1]
        listener.shutdown(socket.SHUT_RDWR)


@pytest.fixture
def link(echo):
    link = BreakableLink(echo)
    yield link
    link.remove()


def call(link):
    connection = socket.create_connection(("127.0.0.1", link.port), 2)
    connection.settimeout(0.3)
    return connection


def heard(connection):
    try:
        return connection.recv(100)
    except TimeoutError:
        return None


def ended(connection):
    try:
        return connection.recv(100) == b""
    except ConnectionError:
        return True


def test_a_cable_carries_both_ways(link):
    with call(link) as line:
        line.sendall(b"A001")
        assert heard(line) == b"A001"


def test_a_cut_cable_breaks_the_talk_and_a_mended_one_carries_again(link):
    with call(link) as line:
        line.sendall(b"A001")
        assert heard(line) == b"A001"
        link.cut()
        assert ended(line)
    with pytest.raises(ConnectionRefusedError):
        call(link)
    link.mend()
    with call(link) as line:
        line.sendall(b"A003")
        assert heard(line) == b"A003"


def test_an_ear_at_a_cable_hears_both_ways_lets_a_part_through_and_breaks_it(echo):
    passed = []

    def hears(data, is_answer):
        passed.append((data, is_answer))
        if data == b"no more":
            raise ConnectionAbortedError
        yield data[:4]
        passed.append("gone on")

    link = BreakableLink(echo, lambda: hears)
    try:
        with call(link) as line:
            line.settimeout(10)
            line.sendall(b"A001, please")
            assert heard(line) == b"A001"
            assert passed[:3] == [(b"A001, please", False), "gone on", (b"A001", True)]
            line.sendall(b"no more")
            assert ended(line)
    finally:
        link.remove()


def test_a_stalled_cable_holds_the_words_and_lets_them_go(link):
    with call(link) as line:
        line.sendall(b"A001")
        assert heard(line) == b"A001"
        link.stall()
        line.sendall(b"A002")
        assert heard(line) is None
        link.flow()
        assert heard(line) == b"A002"


def test_a_cable_that_loses_answers_loses_them_for_good(link):
    with call(link) as line:
        link.lose_answers()
        line.sendall(b"A001")
        assert heard(line) is None
        link.hear_answers()
        line.sendall(b"A002")
        assert heard(line) == b"A002"
