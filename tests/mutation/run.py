"""Mutation testing of the rules in domain/: each file is changed in one place after another, and its
own tests must notice. Outside the suite; needs requirements-mutation.txt.

    python -P tests/mutation/run.py [dispatch day …] [--score] [--mark MARK …] [--since COMMIT]

No file is changed: a mutant lives in a child process that imports it in the place of the module.
Prints what survived as diffs; exit 1 if less than 90 % of the mutants of a module were noticed, not
counting those that equivalents.txt says change nothing.
"""

import argparse
import ast
import difflib
import gc
import hashlib
import importlib
import importlib.abc
import importlib.util
import math
import os
import resource
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType

# What every child needs is loaded once, before it is born; nothing of domain/ may be among it.
import hypothesis
import pytest
from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.ast.ast_query import ASTQuery
from cosmic_ray.mutating import mutate_code
from cosmic_ray.plugins import get_operator, operator_names

ROOT = Path(__file__).resolve().parents[2]
EQUIVALENTS = Path(__file__).with_name("equivalents.txt")
#: Modules of domain/ whose tests are held by this run, with the tests that must notice.
MODULES = {
    "dispatch": ["dispatch_test.py", "dispatch_hall_test.py"],
    "numbers": ["numbers_test.py"],
    "day": ["day_test.py"],
    "opening": ["opening_test.py"],
    "ticket": ["ticket_test.py"],
    "facts": ["facts_test.py"],
    "facts.base": ["facts_test.py"],
    "facts.centre": ["facts_test.py"],
    "facts.tickets": ["facts_test.py"],
    "priority": ["priority_test.py"],
    "offline_time": ["offline_time_test.py"],
    "slip": ["slip_test.py"],
    "clock_check": ["clock_check_test.py"],
    "estimate": ["estimate_test.py"],
    "loudspeaker": ["loudspeaker_test.py"],
    "loudspeaker_area": ["loudspeaker_area_times_test.py", "loudspeaker_area_test.py"],
    "loudspeaker_lease": ["loudspeaker_lease_test.py"],
    "loudspeaker_queue": ["loudspeaker_queue_test.py"],
    "loudspeaker_states": ["loudspeaker_states_test.py", "loudspeaker_area_test.py"],
    "announce": ["announce_test.py"],
    "displays": ["displays_test.py"],
    "visit": ["visit_test.py"],
    "waits": ["waits_stories_test.py", "waits_test.py"],
    "figures": ["figures_test.py"],
    "simulation": ["simulation_test.py", "scoring_test.py"],
    "scoring": ["scoring_test.py"],
    "centre": ["centre_counters_test.py", "centre_test.py"],
    "led": ["led_test.py"],
    "grammars": ["announce_test.py"],
    "reasons": ["reasons_test.py"],
    "refusal": ["refusal_test.py"],
    "slip_key": ["slip_key_test.py"],
    "phone_address": ["phone_address_test.py"],
    "report_hash": ["report_hash_test.py"],
    "lengths": ["lengths_exact_test.py", "lengths_test.py", "rollup_test.py"],
    "rollup": ["rollup_test.py"],
    "promises": ["promises_test.py"],
    "honesty": ["honesty_test.py"],
    "learned": ["learned_test.py"],
    "standing": ["waits_stories_test.py", "waits_test.py"],
    "alerts": ["alerts_test.py"],
    "snapshot_changes": ["snapshot_changes_test.py"],
    "spreadsheet_cells": ["spreadsheet_cells_test.py"],
    "procedures": ["procedures_test.py"],
    "alert_rules": ["alerts_test.py"],
    "languages": ["languages_test.py"],
    "steady": ["steady_test.py"],
    "booked_calls": ["booked_calls_test.py"],
    "booking": ["booking_test.py"],
    "booking_code": ["booking_code_test.py"],
    "booking_rules": ["booking_rules_test.py"],
    "claim": ["claim_test.py"],
    "door_code": ["door_code_test.py"],
}
LEAST = 90.0
#: These ask the same by identity that the rule asks by equality, or the other way round. What they
#: change is how Python keeps small numbers and words, no rule.
IDENTITY = {
    "core/ReplaceComparisonOperator_Eq_Is",
    "core/ReplaceComparisonOperator_NotEq_IsNot",
    "core/ReplaceComparisonOperator_Is_Eq",
    "core/ReplaceComparisonOperator_IsNot_NotEq",
}
#: Processor seconds that tests may take where nothing is changed; with a mutant they may take so
#: many times as long as without, and then are taken to never end, which is noticed.
CPU_SECONDS = 60
TIMES_AS_LONG = 5
MEMORY_BYTES = 2 << 30

Position = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Mutant:
    """A module changed in one place; `mark` names it in equivalents.txt."""

    mark: str
    code: str
    diff: str


class MutantLoader(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Imports a module from the given code in the place of its file."""

    def __init__(self, name: str, path: Path, code: str) -> None:
        self.name, self.path, self.code = name, path, code

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname != self.name:
            return None
        inside = [str(self.path.parent)] if self.path.name == "__init__.py" else None
        return importlib.util.spec_from_file_location(
            fullname, self.path, loader=self, submodule_search_locations=inside
        )

    def exec_module(self, module: ModuleType) -> None:
        exec(compile(self.code, str(self.path), "exec"), module.__dict__)


class FirstFailure:
    """Ends a child at the first test that fails: nobody reads how."""

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[None]) -> None:
        """Called by pytest after each phase of a test."""
        if call.excinfo is not None:
            os._exit(1)


def path_of(module: str) -> Path:
    """The file of a module of domain/, which may be a package."""
    path = ROOT / "domain" / module.replace(".", "/")
    return path / "__init__.py" if path.is_dir() else path.with_name(f"{path.name}.py")


def types_only(code: str) -> list[tuple[Position, Position]]:
    """The places of a module that say types, not what it does: hints, protocols, typed dicts, type
    variables, and how a dataclass is guarded (frozen, slots).
    """
    nodes: list[ast.AST] = []
    for node in ast.walk(ast.parse(code)):
        match node:
            case ast.ClassDef():
                bases = {base.id for base in node.bases if isinstance(base, ast.Name)}
                nodes += [node] if bases & {"Protocol", "TypedDict"} else node.decorator_list
            case ast.arg() | ast.AnnAssign():
                nodes += [node.annotation] if node.annotation else []
            case ast.FunctionDef():
                nodes += [node.returns] if node.returns else []
            case ast.Call(func=ast.Name(id="TypeVar")):
                nodes.append(node)
            case ast.Assign(value=ast.BinOp(op=ast.BitOr())) if not _is_set(node.value):
                nodes.append(node)  # an alias of a type
    return [
        ((node.lineno, node.col_offset), (node.end_lineno or 0, node.end_col_offset or 0))
        for node in nodes
        if isinstance(node, ast.stmt | ast.expr | ast.arg)
    ]


def _is_set(value: ast.expr) -> bool:
    """Whether the left end of `a | b | c` is a set or a mapping, not a type."""
    while isinstance(value, ast.BinOp):
        value = value.left
    return not (isinstance(value, ast.Name) and value.id[:1].isupper() and not value.id.isupper())


def mutants(module: str, code: str) -> Iterator[Mutant]:
    """Every mutant of a module that is another program."""
    tree, skipped = get_ast(code), types_only(code)
    for name in operator_names():
        if name in IDENTITY:
            continue
        operator_class = get_operator(name)
        if operator_class.arguments():
            continue
        operator = operator_class()
        places = [
            (begin, str(ASTQuery(node).get_definition_name()))
            for node in ast_nodes(tree)
            for begin, _ in operator.mutation_positions(node)
        ]
        for occurrence, (begin, definition) in enumerate(places):
            if any(first <= begin < last for first, last in skipped):
                continue
            changed = mutate_code(code, operator, occurrence)
            if changed is None or changed == code:
                continue
            rows = list(difflib.unified_diff(code.split("\n"), changed.split("\n"), lineterm=""))
            text = "\n".join([module, definition, *(row for row in rows[2:] if row[:1] in "+-")])
            mark = hashlib.sha256(text.encode()).hexdigest()[:10]
            yield Mutant(mark, changed, "\n".join([f"in {definition}", *rows[2:]]))


def marks_at(module: str, commit: str) -> set[str]:
    """The marks of a module's mutants as it was in a commit; none where it was not there yet."""
    path = path_of(module).relative_to(ROOT).as_posix()
    shown = subprocess.run(
        ["git", "show", f"{commit}:{path}"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return {mutant.mark for mutant in mutants(module, shown.stdout)} if shown.stdout else set()


def ask(module: str, code: str, cpu_seconds: int = CPU_SECONDS) -> tuple[bool, float]:
    """Whether the module's own tests fail when its code is this, and the processor seconds they
    took. Asked in a child process.
    """
    child = os.fork()
    if child == 0:
        os._exit(_run_tests(module, code, cpu_seconds))
    _, status, usage = os.wait4(child, 0)
    return status != 0, usage.ru_utime + usage.ru_stime


def _run_tests(module: str, code: str, cpu_seconds: int) -> int:
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 1)
    os.dup2(silence, 2)
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    gc.disable()
    sys.meta_path.insert(0, MutantLoader(f"domain.{module}", path_of(module), code))
    tests = [f"tests/domain/{name}" for name in MODULES[module]]
    # no settings of the suite: its plugins cost each mutant more time than the tests
    alone = ["-c", os.devnull, "--rootdir", str(ROOT), "--noconftest", "--import-mode=importlib"]
    alone += ["--assert=plain", "--tb=no"]
    without = [f"-pno:{plugin}" for plugin in ("cacheprovider", "unraisableexception", "logging")]
    return int(pytest.main([*alone, *without, "-x", "-q", *tests], plugins=[FirstFailure()]))


def _unload(package: str) -> None:
    for name in list(sys.modules):
        if f"{name}.".startswith(f"{package}."):
            del sys.modules[name]


def load_beneath(module: str) -> None:
    """Load what a module imports, once for all its mutants, and neither it nor what imports it."""
    _unload("domain")
    package, _, name = f"domain.{module}".rpartition(".")
    importlib.import_module(f"domain.{module}")
    if package == "domain":
        del sys.modules[f"domain.{module}"]
        delattr(sys.modules[package], name)
    else:  # its package has imported it and its neighbours
        _unload(package)
    gc.freeze()


def equivalents() -> set[str]:
    """The marks of mutants that change nothing, each with its reason in the file."""
    lines = EQUIVALENTS.read_text("utf-8").splitlines()
    return {line.split()[0] for line in lines if line.strip() and not line.startswith("#")}


def main() -> int:
    """The command; its exit code."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("modules", nargs="*", default=list(MODULES), metavar="MODULE")
    parser.add_argument("--score", action="store_true", help="Only the figures.")
    parser.add_argument(
        "--mark", action="append", default=[], help="Only this mutant; may be given several times."
    )
    parser.add_argument(
        "--since",
        metavar="COMMIT",
        help="Only mutants that a module did not have in this commit, where it was measured.",
    )
    asked = parser.parse_args()
    os.chdir(ROOT)
    sys.path.insert(0, str(ROOT))
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    # the same examples for every mutant, and none made simpler: nobody reads them
    hypothesis.settings.register_profile(
        "mutation",
        derandomize=True,
        database=None,
        deadline=None,
        phases=[hypothesis.Phase.explicit, hypothesis.Phase.generate],
    )
    hypothesis.settings.load_profile("mutation")
    same, worst = equivalents(), 100.0
    for module in asked.modules:
        code = path_of(module).read_text("utf-8")
        load_beneath(module)
        fails, seconds = ask(module, code)
        if fails:
            sys.exit(f"{module}: its tests fail before anything is changed")
        at_most = math.ceil(1 + TIMES_AS_LONG * seconds)
        if not ask(module, "raise AssertionError")[0]:
            sys.exit(f"{module}: its tests do not ask it")
        before = marks_at(module, asked.since) if asked.since else set()
        all_of_it = [mutant for mutant in mutants(module, code) if mutant.mark not in same]
        counted = [
            mutant
            for mutant in all_of_it
            if mutant.mark not in before and (not asked.mark or mutant.mark in asked.mark)
        ]
        noticed = 0
        for mutant in counted:
            if ask(module, mutant.code, at_most)[0]:
                noticed += 1
            elif not asked.score:
                print(f"--- {mutant.mark}\n{mutant.diff}", flush=True)
        score = 100 * noticed / len(counted) if counted else 100.0
        worst = min(worst, score)
        rest = f"; {len(all_of_it)} in all" if len(all_of_it) > len(counted) else ""
        print(f"{module}: {noticed} of {len(counted)} noticed, {score:.1f} %{rest}", flush=True)
    return 0 if worst >= LEAST else 1


if __name__ == "__main__":
    sys.exit(main())
