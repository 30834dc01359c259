"""300 calls in a minute over three boards of one zone, each behind a cable that cuts, stalls,
delays and lets one connection overtake another.
Everything is the real thing (hub, acts, sockets, pages) on a clock that runs eight times as fast:
in the hub by its clock, in the pages by theirs.
"""

import itertools
import json
import random
import threading
import time

import pytest
from werkzeug.serving import make_server

from domain.clock_check import Reading
from server import app as hub_app
from server import config
from server.acts import COUNTER_ACTS, Actor, issue
from server.store import people
from tests.display.fast import fast
from tests.display.stage import until
from tests.support.breakable_link import BreakableLink
from tests.support.hub_in_process import end_hub

# the test's own web server leaves a file to the collector when its reader is cut off on purpose;
# gunicorn closes it
CUT_OFF = pytest.mark.filterwarnings(
    "ignore:Exception ignored in.*FileIO:pytest.PytestUnraisableExceptionWarning",
    "ignore:unclosed file:ResourceWarning",
)
pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300), CUT_OFF]
SPEED, CALLS, SECONDS = 8, 300, 60


class Uneven(BreakableLink):
    """A cable whose connections are not equally fast: what is asked over one overtakes what comes
    over another.
    """

    chance = random.Random(5)

    def _own_delay(self):
        return self.chance.uniform(0, 0.12)


class FastMachine:
    """A machine on which time goes by faster, its wall clock and its running time alike."""

    def __init__(self, speed):
        self.began, self.at, self.speed = time.monotonic(), round(time.time() * 1000), speed

    def read(self):
        """What it says of the time now."""
        ran = round((time.monotonic() - self.began) * 1000 * self.speed)
        return Reading(self.at + ran, ran, "this-run")

    read_whole = read


class FastHub:
    """The hub in this process, on a fast clock; its people call the acts straight.

    `spoken` keeps every `speak` with sound and when it began.
    """

    def __init__(self, folder, prepared, monkeypatch, speed=SPEED):
        monkeypatch.setattr(hub_app, "Machine", lambda: FastMachine(speed))
        app = hub_app.create_app(
            config.load(environ={}, data=str(folder), async_mode="threading", hours="always")
        )
        self.app, self.luot = app, app.extensions["luot"]
        eio = self.luot.socketio.server.eio
        eio.ping_interval, eio.ping_timeout = 1, 200  # the pages count these seconds faster
        self.server = make_server("127.0.0.1", 0, app, threaded=True)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.actor, self.presses, self.spoken, self.acked, self.asked = (
            Actor(prepared["centre"], "staff:lan", "manager"),
            0,
            [],
            {},
            {},
        )
        speak = self.luot.publisher.loudspeakers
        say, played = speak._say, speak.played

        def says(key, effect):
            self.spoken.append((self.luot.context.clock(), effect.speech))
            self.asked.setdefault(effect.speech.id, set()).add(effect.device)
            say(key, effect)

        def hears(sid, id=None, seq=None, heard=True, late=False):
            if heard:
                self.acked[id] = self.acked.get(id, 0) + 1
            played(sid, id, seq, heard, late)

        speak._say, speak.played = says, hears

    def does(self, act, **content):
        self.presses += 1
        answer = act(self.luot.context, self.actor, f"press-{self.presses:06d}", **content)
        assert answer["ok"], answer
        return answer

    def opens(self, counters):
        """Opens counters for every field: a counter may call only whom it serves."""
        fields = list(self.luot.context.centre(self.actor.centre).fields)
        for counter in counters:
            self.does(COUNTER_ACTS["open"], counter=counter)
            self.does(COUNTER_ACTS["assign"], counter=counter, fields=fields)

    def remove(self):
        self.server.shutdown()
        self.server.server_close()
        end_hub(self.app)


@pytest.fixture
def speed():
    return SPEED


@pytest.fixture
def fast_hub(prepared_centres, tmp_path, monkeypatch, speed):
    prepared = prepared_centres.copy_of("thu_duc", tmp_path / "hub")
    made = FastHub(tmp_path / "hub", prepared, monkeypatch, speed)
    with made.luot.store.change() as conn:
        made.tokens = [f"board-token-{n}" for n in range(3)]
        for n, token in enumerate(made.tokens):
            people.add_device(
                conn,
                id=f"tv-{n}",
                centre=prepared["centre"],
                role="board",
                name=f"tv-{n}",
                counter=None,
                zone="K1",
                sound=True,
                token=token,
                created_at=0,
            )
    made.centre = prepared["centre"]
    yield made
    made.remove()


def trouble(links, over):
    """Cuts, stalls and mends until it is over: never all three boards for long."""
    chance = random.Random(11)
    while not over.is_set():
        link = chance.choice(links)
        if chance.random() < 0.6:
            link.cut()
            over.wait(chance.uniform(0.1, 0.9))
            link.mend()
        else:
            link.stall()
            over.wait(chance.uniform(0.1, 0.6))
            link.flow()
        over.wait(chance.uniform(0.1, 0.5))
    for link in links:
        link.mend()


def test_three_hundred_calls_in_a_minute_are_each_shown_and_said_once_or_marked_late(
    screen, fast_hub
):
    links = [Uneven(fast_hub.server.server_port) for _ in range(3)]
    boards = [
        screen(
            f"http://127.0.0.1:{link.port}/board/{fast_hub.centre}?zone=K1#token={fast_hub.tokens[n]}",
            1280,
            720,
            before=fast(SPEED),
        )
        for n, link in enumerate(links)
    ]
    for page in boards:
        until(
            page,
            "window.Luot.boardPage && Luot.boardPage.hub.how() === 'socket' &&"
            " Luot.boardPage.voice.state() === 'on'",
            30000,
        )
    areas = fast_hub.luot.publisher.loudspeakers.areas
    deadline = time.monotonic() + 30
    while not areas or not areas[fast_hub.centre, "hall-1"].voiced_at:
        assert time.monotonic() < deadline, "no board speaks"
        boards[0].wait_for_timeout(50)
    counters = [str(n) for n in range(1, 13)]
    fast_hub.opens(counters)
    tickets = [
        fast_hub.does(issue, field="AB"[n % 2] if n < 200 else "BK"[n % 2])["ticket"]["id"]
        for n in range(180)
    ]
    tickets += [
        fast_hub.does(issue, field="XKLA"[n % 4])["ticket"]["id"]
        for n in range(CALLS - len(tickets))
    ]

    over = threading.Event()
    chaos = threading.Thread(target=trouble, args=(links, over))
    chaos.start()
    called, began = [], time.monotonic()
    try:
        for n, ticket in enumerate(tickets):
            counter = counters[n % 12]
            if n >= 12:
                fast_hub.does(COUNTER_ACTS["miss"], counter=counter)
            called.append(
                fast_hub.does(
                    COUNTER_ACTS["call"], counter=counter, ticket=ticket, reason="urgent"
                )["seq"]
            )
            wait = began + (n + 1) * SECONDS / CALLS / SPEED - time.monotonic()
            if wait > 0:
                boards[n % 3].wait_for_timeout(wait * 1000)
    finally:
        over.set()
        chaos.join()
    for page in boards:
        until(page, "Luot.boardPage.hub.how() === 'socket'", 20000)
    deadline = time.monotonic() + 60
    while any(area.speaking or area.queue for area in areas.values()):
        assert time.monotonic() < deadline, "the loudspeaker's line never ends"
        boards[0].wait_for_timeout(100)
    for page in boards:
        until(
            page,
            f"Luot.boardPage.hub.seq() === {fast_hub.luot.context.seq(fast_hub.centre)}",
            20000,
        )
    for page in boards:
        page.evaluate(
            "hurry(40)"
        )  # nothing more comes from the hub: what each board still has in line may go by faster
    for page in boards:
        until(
            page, "!Luot.boardPage.turns.current() && !Luot.boardPage.turns.waiting().length", 60000
        )

    for page in boards:
        page.evaluate("hurry(1)")
        until(page, "!document.body.classList.contains('stale')", 30000)

    accounts = [
        {row["seq"]: row for row in page.evaluate("Luot.boardPage.account()")} for page in boards
    ]
    spoken = {
        seq
        for id in fast_hub.acked
        for _, speech in fast_hub.spoken
        if speech.id == id and speech.say
        for seq in speech.seqs
    }
    # an answer may be lost on the way to the hub: the board that was asked knows itself whether it
    # spoke
    spoken |= {
        seq
        for _, speech in fast_hub.spoken
        for device in fast_hub.asked[speech.id]
        for seq in speech.seqs
        if speech.say and accounts[int(device[-1])].get(seq, {}).get("spoken")
    }
    for account in accounts:
        assert [seq for seq in called if seq not in account] == [], (
            "a call this board never heard of"
        )
        assert [row for row in account.values() if row["how"] is None] == [], (
            "a call nobody could see here"
        )
    silent = [
        seq
        for seq in called
        if seq not in spoken and not any(account[seq]["late"] for account in accounts)
    ]
    assert silent == [], "neither said nor marked late"
    # a board says an id once however often it is asked, and no other board is asked for it: so
    # nothing was said twice (a lost answer makes a call late, not double)
    assert all(len(devices) == 1 for devices in fast_hub.asked.values()) and sum(
        page.evaluate("says") for page in boards
    ) <= len(fast_hub.asked)
    assert len(spoken) >= 6
    order = [speech.seq for _, speech in fast_hub.spoken if speech.kind == "called"]
    assert order == sorted(order), "said in the order called"
    begun = [
        at
        for (at, speech), (_, before) in zip(fast_hub.spoken[1:], fast_hub.spoken)
        if speech.id != before.id
    ]
    assert all(b - a >= 5900 for a, b in itertools.pairwise(begun)), "each stands its six seconds"
    for page in boards:
        # where the loudspeaker leads the large place: in its order (what nobody answered for comes
        # again, marked late, under another id)
        led = [
            moment["seq"]
            for moment in page.evaluate("shown")
            if moment["led"] and moment["led"].startswith("c")
        ]
        assert list(dict.fromkeys(led)) == sorted(set(led)), "shown in the order said"
    looks = [
        json.dumps([page.locator("#counters").inner_text(), page.locator("#ahead").inner_text()])
        for page in boards
    ]
    assert looks[0] == looks[1] == looks[2], "all boards end alike"
    for link in links:
        link.remove()


@pytest.mark.parametrize("speed", [20])
def test_a_call_a_second_for_ten_minutes_loses_none(screen, fast_hub, speed):
    """600 calls, the real hub and a real page: each is shown, and is said or marked late; the board
    stays near the truth, and the line ends.
    """
    page = screen(
        f"http://127.0.0.1:{fast_hub.server.server_port}/board/{fast_hub.centre}?zone=K1#token={fast_hub.tokens[0]}",
        1280,
        720,
        before=fast(speed),
    )
    areas, deadline = fast_hub.luot.publisher.loudspeakers.areas, time.monotonic() + 30
    while not areas or not areas[fast_hub.centre, "hall-1"].voiced_at:
        assert time.monotonic() < deadline, "no board speaks"
        page.wait_for_timeout(50)
    counters, called, account, lags = [str(n) for n in range(1, 13)], [], {}, []
    fast_hub.opens(counters)
    began = time.monotonic()
    for n in range(600):
        counter, ticket = (
            counters[n % 12],
            fast_hub.does(issue, field="BCBCH"[n // 2 % 5] if n % 2 else "A")["ticket"]["id"],
        )  # within what each field gives out a day
        if n >= 12:
            fast_hub.does(COUNTER_ACTS["miss"], counter=counter)
        called.append(
            fast_hub.does(COUNTER_ACTS["call"], counter=counter, ticket=ticket, reason="urgent")[
                "seq"
            ]
        )
        if n % 100 == 99:
            account.update(
                (row["seq"], row) for row in page.evaluate("Luot.boardPage.account()")
            )  # it keeps the last 400
            lags.append(page.evaluate("Luot.boardPage.turns.lag()"))
        page.wait_for_timeout(max(1, (began + (n + 1) / speed - time.monotonic()) * 1000))
    until(page, f"Luot.boardPage.hub.seq() === {fast_hub.luot.context.seq(fast_hub.centre)}", 30000)
    deadline = time.monotonic() + 60
    while any(area.speaking or area.queue for area in areas.values()):
        assert time.monotonic() < deadline, "the loudspeaker's line never ends"
        page.wait_for_timeout(50)
    page.evaluate("hurry(60)")
    until(page, "!Luot.boardPage.turns.current() && !Luot.boardPage.turns.waiting().length", 60000)
    account.update((row["seq"], row) for row in page.evaluate("Luot.boardPage.account()"))
    assert [seq for seq in called if seq not in account] == [], "a call the board never heard of"
    assert [seq for seq in called if account[seq]["how"] is None] == [], "a call nobody could see"
    assert [
        seq for seq in called if not account[seq]["spoken"] and not account[seq]["late"]
    ] == [], "neither said nor marked late"
    assert sum(account[seq]["spoken"] for seq in called) >= 20 and max(lags) < 180, (
        "shown together rather than minutes late"
    )
    assert page.evaluate("document.querySelectorAll('.call:not(.blank)').length") >= 12
