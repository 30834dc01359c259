"""Mutation testing of the rules in domain/: each file is changed in one place after another, and its
own tests must notice. Outside the suite; needs requirements-mutation.txt.

    python tests/mutation/run.py [dispatch day …] [--score]

Works on a copy of the tree. Prints what survived as unified diffs; exit 1 if less than 90 % of the
mutants were noticed, not counting those that equivalents.txt says change nothing.
"""

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
EQUIVALENTS = Path(__file__).with_name("equivalents.txt")
#: Modules of domain/ whose tests are held by this run, with the tests that must notice.
MODULES = {
    "day": ["day_test.py"],
    "dispatch": ["dispatch_test.py"],
    "numbers": ["numbers_test.py"],
    "offline_time": ["offline_time_test.py"],
    "opening": ["opening_test.py"],
    "priority": ["priority_test.py"],
    "slip": ["slip_test.py"],
    "waits": ["waits_test.py"],
    "estimate": ["estimate_test.py"],
}
LEAST = 90.0
#: Another operator between two types of a hint is no other program.
HINTS = "core/ReplaceBinaryOperator_BitOr"

CONFIG = """
[cosmic-ray]
module-path = "domain/{module}.py"
timeout = 30.0
excluded-modules = []
test-command = "{python} -P -m pytest -x -q --noconftest -o addopts= -o timeout=20 -p no:cacheprovider --import-mode=importlib {tests}"

[cosmic-ray.distributor]
name = "local"
"""


def commands(copy: Path, *arguments: str) -> str:
    """What one cosmic-ray command prints in the copy; the program ends when it fails."""
    tool = Path(sys.executable).with_name("cosmic-ray")
    environment = {**os.environ, "PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [str(tool), *arguments], cwd=copy, env=environment, capture_output=True, text=True
    )
    if done.returncode:
        sys.exit(f"cosmic-ray {arguments[0]}: {done.stderr.strip()[-2000:]}")
    return done.stdout


def mutants(copy: Path, module: str) -> list[tuple[str, str, bool]]:
    """`(mark, diff, noticed)` of every mutant of a module."""
    tests = " ".join(f"tests/domain/{name}" for name in MODULES[module])
    config, session = copy / f"{module}.toml", copy / f"{module}.sqlite"
    config.write_text(CONFIG.format(module=module, python=sys.executable, tests=tests), "utf-8")
    commands(copy, "init", config.name, session.name)
    commands(copy, "baseline", config.name)
    commands(copy, "exec", config.name, session.name)
    found = []
    for line in commands(copy, "dump", session.name).splitlines():
        item, result = json.loads(line)
        if result is None or item["mutations"][0]["operator_name"].startswith(HINTS):
            continue
        diff = "\n".join(result["diff"].splitlines()[2:] if result["diff"] else [])
        changed = [row for row in diff.splitlines() if row[:1] in "+-"]
        mark = hashlib.sha256("\n".join([module, *changed]).encode()).hexdigest()[:10]
        found.append((mark, diff, result["test_outcome"] != "survived"))
    return found


def equivalents() -> set[str]:
    """The marks of mutants that change nothing, each with its reason in the file."""
    lines = EQUIVALENTS.read_text("utf-8").splitlines() if EQUIVALENTS.exists() else []
    return {line.split()[0] for line in lines if line.strip() and not line.startswith("#")}


def main() -> int:
    """The command; its exit code."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("modules", nargs="*", default=list(MODULES), metavar="MODULE")
    parser.add_argument("--score", action="store_true", help="Only the figures.")
    asked = parser.parse_args()
    same, worst = equivalents(), 100.0
    with tempfile.TemporaryDirectory(prefix="luot-mutation-") as folder:
        copy = Path(folder) / "tree"
        leave = shutil.ignore_patterns(".git", ".venv", "node_modules", "data", "__pycache__")
        shutil.copytree(ROOT, copy, symlinks=True, ignore=leave)
        for module in asked.modules:
            counted = [row for row in mutants(copy, module) if row[0] not in same]
            alive = [row for row in counted if not row[2]]
            score = 100 * (1 - len(alive) / len(counted)) if counted else 100.0
            worst = min(worst, score)
            print(
                f"{module}: {len(counted) - len(alive)} of {len(counted)} noticed, {score:.1f} %",
                flush=True,
            )
            for mark, diff, _ in [] if asked.score else alive:
                print(f"--- {mark}\n{diff}", flush=True)
    return 0 if worst >= LEAST else 1


if __name__ == "__main__":
    sys.exit(main())
