"""Where to go: the nearest unless another is clearly quicker, and not everybody to one door."""

import json
import random
import subprocess
from collections import Counter
from pathlib import Path

import pytest

from domain.where_quiet import ALIKE_MIN, WORTH_MIN, Choice, cost, ranked
from tests.ui.conftest import node  # noqa: F401  (a fixture)

ROOT = Path(__file__).parents[2]
PROGRAM = """
import { ranked } from "./ranking.mjs";
import { readFileSync } from "node:fs";
const cases = JSON.parse(readFileSync(0, "utf8"));
const said = cases.map(({ choices, visitor }) => {
  const { rows, alike } = ranked(choices, visitor);
  return [rows.map((row) => row.code), alike];
});
console.log(JSON.stringify(said));
"""


def codes(choices, visitor=1):
    """The order in which a visitor has them."""
    return [choice.code for choice in ranked(choices, visitor)[0]]


def test_nowhere_to_go():
    assert ranked([], 1) == ([], 0)


def test_the_nearest_is_first_unless_another_is_clearly_quicker():
    """Here it costs 5 + 75 minutes; there the way, the upper end, and what makes it worth the way."""
    crowded = Choice("here", 5, 60, 90, 3)
    dear = cost(crowded, crowded)
    assert dear == 80

    def there(minutes):
        return Choice("there", 15, 0, minutes - 15 - WORTH_MIN, 3)

    assert ranked([crowded, there(80 - ALIKE_MIN - 1)], 1)[1] == 1
    assert codes([crowded, there(80 - ALIKE_MIN - 1)]) == ["there", "here"]
    assert ranked([crowded, there(80)], 1)[1] == 2, "alike"
    assert codes([there(80 + ALIKE_MIN + 1), crowded]) == ["here", "there"]


def test_two_as_quick_to_reach_are_told_apart_by_the_way():
    near, far = Choice("b", 10, 20, 30, 3, distance=1.0), Choice("a", 10, 20, 30, 3, distance=3.0)
    order, alike = ranked([far, near], 1)
    assert [choice.code for choice in order] == ["b", "a"] and alike == 1


def test_visitors_are_shared_out_among_alike_places_by_their_counters():
    here = Choice("here", 5, 30, 40, 2)
    there = Choice("there", 5, 0, 15, 6, distance=2.0)
    assert ranked([here, there], 1)[1] == 2, "alike"
    first = Counter(codes([here, there], visitor)[0] for visitor in range(4_000))
    assert 2.5 < first["there"] / first["here"] < 3.5


def test_a_visitor_sees_the_same_order_again():
    places = [Choice("here", 5, 60, 90, 2)]
    places += [Choice(f"ward-{n}", 15, 10, 20, 2) for n in range(9)]
    assert codes(places, 7) == codes(list(reversed(places)), 7)
    assert codes(places, 7) != codes(places, 8)


@pytest.mark.slow
def test_the_page_orders_as_the_rule_does(node, tmp_path):
    chance = random.Random(5)
    cases = []
    for _ in range(300):
        choices = [
            {
                "code": f"ward-{n}",
                "travel": chance.randrange(5, 60, 5),
                "low": (low := chance.randrange(0, 60, 5)),
                "high": low + chance.randrange(5, 30, 5),
                "counters": chance.randrange(0, 6),
                "distance": chance.choice([0.5, 1.5, 3.0]),
            }
            for n in range(chance.randrange(1, 9))
        ]
        cases.append({"choices": choices, "visitor": chance.getrandbits(31)})
    module = (ROOT / "ui/city/ranking.js").read_text("utf-8")
    (tmp_path / "ranking.mjs").write_text(module, "utf-8")
    (tmp_path / "ask.mjs").write_text(PROGRAM, "utf-8")
    done = subprocess.run(
        [node, tmp_path / "ask.mjs"],
        input=json.dumps(cases),
        capture_output=True,
        text=True,
        check=True,
    )
    for case, (order, alike) in zip(cases, json.loads(done.stdout), strict=True):
        mine, count = ranked([Choice(**row) for row in case["choices"]], case["visitor"])
        assert ([choice.code for choice in mine], count) == (order, alike)
