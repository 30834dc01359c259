"""`search`: how long a letter takes in the picker of procedures, at the desk and on the tablet.

Node runs the pages' own modules on lists of 420 and 1,200 procedures and types each search letter
by letter. The floor is the plainest search, measured in the same run: every name is made bare and
looked through at each letter.
"""

import json
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from server.demo.children import ROOT

from .catalogue import procedures
from .figures import Figure
from .hub import BenchFailed

SIZES = (420, 1_200)
AIM_MS = 20.0
TYPED = (
    "dang ky",
    "cấp lại giấy",
    "thu hoi doi voi to chuc",
    "1.000420",
    "gia hann",
    "ddieeuf chinhr",
    "tdpd",
    "pheduyet",
    "giấy 77",
)
PROGRAM = """
import { readFileSync } from "node:fs";
import { listed, makePicker, pick } from "./picking.js";
import { bare } from "./procedures.js";
const { services, typed, synonyms } = JSON.parse(readFileSync(0, "utf8"));
const letters = [...new Set(services.map((service) => service.field))];
const fields = letters.map((field) => ({ field, short: { vi: field } }));
const picker = makePicker(listed(fields, services), "vi", synonyms);
// the least of a few rounds of each letter: what else the machine does only adds
const timed = (search) => {
  const least = new Map();
  for (let round = 0; round < 6; round += 1)
    for (const text of typed)
      for (let n = 1; n <= text.length; n += 1) {
        const begun = text.slice(0, n);
        const from = performance.now();
        search(begun);
        least.set(begun, Math.min(least.get(begun) ?? Infinity, performance.now() - from));
      }
  return [...least.values()].sort((a, b) => a - b);
};
const ours = timed((text) => pick(picker, text, { near: letters.slice(0, 2) }));
const named = (text) => services.filter((one) => bare(one.name.vi).includes(bare(text)));
const plain = timed(named);
const at = (times, share) => times[Math.floor((times.length - 1) * share)];
console.log(JSON.stringify({ p50: at(ours, 0.5), p99: at(ours, 0.99), plain: at(plain, 0.5) }));
"""


def run() -> list[Figure]:
    """The slowest letter of a hundred with each length of list, beside the plainest search."""
    figures = []
    for size in SIZES:
        took = _took(size)
        figures.append(
            Figure(
                "search",
                f"a letter, 99 of 100: {size} procedures",
                "ms",
                took["p99"],
                took["plain"],
                "every name made bare",
                p50=took["p50"],
                p99=took["p99"],
                aim=AIM_MS,
            )
        )
    return figures


def _took(size: int) -> dict[str, float]:
    """Milliseconds of a letter: `p50` and `p99` of the picker, `plain` of the floor."""
    node = shutil.which("node")
    if node is None:
        raise BenchFailed("node is missing; ./luot test installs it where the system has none")
    asked: dict[str, Any] = {
        "services": procedures(size),
        "typed": TYPED,
        "synonyms": json.loads((ROOT / "ui/search/vi.json").read_text("utf-8")),
    }
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "package.json").write_text('{"type": "module"}', "utf-8")
        for module in (ROOT / "ui").glob("*.js"):
            shutil.copy(module, folder)
        (folder / "ask.js").write_text(PROGRAM, "utf-8")
        done = subprocess.run(
            [node, folder / "ask.js"], input=json.dumps(asked), capture_output=True, text=True
        )
    if done.returncode:
        raise BenchFailed(f"the search ended with {done.returncode}: {done.stderr.strip()[-200:]}")
    took: dict[str, float] = json.loads(done.stdout)
    return took
