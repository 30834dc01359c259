"""A centre lives in one hub process at a time: the one nginx leads it to."""

import pytest
import requests

from server.owners import HOUSE, Owners, owner_of
from tests.support.programs import free_port
from tests.support.province import nginx_before

CENTRES = [f"phuong-{n}" for n in range(168)]
FOUR = [f"127.0.0.1:{port}" for port in (8110, 8111, 8112, 8113)]


class Hall:
    """Signs of life as a database keeps them, and the time that passes."""

    def __init__(self):
        self.at, self.rows, self.is_away = 0.0, {}, False

    def now(self):
        return self.at

    def beat(self, name, gone_after_ms):
        if self.is_away:
            raise OSError("the database is away")
        self.rows[name] = self.at
        return [n for n, seen in sorted(self.rows.items()) if self.at - seen < gone_after_ms / 1000]

    def leave(self, name):
        del self.rows[name]

    def process(self, name):
        return Owners(name, self.beat, self.leave, self.now)


def owners(processes):
    """`{centre: the processes that hold it for theirs}`."""
    return {c: [p._name for p in processes if p.is_mine(c)] for c in CENTRES}


def test_every_centre_lives_in_exactly_one_of_four_processes_and_none_is_empty():
    hall = Hall()
    processes = [hall.process(name) for name in FOUR]
    for process in processes * 2:
        process.round()
    where = owners(processes)
    assert all(len(of) == 1 for of in where.values())
    counts = {name: sum(of == [name] for of in where.values()) for name in FOUR}
    assert all(20 <= count <= 75 for count in counts.values()), counts
    assert sum(process.is_mine(HOUSE) for process in processes) == 1
    for centre in CENTRES:
        assert all(p.is_elsewhere(centre) != p.is_mine(centre) for p in processes)


def test_when_one_dies_only_its_centres_move_and_at_no_time_has_one_two_owners_for_long():
    hall = Hall()
    processes = [hall.process(name) for name in FOUR]
    for process in processes * 2:
        process.round()
    before, dead, alive = owners(processes), processes[0], processes[1:]
    for _ in range(5):
        hall.at += 0.5
        for process in alive:
            process.round()
    after = owners(alive)
    assert not any(dead.is_mine(centre) for centre in CENTRES), "it hears of nobody, so owns none"
    assert all(len(of) == 1 for of in after.values())
    moved = {c for c in CENTRES if before[c] != after[c]}
    assert moved == {c for c in CENTRES if before[c] == [FOUR[0]]}
    dead.round()
    for process in alive:
        process.round()
    assert owners(processes) == before, "back again, it has what it had"


def test_one_that_cannot_reach_the_database_lets_go_and_one_that_ends_is_replaced_at_once():
    hall = Hall()
    first, second = hall.process(FOUR[0]), hall.process(FOUR[1])
    for process in (first, second, first):
        process.round()
    mine = [centre for centre in CENTRES if first.is_mine(centre)]
    hall.is_away = True
    with pytest.raises(OSError):
        first.round()
    assert [c for c in CENTRES if first.is_mine(c)] == mine, "a moment without it is none"
    hall.at += 2.5
    assert not any(first.is_mine(centre) for centre in CENTRES)
    assert not any(first.is_elsewhere(centre) for centre in CENTRES), "it cannot know"
    hall.is_away = False
    second.round()
    first.round()
    second.end()
    first.round()
    assert all(first.is_mine(centre) for centre in CENTRES)


def test_a_process_that_is_alone_owns_every_centre_and_asks_nobody():
    def never(*_):
        raise AssertionError("asked")

    alone = Owners(None, never, never)
    alone.round()
    alone.end()
    assert all(alone.is_mine(centre) for centre in [*CENTRES, HOUSE])
    assert not any(alone.is_elsewhere(centre) for centre in CENTRES)


@pytest.mark.slow
def test_nginx_leads_each_centre_to_the_process_it_lives_in(tmp_path):
    ports = [free_port() for _ in range(4)]
    servers = "\n".join(
        f"server {{ listen 127.0.0.1:{port}; location / {{ return 200 '127.0.0.1:{port}'; }} }}"
        for port in ports
    )
    nginx, front = nginx_before(tmp_path, ports, servers)
    try:
        names = [f"127.0.0.1:{port}" for port in ports]
        with requests.Session() as http:
            http.trust_env = False
            for n, centre in enumerate(CENTRES):
                path = (
                    f"/api/v1/{centre}/snapshot/board",
                    f"/socket.io/?centre={centre}&EIO=4&transport=websocket",
                    f"/manager/{centre}/reports/centres?from=2026-11-01",
                    f"/socket.io/?EIO=4&transport=websocket&centre={centre}",
                )[n % 4]
                answer = http.get(f"{front}{path}", timeout=20)
                assert answer.text == owner_of(centre, names), path
    finally:
        nginx.stop()
