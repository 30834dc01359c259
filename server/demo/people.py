"""Simulated citizens and clerks (server/demo/people_process.py starts them). They press what people
press, and know nothing else of the hub.

FILE holds {"centre_file", "centre", "hub", "kiosk", "tokens": {"counter": {…}}, "rate", "speed",
"by_hand"}.
"""

import contextlib
import json
import random
import threading
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import Any, NoReturn

from domain.centre import Centre

from ..centre import centre_of
from ..centre.yaml_file import read_centre
from ..commands.ending import when_told_to_end
from .talk import Left, Talk
from .tongues import some_language

#: Shares of what people do; assumed, near what centres report.
PRIORITY, FOREIGN, NO_SHOW, PARKS, TRANSFERS = 0.12, 0.06, 0.05, 0.05, 0.03
#: A clerk looks for the next citizen this often when nobody waits (seconds of the demo's clock).
LOOK_EVERY = 20


def staffing(centre: Centre, rate: float, by_hand: Collection[str] = ()) -> dict[str, list[str]]:
    """The counters to open for `rate` citizens an hour, so that lines form but do not grow without
    end: {number: its fields}.
    """
    load = {
        field.prefix: rate * field.share * field.minutes / 60 for field in centre.fields.values()
    }
    places = [counter for counter in centre.counters.values() if counter.mode != "reserve"]
    opened: dict[str, list[str]] = {}
    for prefix in sorted(load, key=lambda prefix: load[prefix], reverse=True):
        able = [
            place
            for place in places
            if prefix in place.fields and place.number not in by_hand and place.number not in opened
        ]
        able.sort(key=lambda place: (place.mode == "priority_only", len(place.fields)))
        strength = sum(1 / len(fields) for fields in opened.values() if prefix in fields)
        for place in able:
            if strength and load[prefix] / strength < 0.92:
                break
            opened[place.number] = list(place.fields)
            strength += 1 / len(place.fields)
    return opened


class Citizens:
    """Arrivals at the kiosk, at random, in the proportions of the centre's file."""

    def __init__(
        self,
        centre: Centre,
        talk: Talk,
        rate: float,
        speed: float,
        seed: int | None = None,
    ) -> None:
        self.centre, self.talk, self.per_second = centre, talk, rate * speed / 3600
        self.chance = random.Random(seed)
        self.services = {
            prefix: [s.code for s in centre.services.values() if s.field == prefix]
            for prefix in centre.fields
        }
        self.grounds = [code for code in centre.priorities if code != "HEN"]

    def wish(self) -> dict[str, str]:
        """What the next one wants."""
        fields = list(self.centre.fields.values())
        prefix = self.chance.choices(fields, weights=[f.share for f in fields])[0].prefix
        services = self.services[prefix]
        wish = {"service": self.chance.choice(services)} if services else {"field": prefix}
        if self.chance.random() < PRIORITY:
            wish["priority"] = self.chance.choice(self.grounds)
        wish["lang"] = some_language(self.centre.locales, self.chance, FOREIGN)
        return wish

    def come(self) -> NoReturn:
        """Come one after another until the demo ends."""
        while True:
            self.talk.rest(self.chance.expovariate(self.per_second))
            self.talk.press("/api/issue", **self.wish())


class Clerk:
    """One clerk at one counter: opens it, calls, serves as long as the field takes, and now and
    then parks, transfers or waits in vain.
    """

    def __init__(
        self,
        centre: Centre,
        counter: str,
        fields: Collection[str],
        talk: Talk,
        speed: float,
        seed: int | None = None,
    ) -> None:
        self.counter, self.fields, self.talk, self.speed = counter, fields, talk, speed
        self.chance = random.Random(seed)
        self.minutes = {field.prefix: field.minutes for field in centre.fields.values()}
        self.codes = centre.lists
        self.patience = centre.rules.arrive_grace_seconds
        self.calls = centre.rules.calls_before_no_show
        self.parked: list[str] = []  # ticket numbers

    def do(self, verb: str, **payload: Any) -> dict[str, Any]:
        """One press of the console."""
        return self.talk.press(f"/counters/{self.counter}/{verb}", **payload)

    def pass_time(self, seconds: float) -> None:
        """Let some seconds of the demo's clock go by."""
        self.talk.rest(max(0.02, seconds / self.speed))

    def work(self) -> NoReturn:
        """The whole day. Someone else's hand at the same counter only costs a turn."""
        self.do("open")
        self.pass_time(self.chance.uniform(0, LOOK_EVERY))
        while True:
            if self.parked and self.chance.random() < 0.4:
                answer = self.do("call", ticket=self.parked.pop(0))
            else:
                answer = self.do("call_next")
            ticket = answer.get("ticket") if answer.get("ok") else None
            if ticket:
                self.serve(ticket)
            elif answer.get("error") == "counter_closed":
                self.do("resume") if self.chance.random() < 0.5 else self.do("open")
                self.pass_time(LOOK_EVERY)
            elif answer.get("error") == "counter_busy":
                self.do("finish")
            else:
                self.pass_time(LOOK_EVERY)

    def serve(self, ticket: Mapping[str, Any]) -> None:
        """From the call until the counter is free again."""
        if self.chance.random() < NO_SHOW:
            for _ in range(self.calls - 1):
                self.pass_time(self.patience)
                self.do("recall")
            self.pass_time(self.patience)
            self.do("miss")
            return
        self.pass_time(self.chance.uniform(8, 25))
        if not self.do("start").get("ok"):
            return
        mean = self.minutes.get(str(ticket.get("field")), 8) * 60
        end = self.chance.random()
        if end < PARKS:
            self.pass_time(mean * 0.4)
            if self.do("park", **self.some("park_reasons", "reason")).get("ok"):
                self.parked.append(ticket["number"])
        elif end < PARKS + TRANSFERS and len(self.minutes) > 1:
            self.pass_time(mean * 0.4)
            self.do(
                "transfer",
                field=self.chance.choice(
                    [f for f in self.minutes if f not in self.fields] or list(self.minutes)
                ),
            )
        else:
            # log-normal with this mean: most visits shorter, a few much longer
            self.pass_time(self.chance.lognormvariate(0, 0.5) * mean / 1.13)
            self.do("finish", **self.some("outcomes", "outcome"))
            self.pass_time(self.chance.uniform(3, 20))

    def some(self, codes: str, key: str) -> dict[str, str]:
        """One of the centre's codes as an argument, or none where the list is empty."""
        listed = self.codes.get(codes)
        return {key: self.chance.choice(listed)["code"]} if listed else {}


def run(plan: Mapping[str, Any], stop: threading.Event) -> int:
    """Everyone comes and works until `stop`."""
    centre = centre_of(read_centre(plan["centre_file"]))
    speed, rate = float(plan["speed"]), float(plan["rate"])
    jobs = [Citizens(centre, Talk(plan["kiosk"], None, stop), rate, speed).come]
    api = f"{plan['hub']}/api/v1/{plan['centre']}"
    for counter, fields in staffing(centre, rate, plan.get("by_hand", ())).items():
        jobs.append(
            Clerk(
                centre, counter, fields, Talk(api, plan["tokens"]["counter"][counter], stop), speed
            ).work
        )
    threads = [threading.Thread(target=_until_left, args=(job,), daemon=True) for job in jobs]
    for thread in threads:
        thread.start()
    while not stop.wait(0.5):
        if not all(thread.is_alive() for thread in threads):
            return 1
    return 0


def _until_left(job: Callable[[], object]) -> None:
    with contextlib.suppress(Left):
        job()


def main(file: str) -> int:
    """The people of a plan's file, until the program is told to end."""
    ending = threading.Event()
    when_told_to_end(ending.set)
    return run(json.loads(Path(file).read_text("utf-8")), ending)
