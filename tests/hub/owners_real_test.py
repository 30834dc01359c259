"""Three hub processes on PostgreSQL and Redis behind nginx: one is killed in the middle of the work
of six halls, and comes back.
"""

import threading
import time
from collections import Counter

import psycopg
import pytest
import requests
import socketio

from server.owners import owner_of
from tests.support.hub import Hub
from tests.support.people import press
from tests.support.programs import free_port, wait_for
from tests.support.province import nginx_before, wards

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]
#: Nothing here is measured by a limit: these only end a test that would never end.
PATIENCE_S = 120


class Board:
    """A board as display/ has it: comes back by itself, and shows what it was sent last."""

    def __init__(self, url, centre, token):
        self.seq, self.shown_at, self.news = -1, [], threading.Condition()
        self.client = socketio.Client(
            reconnection_delay=0.3, reconnection_delay_max=1, handle_sigint=False
        )
        self.client.on("snapshot", self._shows, namespace="/board")
        self.client.connect(
            f"{url}/?centre={centre}",
            transports=["websocket"],
            namespaces=["/board"],
            auth={"token": token, "device": "test-board", "version": "1"},
            wait_timeout=30,
        )

    def _shows(self, snapshot):
        with self.news:
            self.seq = snapshot["seq"]
            self.shown_at.append(time.monotonic())
            self.news.notify_all()

    def shows(self, seq):
        """Wait until it shows the hall as it was at a seq, or later."""
        with self.news:
            assert self.news.wait_for(lambda: self.seq >= seq, PATIENCE_S), (self.seq, seq)


class Hall(threading.Thread):
    """The work of a hall, through nginx: numbers are taken and called, one after another. Who gets
    no answer sends the same press again, as kiosks and consoles do.
    """

    def __init__(self, url, centre, tokens):
        super().__init__(daemon=True)
        self.api, self.tokens = f"{url}/api/v1/{centre}", tokens
        self.ended, self.fault, self.given, self.called = threading.Event(), None, [], []
        self.seq, self.acted_at, self.alone = 0, [], threading.Lock()
        self.http = requests.Session()
        self.http.trust_env = False
        self.act("counter", "/counters/1/open")

    def act(self, role, path, **content):
        token = self.tokens["counter"]["1"] if role == "counter" else self.tokens[role]
        content = {"request_id": press(), **content}
        deadline = time.monotonic() + PATIENCE_S
        while True:
            try:
                answer = self.http.post(
                    self.api + path,
                    json=content,
                    timeout=20,
                    headers={"Authorization": f"Bearer {token}"},
                )
                if answer.status_code < 500:
                    break
            except requests.RequestException:
                pass
            assert time.monotonic() < deadline, "no hub answers"
            time.sleep(0.1)
        answered = answer.json()
        assert answered["ok"], answered
        self.seq = max(self.seq, answered["seq"])
        self.acted_at.append(time.monotonic())
        return answered

    def visit(self):
        """Somebody takes a number and is called, served and done."""
        with self.alone:
            self.given.append(self.act("kiosk", "/tickets", field="A")["ticket"]["number"])
            self.called.append(self.act("counter", "/counters/1/call_next")["ticket"]["number"])
            self.act("counter", "/counters/1/start")
            self.act("counter", "/counters/1/finish")

    def run(self):
        try:
            while not self.ended.wait(0.05):
                self.visit()
        except Exception as fault:
            self.fault = fault


def centres_here(hub):
    """`(centres that live in a hub process, boards connected to it)`, by its /metrics."""
    text = requests.get(f"{hub.url}/metrics", timeout=20).text
    values = dict(line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#"))
    boards = values.get('luot_sockets{namespace="/board"}', "0")
    return int(float(values["luot_centres_here"])), int(float(boards))


def gap_after(moment, moments):
    """How long after a moment the next of these was."""
    return min(at for at in moments if at > moment) - moment


@pytest.fixture
def province(postgres, redis, tmp_path, monkeypatch):
    """(nginx's address, the hubs, the tokens of each of two centres a hub)"""
    ports = [free_port() for _ in range(4)]
    names = [f"127.0.0.1:{port}" for port in ports[:3]]
    codes = [
        code
        for name in names
        for code in [f"phuong-{n}" for n in range(90) if owner_of(f"phuong-{n}", names) == name][:2]
    ]
    database = postgres.create()
    url = postgres.url(database)
    monkeypatch.setenv("LUOT_DATABASE_URL", url)
    made = wards(tmp_path, codes)
    monkeypatch.delenv("LUOT_DATABASE_URL")
    hubs = []
    for port in ports[:3]:
        (folder := tmp_path / str(port)).mkdir()
        settings = {"LUOT_REDIS_URL": redis.url, "LUOT_TRUSTED_PROXIES": "1"}
        hubs.append(
            Hub(folder, made[codes[0]], database_url=url, port=port, forked=True, **settings)
        )
    nginx = None
    try:
        for hub in hubs:
            hub.start()
        nginx, front = nginx_before(tmp_path, ports)
        tokens = {code: made[code]["tokens"] for code in codes}
        yield front, hubs, tokens, postgres.dsn(database)
    finally:
        for hub in hubs:
            hub.remove()
        if nginx is not None:
            nginx.stop()


def test_a_hub_that_is_killed_leaves_its_centres_to_others_and_has_them_again(province, capsys):
    front, hubs, tokens, dsn = province
    wait_for("two centres in each", lambda: [centres_here(hub)[0] for hub in hubs] == [2, 2, 2])
    boards = {centre: Board(front, centre, of["board"]) for centre, of in tokens.items()}
    halls = {centre: Hall(front, centre, of) for centre, of in tokens.items()}
    wait_for("boards where they live", lambda: all(centres_here(h) == (2, 2) for h in hubs))
    for hall in halls.values():
        hall.start()
    wait_for("work", lambda: all(len(hall.given) >= 3 for hall in halls.values()))

    hubs[0].kill()
    killed_at = time.monotonic()
    wait_for("heirs", lambda: sum(centres_here(hub)[0] for hub in hubs[1:]) == 6)
    owned_s = time.monotonic() - killed_at
    for hall in halls.values():
        hall.visit()
    after = {centre: hall.seq for centre, hall in halls.items()}
    for centre, board in boards.items():
        board.shows(after[centre])
    orphans = list(tokens)[:2]
    first_act_s = max(gap_after(killed_at, halls[centre].acted_at) for centre in orphans)
    right_s = max(gap_after(killed_at, boards[centre].shown_at) for centre in orphans)

    hubs[0].start()
    wait_for("its centres again", lambda: [centres_here(hub)[0] for hub in hubs] == [2, 2, 2])
    wait_for("its boards again", lambda: all(centres_here(h) == (2, 2) for h in hubs))
    for hall in halls.values():
        hall.visit()
        hall.ended.set()
    for centre, hall in halls.items():
        hall.join(PATIENCE_S)
        assert hall.fault is None, hall.fault
        boards[centre].shows(hall.seq)
        boards[centre].client.disconnect()
        assert len(hall.given) == len(set(hall.given))
        assert hall.called == hall.given, "one at a time, in their order"
    with psycopg.connect(dsn) as connection:
        rows = connection.execute("SELECT centre, kind, number FROM journal").fetchall()
    for centre, hall in halls.items():
        for kind in ("issued", "called", "finished"):
            counts = Counter(number for of, was, number in rows if (of, was) == (centre, kind))
            assert counts == Counter(hall.given), (centre, kind)
    with capsys.disabled():
        print(
            f"\nafter kill -9, in the halls of the dead process: the next act {first_act_s:.2f} s,"
            f" boards right {right_s:.2f} s; all centres owned {owned_s:.2f} s;"
            f" {sum(len(hall.given) for hall in halls.values())} visits"
        )
