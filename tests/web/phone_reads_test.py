"""Phones that follow a number are answered from memory where nothing moved, told when to look again,
and held to a pace.
"""

import pytest

from domain.slip_key import hash_of
from server.web.phone_reads import (
    ANSWER_S,
    CROWD_AT_ONCE,
    PRESSES_AT_ONCE,
    READS_AT_ONCE,
    STRANGE_AT_ONCE,
    PhoneReads,
    pace_s,
)

KEY = "k" * 32


class Line:
    """A hall with one number, an application that answers for it, and a clock."""

    def __init__(self):
        self.now, self.made, self.line = 100.0, 0, {hash_of(KEY): (7, "WAITING", 4)}
        self.door = PhoneReads(self.app, lambda centre: self.line, lambda: self.now, lambda: 0.5)

    def app(self, environ, start_response):
        """The hub's own answer."""
        self.made += 1
        is_key = "/" + KEY in environ["PATH_INFO"] or "/holder" in environ["PATH_INFO"]
        assert "HTTP_IF_NONE_MATCH" not in environ or not environ["HTTP_IF_NONE_MATCH"]
        start_response(
            "200 OK" if is_key else "404 NOT FOUND",
            [("Content-Type", "application/json"), ("ETag", f'"{self.made}"')],
        )
        return [b"{}"]

    def asks(self, key=KEY, etag=None, method="GET", path=None, address="10.0.0.9"):
        """`(status, headers)` of one request."""
        answer = []
        environ = {
            "PATH_INFO": path or f"/api/v1/thu-duc/tickets/{key}",
            "REQUEST_METHOD": method,
            "REMOTE_ADDR": address,
        }
        if etag:
            environ["HTTP_IF_NONE_MATCH"] = etag
        list(self.door(environ, lambda status, headers: answer.extend([status, dict(headers)])))
        return int(answer[0][:3]), answer[1]


@pytest.fixture
def line():
    """A Line."""
    return Line()


def test_where_nothing_moved_the_application_is_asked_once(line):
    status, headers = line.asks()
    assert (status, headers["X-Luot-Next-Ms"]) == (200, "6000")
    line.now += 6
    assert line.asks(etag=headers["ETag"])[0] == 304 and line.asks()[0] == 200
    assert line.made == 1
    line.now += ANSWER_S
    assert line.asks()[0] == 200 and line.made == 2, "its range is told anew"


@pytest.mark.parametrize("now", [(8, "CALLED", 0), (7, "WAITING", 3)])
def test_who_is_called_or_moves_up_reads_it_within_a_second(line, now):
    _, before = line.asks()
    line.line = {hash_of(KEY): now}
    line.now += 1.1
    status, after = line.asks(etag=before["ETag"])
    assert status == 200 and after["ETag"] != before["ETag"]


def test_who_pressed_reads_at_once_what_the_press_did(line):
    _, before = line.asks()
    line.line = {hash_of(KEY): (7, "WAITING", 6)}
    assert line.asks()[1]["ETag"] == before["ETag"], "the line is read once a second"
    line.asks(method="POST", path=f"/t/{KEY}/let-pass")
    assert line.asks()[1]["ETag"] != before["ETag"]


def test_the_pace_is_quick_near_the_turn_and_slow_far_away():
    waits = [pace_s("WAITING", ahead) for ahead in (0, 2, 5, 12, 30, 200)]
    assert waits == sorted(waits) and waits[0] == 3 and waits[-1] == 50
    assert pace_s("CALLED", 0) == 3 and pace_s("DONE", 0) == 60


def test_one_number_is_read_at_a_pace_and_others_behind_the_same_address_are_not_held_up(line):
    other = "o" * 32
    line.line[hash_of(other)] = (9, "WAITING", 1)
    seen = [line.asks()[0] for _ in range(int(READS_AT_ONCE) + 3)]
    assert seen[0] == 200 and seen[-1] == 429
    assert line.asks(other)[0] != 429


def test_keys_that_are_none_are_counted_by_address_and_take_no_holder_a_press(line):
    """Nobody tries keys out, and a shared address is shut out of nothing by it."""
    reads = [line.asks(f"{n:032d}")[0] for n in range(int(STRANGE_AT_ONCE) + 2)]
    assert reads[0] == 404 and reads[-1] == 429
    presses = [
        line.asks(method="POST", path=f"/t/{n:032d}/rate")[0] for n in range(int(CROWD_AT_ONCE) + 2)
    ]
    assert set(presses) == {429}
    assert line.asks(method="POST", path=f"/t/{KEY}/give-back")[0] == 200
    assert line.asks()[0] == 200
    assert line.asks("x" * 32, address="10.0.0.8")[0] == 404


def test_one_number_presses_at_a_pace_and_takes_no_other_a_press(line):
    presses = [
        line.asks(method="POST", path=f"/t/{KEY}/rate")[0] for _ in range(int(PRESSES_AT_ONCE) + 3)
    ]
    assert presses[0] == 200 and presses[-1] == 429
    assert line.asks(method="POST", path="/t/holder/give-back")[0] == 200
    assert line.asks()[0] == 200, "reading is counted apart"


def test_all_holders_behind_one_address_may_press_as_a_whole_hall_does(line):
    presses = [
        line.asks(method="POST", path=f"/t/holder{n}/rate")[0] for n in range(int(CROWD_AT_ONCE))
    ]
    assert set(presses) == {200}
    more = [line.asks(method="POST", path=f"/t/holder-{n}/rate")[0] for n in range(100)]
    assert more[-1] == 429
    assert line.asks(method="POST", path=f"/t/{KEY}/rate", address="10.0.0.8")[0] == 200
