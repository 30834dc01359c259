"""`forecast`: what foreseeing a hall costs the forecaster, in processor time.

A hall of 24 counters with people in line, in a database with past days behind it; each look reads
the hall, runs it forward and corrects every range. The floor is the plain rule on the same hall.
"""

import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from server.acts import COUNTER_ACTS, ActContext, Actor, issue
from server.clock import now_ms
from server.demo.children import ROOT
from server.demo.prepare import prepare
from server.forecast.run import Forecaster
from server.store.engine import open_store

from .figures import Figure
from .hub import BenchFailed

COUNTERS, WAITING, PAST_DAYS, LOOKS = 24, 67, 20, 40
HALLS, EVERY_S = 168, 30
TOLD_MS, HALL_MS, CORE_PCT = 4.0, 15.0, 20.0


def run() -> list[Figure]:
    """A look at one hall, and the share of a core that all halls of a province take."""
    with tempfile.TemporaryDirectory(prefix="luot-bench-") as folder:
        data = Path(folder)
        prepared = prepare(
            data, ROOT / "centres" / "thu_duc.yaml", past_days=PAST_DAYS, told_to_end=bool
        )
        store = open_store(data)
        context = ActContext(store, now_ms, "always")
        code = prepared["centre"]
        _fill(context, code)
        forecaster = Forecaster(store, data / "forecast", now_ms, always_open=True)
        forecaster.round()
        hall = forecaster.hall(code)
        took = sorted(_cpu_ms(lambda: hall.foresee(now_ms())) for _ in range(LOOKS))
        centre = context.centre(code)
        rule = sorted(_cpu_ms(lambda: _rule(context, code)) for _ in range(LOOKS))
        store.close()
    middle, worst = took[len(took) // 2], took[-2]
    floor = rule[len(rule) // 2]
    share = 100 * middle * HALLS / 1000 / EVERY_S
    what = f"{COUNTERS} counters, {WAITING} waiting, {len(centre.fields)} fields"
    return [
        Figure(
            "forecast",
            f"a look: {what}",
            "ms CPU",
            middle,
            floor,
            "the rule for each field",
            p50=middle,
            p99=worst,
            aim=HALL_MS,
        ),
        Figure(
            "forecast",
            "of it for each person told",
            "ms CPU",
            middle / (WAITING + len(centre.fields)),
            floor / len(centre.fields),
            "the rule for one field",
            aim=TOLD_MS,
        ),
        Figure(
            "forecast",
            f"{HALLS} such halls every {EVERY_S} s",
            "% of a core",
            share,
            None,
            "",
            aim=CORE_PCT,
        ),
    ]


def _fill(context: ActContext, code: str) -> None:
    """Open the counters, call somebody to each, and let people wait."""
    centre = context.centre(code)
    kiosk = Actor(code, "device:bench", "kiosk", device="bench")
    prefixes = [field for field in centre.fields if centre.counters_of(field)]
    numbers = list(centre.counters)[:COUNTERS]
    for n in range(WAITING + len(numbers)):
        answer = issue(context, kiosk, f"bench-issue-{n}", field=prefixes[n % len(prefixes)])
        if not answer["ok"]:
            raise BenchFailed(f"no number was given: {answer}")
    for number in numbers:
        clerk = Actor(code, f"staff:bench-{number}", "clerk", staff=f"staff:bench-{number}")
        for verb in ("open", "call_next", "start"):
            COUNTER_ACTS[verb](context, clerk, f"bench-{verb}-{number}", counter=number)


def _rule(context: ActContext, code: str) -> None:
    centre, now = context.centre(code), now_ms()
    context.estimates.forget(code)
    for prefix in centre.fields:
        context.estimates.promised(centre, prefix, 5, False, now)


def _cpu_ms(do: Callable[[], object]) -> float:
    begun = time.process_time()
    do()
    return 1000 * (time.process_time() - begun)
