"""The simulated people: they come in the file's proportions, serve as clerks do, and never give up
a press.
"""

import collections
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from server.demo.people import Citizens, Clerk, staffing
from server.demo.talk import Left, Talk
from tests.support.centres import centre_from, profile_of

CENTRE = centre_from(profile_of("thu_duc"))


@pytest.mark.parametrize("centre", ["thu_duc", "ward", "city_centre"])
@pytest.mark.parametrize("rate", [5, 40, 300])
def test_every_field_has_somebody_and_the_hand_kept_counter_is_left_free(centre, rate):
    read = centre_from(profile_of(centre))
    opened = staffing(read, rate, by_hand=["2"])
    assert set(read.fields) == {prefix for fields in opened.values() for prefix in fields}
    assert "2" not in opened


def test_more_citizens_open_more_counters():
    assert len(staffing(CENTRE, 20)) < len(staffing(CENTRE, 80)) <= 23


def test_citizens_wish_in_the_proportions_of_the_file():
    crowd = Citizens(CENTRE, None, 40, 1, seed=7)
    field = {service.code: service.field for service in CENTRE.services.values()}
    wishes = [crowd.wish() for _ in range(4000)]
    seen = collections.Counter(field[w["service"]] for w in wishes)
    assert all(abs(seen[f.prefix] / 4000 - f.share) < 0.03 for f in CENTRE.fields.values())
    assert 0.09 < sum("priority" in w for w in wishes) / 4000 < 0.15


class Hub:
    """A hub's part for clerks: one ticket after another, until there are none."""

    def __init__(self, numbers):
        self.numbers, self.received, self.failures, self.empty = (
            list(numbers),
            [],
            0,
            threading.Event(),
        )
        hub = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                content = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                status, answer = hub.answer(self.path.rsplit("/", 1)[1], content)
                body = json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def answer(self, verb, content):
        self.received.append((verb, content))
        if self.failures:
            self.failures -= 1
            return 503, {"ok": False, "error": "storage"}
        if verb == "call_next":
            if not self.numbers:
                self.empty.set()
                return 200, {"ok": True, "ticket": None, "error": "nobody_waiting"}
            return 200, {"ok": True, "ticket": {"number": self.numbers.pop(0), "field": "A"}}
        return 200, {"ok": True, "ticket": None}


@pytest.fixture
def hub_of():
    hubs = []

    def make(numbers=()):
        hubs.append(Hub(numbers))
        return hubs[-1]

    yield make
    for hub in hubs:
        hub.server.shutdown()
        hub.server.server_close()


@pytest.mark.slow
def test_a_clerk_serves_everybody_as_people_do(hub_of):
    hub, stop = hub_of([f"A{n:03d}" for n in range(1, 61)]), threading.Event()
    clerk = Clerk(CENTRE, "2", ["A"], Talk(hub.url, "t", stop), speed=100_000, seed=3)

    def work():
        with pytest.raises(Left):
            clerk.work()

    worker = threading.Thread(target=work)
    worker.start()
    assert hub.empty.wait(30)
    stop.set()
    worker.join(5)
    verbs = collections.Counter(verb for verb, _ in hub.received)
    assert verbs["open"] == 1 and verbs["start"] > 45
    assert verbs["finish"] + verbs["miss"] + verbs["park"] + verbs["transfer"] >= 60
    assert {"finish", "miss", "park"} <= set(verbs)
    outcomes = {c["code"] for c in CENTRE.lists["outcomes"]}
    assert all(
        content["outcome"] in outcomes
        for verb, content in hub.received
        if verb == "finish" and "outcome" in content
    )


def test_a_press_is_repeated_with_the_same_request_id_until_it_is_answered(hub_of):
    hub = hub_of()
    hub.failures = 1
    Talk(hub.url, None, threading.Event()).press("/counters/2/open")
    ids = [content["request_id"] for _, content in hub.received]
    assert len(ids) == 2 and len(set(ids)) == 1
