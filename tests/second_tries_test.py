"""A test that is tried again is printed and counted, so that no race hides behind a second try."""

import os
import subprocess
import sys

from tests.house_test import ROOT

FALTERING = """
from pathlib import Path

FIRST_TRY = Path(__file__).with_name("tried")

def test_that_fails_once():
    before, _ = FIRST_TRY.exists(), FIRST_TRY.touch()
    assert before

def test_that_passes_at_once():
    pass
"""


def run_of(folder, *options):
    """What a run of pytest in a folder prints, with the summary of our own suite."""
    (folder / "conftest.py").write_text("from tests.conftest import pytest_terminal_summary\n")
    (folder / "faltering_test.py").write_text(FALTERING)
    argv = ["-c", os.devnull, "--rootdir", folder, "-p", "no:cacheprovider", "-n", "0", *options]
    done = subprocess.run(
        [sys.executable, "-P", "-m", "pytest", *map(str, argv), folder / "faltering_test.py"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout


def test_a_second_try_is_printed_and_counted(tmp_path):
    code, output = run_of(tmp_path, "--reruns", 2)
    assert code == 0, output
    assert "TRIED AGAIN 1x faltering_test.py::test_that_fails_once\n" in output
    assert "1 tries more in 1 tests\n" in output and "test_that_passes_at_once" not in output


def test_without_second_tries_it_fails_and_nothing_is_counted(tmp_path):
    code, output = run_of(tmp_path, "--reruns", 0)
    assert code == 1 and "TRIED AGAIN" not in output and "tries more" not in output


def test_the_suite_tries_twice_again_and_shows_how_it_failed():
    settings = (ROOT / "pyproject.toml").read_text("utf-8")
    assert "--reruns 2 --rerun-show-tracebacks" in settings
