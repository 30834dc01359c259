"""The size of a province as shipped:

PostgreSQL and Redis started on their files, two hubs with the settings of hub.env, nginx in front;
one hub dies and nobody notices.
"""

import re
import subprocess

import pytest
import requests

from firmware_configs.checks.frame import CONFIGS
from firmware_configs.checks.nginx import tree
from firmware_configs.checks.servers import running_postgresql, running_redis
from server.demo.prepare import prepare
from tests.support.hub import ROOT, Hub, answers
from tests.support.people import Clerk, press
from tests.support.programs import Program, free_port, port_open, program

pytestmark = pytest.mark.slow
SIZE = CONFIGS / "hub/sizes/province"


@pytest.fixture
def province(tmp_path, monkeypatch):
    """(nginx's address, its authority's certificate, the two hubs)"""
    with (
        running_postgresql(SIZE / "postgresql.conf") as database,
        running_redis(SIZE / "redis-luot.conf") as redis,
    ):
        subprocess.run([program("createdb"), "-h", database, "-U", "luot", "luot"], check=True)
        settings = dict(
            re.findall(r"^LUOT_(\w+)=(.*)$", (SIZE / "hub.env").read_text("utf-8"), re.M)
        )
        settings["DATABASE_URL"] = (
            settings["DATABASE_URL"]
            .replace(":///luot", "://luot@/luot")
            .replace("/var/run/postgresql", str(database))
        )
        settings["REDIS_URL"] = settings["REDIS_URL"].replace(
            "/run/redis-luot/redis.sock", str(redis)
        )
        settings = {f"LUOT_{name}": value for name, value in settings.items()} | {
            "LUOT_TRUSTED_PROXIES": "1",
            "LUOT_SECURE_COOKIES": "true",
        }
        monkeypatch.setenv("LUOT_DATABASE_URL", settings["LUOT_DATABASE_URL"])
        prepared = prepare(tmp_path / "hub-0", ROOT / "centres/thu_duc.yaml")
        monkeypatch.delenv("LUOT_DATABASE_URL")
        for n in range(2):
            (tmp_path / f"hub-{n}").mkdir(exist_ok=True)
        hubs = [Hub(tmp_path / f"hub-{n}", prepared, **settings) for n in range(2)]
        front, port = None, free_port()
        try:
            for hub in hubs:
                hub.start()
            dead = [free_port(), free_port()]  # of four hubs two are away from the beginning
            main = tree(
                CONFIGS,
                tmp_path / "nginx",
                "province",
                tls=port,
                hubs=(*dead, *(hub.port for hub in hubs)),
            )
            front = Program(
                [program("nginx"), "-p", tmp_path / "nginx", "-c", main, "-g", "daemon off;"],
                tmp_path / "nginx-said",
            )
            front.wait_until(lambda: port_open(port), "nginx")
            yield f"https://127.0.0.1:{port}", str(tmp_path / "nginx/tls/ca.crt"), hubs
        finally:
            for hub in hubs:
                hub.remove()
            if front:
                front.stop()
            subprocess.run(
                [program("dropdb"), "--force", "-h", database, "-U", "luot", "luot"], check=True
            )


def test_boards_of_one_hub_hear_calls_of_the_other_and_a_hub_that_dies_costs_nobody_a_number(
    province,
):
    url, authority, (first, second) = province
    visitor = requests.Session()
    visitor.trust_env, visitor.verify = False, authority
    visitor.headers["Authorization"] = f"Bearer {first.tokens['kiosk']}"

    def takes_number():
        asked = {"request_id": press(), "field": "A"}
        answer = visitor.post(f"{url}/api/v1/{first.centre}/tickets", json=asked)
        if answer.status_code == 502:
            # the hub died with this press in hand: nginx repeats no POST by itself, the caller sends
            # the same press again, as kiosks and pages do
            answer = visitor.post(f"{url}/api/v1/{first.centre}/tickets", json=asked)
        assert answer.status_code == 201, answer.text
        return answer.json()["ticket"]["number"]

    number = takes_number()
    boards = [first.board(), second.board()]
    clerk = Clerk(url, first.centre, first.tokens["counter"]["5"], "5")
    clerk.http.verify = authority
    assert clerk.opens()["ok"] and clerk.verb("call_next")["ok"]
    assert all(board.hears_call(number)["counter"] == 5 for board in boards)
    first.kill()
    numbers = [number, *(takes_number() for _ in range(8))]
    assert numbers == [f"A{n:03d}" for n in range(1, 10)]
    assert (
        clerk.verb("start")["ok"]
        and clerk.verb("finish")["ok"]
        and clerk.verb("call_next")["ok"]
        and boards[1].hears_call("A002")
    )
    assert answers(f"{second.url}/readyz")
    clerk.close()
