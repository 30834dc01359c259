"""The forecaster as a program beside a running hub: what it foresees is told with numbers; killed,
hung or lying it changes no act, and the plain rule tells.
"""

import json
import os
import re
import signal
import sys
import time
from pathlib import Path

import pytest
import requests

from tests.support.hub import ROOT
from tests.support.programs import Program

FIELD, COUNTER = "A", 2


@pytest.fixture
def forecaster(hub):
    """The program, beside the hub."""
    program = Program(
        [sys.executable, "-P", "-m", "server", "forecaster", "--data", str(hub.folder)],
        log=hub.folder / "forecaster.log",
        env=hub.environment,
        cwd=ROOT,
    )
    yield program
    program.kill()


class Hall:
    """The kiosk, the clerk and the forecast of the hub's hall."""

    def __init__(self, hub):
        self.hub, self.kiosk, self.clerk = hub, hub.citizen(), hub.clerk(COUNTER)
        self.journal = hub.http_client(hub.tokens["manager"])
        self.file = Path(hub.folder) / "forecast" / f"{hub.centre}.json"
        self.ahead, self.range = 0, None
        self.clerk.opens()

    def takes_a_number(self):
        """Who foresaw what is told with it, by the journal."""
        answer = self.kiosk.post("/tickets", field=FIELD)
        assert answer["ok"], answer
        self.ahead, self.range = answer["ticket"]["ahead"], answer["ticket"]["estimate"]
        facts = self.journal.get(f"/journal?since={answer['seq'] - 1}")["facts"]
        promise = next(f for f in facts if f["kind"] == "issued")["data"]["promise"]
        assert self.range == {"low": promise["low"], "high": promise["high"]}
        return promise["model"]

    def until_told_by(self, model, seconds=100):
        deadline = time.monotonic() + seconds
        while (teller := self.takes_a_number()) != model:
            assert time.monotonic() < deadline, f"told by {teller}, never by {model}"
            self.until_the_hub_has_looked()

    def teller_after_a_lie(self, later_ms, low, high):
        """Who tells the next number after a forecast in the right form, made so much later."""
        rows = [[FIELD, None, low, high, self.ahead + 1]]
        made_at = int(time.time() * 1000) + later_ms
        lie = {"model": "lies", "made_at": made_at, "newcomers": rows, "waiting": []}
        part = self.file.with_suffix(".part")
        part.write_text(json.dumps(lie), "utf-8")
        part.replace(self.file)
        self.until_the_hub_has_looked()
        return self.takes_a_number()

    def until_the_hub_has_looked(self, seconds=60):
        """Until a whole round of the hub's task has begun and ended since now, so that whatever
        lies there was read: what is not told then was not believed.
        """
        rounds, deadline = self.rounds(), time.monotonic() + seconds
        while self.rounds() < rounds + 2:
            assert time.monotonic() < deadline, "the hub reads no forecasts"
            time.sleep(0.05)

    def rounds(self):
        """How often the hub has looked for forecasts."""
        figures = requests.get(f"{self.hub.url}/metrics", timeout=20).text
        return int(re.search(r'luot_task_rounds_total{task="forecasts"} (\d+)', figures)[1])

    def goes_on(self):
        """Every act is done and every screen answers."""
        assert self.clerk.verb("call_next")["ok"]
        assert self.clerk.verb("start")["ok"]
        for role in ("board", "kiosk", "manager"):
            screen = self.hub.http_client(self.hub.tokens[role])
            assert screen.get(f"/snapshot/{role}").status == 200


def test_killed_hung_or_lying_it_changes_no_act(hub, forecaster):
    hall = Hall(hub)
    for _ in range(12):
        hall.takes_a_number()
    hall.until_told_by("paths")
    os.kill(forecaster.pid, signal.SIGSTOP)  # hung
    hall.goes_on()
    forecaster.kill()
    hall.goes_on()
    for broken in ("", "{", "[" * 10_000, "null", '{"made_at": 1}'):
        hall.file.write_text(broken, "utf-8")
        hall.takes_a_number()
    near = hall.range["low"], hall.range["high"]
    deadline = time.monotonic() + 60
    while hall.teller_after_a_lie(0, *near) != "lies":  # the control: it would be believed
        assert time.monotonic() < deadline, "no forecast is read"
    hour = 3_600_000
    for later_ms, low, high in ((-hour, *near), (hour, *near), (0, 900, 960)):
        assert {hall.teller_after_a_lie(later_ms, low, high) for _ in range(2)} == {"rule"}
        hall.goes_on()
