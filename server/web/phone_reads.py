"""Reads of phones that follow a number, answered before the application where nothing changed for
them: from the answer of the last time, held against one reading of all lines a second. Each is told
when to ask again: near the turn often, far away seldom, never all at once.
"""

import json
import random
import re
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from domain.refusal import Refusal
from domain.slip_key import hash_of

from ..serving.budgets import Bucket
from ..texts import complete

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
App = Callable[[Environ, StartResponse], Iterable[bytes]]
Place = tuple[int, str, int]
Standing = Mapping[str, Place]

_READ = re.compile(r"/api/v1/([^/]+)/tickets/([A-Za-z0-9_-]{20,64})")
_PRESS = re.compile(r"/t/([^/]+)/.*")
#: The lines of all halls are read so often at most.
LINES_S = 1.0
#: An answer is good for so long where nobody moved: its range is told anew.
ANSWER_S = 60.0
#: So many answers are kept: more than phones that follow a number in a province.
KEPT = 20_000
#: A phone may ask so often, and so often at once; one of ours asks every three seconds at most.
READS_A_SECOND, READS_AT_ONCE = 1.0, 15.0
#: The holder of a number may press so often, and so often at once: to let pass, give back, rate.
PRESSES_A_SECOND, PRESSES_AT_ONCE = 0.5, 20.0
#: All holders behind one address: a whole hall shares one.
CROWD_A_SECOND, CROWD_AT_ONCE = 10.0, 300.0
#: An address may ask for tickets that are none, and press for them, so often; it takes nothing from
#: those who hold one.
STRANGE_A_SECOND, STRANGE_AT_ONCE = 0.5, 30.0
#: (people ahead at most, seconds until the next look).
PACE = ((2, 3.0), (5, 6.0), (12, 12.0), (30, 20.0), (80, 30.0))
FAR_S, ENDED_S = 50.0, 60.0


class _Answer(NamedTuple):
    standing: Place
    at: float
    etag: str
    headers: list[tuple[str, str]]
    body: bytes


def pace_s(state: str, ahead: int) -> float:
    """In how many seconds a phone is to look again, before chance spreads it."""
    if state != "WAITING":
        return 3.0 if state in ("CALLED", "ABSENT", "PARKED", "SERVING") else ENDED_S
    return next((seconds for most, seconds in PACE if ahead <= most), FAR_S)


class PhoneReads:
    """WSGI, before the application. standing: reads the lines (store/phones.py); it may raise,
    then the application answers.
    """

    def __init__(
        self,
        app: App,
        standing: Callable[[str], Standing],
        clock: Callable[[], float] = time.monotonic,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self.app, self._read_lines, self._clock, self._chance = app, standing, clock, chance
        self._lines: dict[str, tuple[float, Standing]] = {}
        self._answers: OrderedDict[str, _Answer] = OrderedDict()
        self._reads: OrderedDict[str, Bucket] = OrderedDict()
        self._strange: OrderedDict[str, Bucket] = OrderedDict()
        self._presses: OrderedDict[str, Bucket] = OrderedDict()
        self._crowds: OrderedDict[str, Bucket] = OrderedDict()
        self._lock = threading.Lock()
        #: how many were answered here, and how many by the application
        self.from_memory, self.by_application = 0, 0

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """As WSGI asks."""
        path = environ.get("PATH_INFO", "")
        address = environ.get("REMOTE_ADDR", "")
        read = _READ.fullmatch(path)
        if read is None or environ.get("REQUEST_METHOD") != "GET":
            press = _PRESS.fullmatch(path)
            if press is not None and environ.get("REQUEST_METHOD") == "POST":
                return self._press(environ, start_response, hash_of(press[1]), address)
            return self.app(environ, start_response)
        if environ.get("HTTP_AUTHORIZATION"):
            return self.app(environ, start_response)
        key = hash_of(read[2])
        stands = self._standing(read[1]).get(key)
        if stands is None:
            # ended, or no key at all: only what an address asks for in vain is counted
            return self._by_application(environ, start_response, key, None, address)
        if self._too_often(self._reads, key, _readers()):
            return _refused(start_response)
        kept = self._answers.get(key)
        if kept is not None and kept.standing == stands and self._clock() - kept.at < ANSWER_S:
            self.from_memory += 1
            return self._again(environ, start_response, kept)
        return self._by_application(environ, start_response, key, stands, address)

    def _press(
        self, environ: Environ, start_response: StartResponse, key: str, address: str
    ) -> Iterable[bytes]:
        """By the number it is for; whether there is one, the application says."""
        if self._too_often(self._presses, key, _pressers()):
            return _refused(start_response)
        if self._too_often(self._crowds, address, _crowd(), spend=False):
            return _refused(start_response)
        status, headers, body = self._whole(environ)
        if status.startswith("404"):
            if self._too_often(self._strange, address, _strangers()):
                return _refused(start_response)
        else:
            self._too_often(self._crowds, address, _crowd())
        # whoever pressed reads next what the press did, not the line of a moment ago
        self._lines.clear()
        start_response(status, headers)
        return [body]

    def _whole(self, environ: Environ) -> tuple[str, list[tuple[str, str]], bytes]:
        """The application's answer: status, headers, body."""
        seen: list[Any] = []

        def begin(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> None:
            seen[:] = [status, headers]

        made = self.app(environ, begin)
        body = b"".join(made)
        if hasattr(made, "close"):
            made.close()
        status, headers = seen
        return status, headers, body

    def _again(
        self, environ: Environ, start_response: StartResponse, kept: _Answer
    ) -> Iterable[bytes]:
        pace = self._pace(kept.standing)
        if kept.etag and environ.get("HTTP_IF_NONE_MATCH") == kept.etag:
            headers = [*(row for row in kept.headers if row[0] not in _OF_BODY), pace]
            start_response("304 NOT MODIFIED", headers)
            return [b""]
        start_response("200 OK", [*kept.headers, pace])
        return [kept.body]

    def _by_application(
        self,
        environ: Environ,
        start_response: StartResponse,
        key: str,
        stands: Place | None,
        address: str,
    ) -> Iterable[bytes]:
        """Whole, so that it can be kept; the asker's own ETag is compared here."""
        asked = environ.pop("HTTP_IF_NONE_MATCH", None)
        self.by_application += 1
        status, headers, body = self._whole(environ)
        if status.startswith("404") and self._too_often(self._strange, address, _strangers()):
            return _refused(start_response)
        if not status.startswith("200"):
            start_response(status, headers)
            return [body]
        etag = next((value for name, value in headers if name.lower() == "etag"), "")
        answer = _Answer(stands or (0, "", 0), self._clock(), etag, headers, body)
        if stands is not None:
            with self._lock:
                self._answers[key] = answer
                self._answers.move_to_end(key)
                while len(self._answers) > KEPT:
                    self._answers.popitem(last=False)
        environ["HTTP_IF_NONE_MATCH"] = asked or ""
        return self._again(environ, start_response, answer)

    def _standing(self, centre: str) -> Standing:
        now = self._clock()
        read_at, lines = self._lines.get(centre, (-LINES_S, {}))
        if now - read_at < LINES_S:
            return lines
        # at once, so that others who come while the lines are read do not read them too
        self._lines[centre] = (now, lines)
        try:
            lines = self._read_lines(centre)
        except Exception:
            # the application says what is wrong with the database
            lines = {}
        if not lines:
            # a centre nobody waits in, or none at all: what strangers ask for is not kept
            self._lines.pop(centre, None)
            return {}
        self._lines[centre] = (now, lines)
        return lines

    def _pace(self, stands: Place) -> tuple[str, str]:
        _, state, ahead = stands
        seconds = pace_s(state, ahead) * (0.8 + 0.4 * self._chance())
        return ("X-Luot-Next-Ms", str(round(seconds * 1000)))

    def _too_often(
        self, buckets: "OrderedDict[str, Bucket]", key: str, new: Bucket, spend: bool = True
    ) -> bool:
        with self._lock:
            bucket = buckets.setdefault(key, new)
            buckets.move_to_end(key)
            while len(buckets) > KEPT:
                buckets.popitem(last=False)
            if bucket.wait_s() > 0:
                return True
            if spend:
                bucket.spend(1)
            return False


_OF_BODY = ("Content-Type", "Content-Length")


def _readers() -> Bucket:
    return Bucket(READS_AT_ONCE, READS_A_SECOND)


def _pressers() -> Bucket:
    return Bucket(PRESSES_AT_ONCE, PRESSES_A_SECOND)


def _crowd() -> Bucket:
    return Bucket(CROWD_AT_ONCE, CROWD_A_SECOND)


def _strangers() -> Bucket:
    return Bucket(STRANGE_AT_ONCE, STRANGE_A_SECOND)


def _refused(start_response: StartResponse) -> Iterable[bytes]:
    start_response(
        "429 TOO MANY REQUESTS",
        [
            ("Content-Type", "application/json"),
            ("Retry-After", "5"),
            ("X-Luot-Next-Ms", "10000"),
            ("Cache-Control", "no-store"),
        ],
    )
    answer = complete(Refusal("too_many", retry_after=5).answer())
    return [json.dumps(answer, ensure_ascii=False).encode()]
