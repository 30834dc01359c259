"""The types hold: what pyproject.toml names under [tool.mypy] passes `mypy --strict`."""

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CONFIG = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["mypy"]


def mypy(*words: str) -> subprocess.CompletedProcess[str]:
    """Run mypy as its configuration says; it keeps what it has read in `.mypy_cache`."""
    return subprocess.run(
        [sys.executable, "-m", "mypy", *words],
        cwd=ROOT,
        env={**os.environ, "MYPY_CACHE_DIR": str(ROOT / ".mypy_cache")},
        capture_output=True,
        text=True,
        timeout=170,
    )


@pytest.mark.slow
def test_the_files_named_in_the_configuration_are_strictly_typed():
    done = mypy()
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.slow
def test_an_untyped_function_would_be_seen(tmp_path):
    """Negative control: the configuration is strict, not only present."""
    careless = tmp_path / "careless.py"
    careless.write_text("def double(n):\n    return n * 2\n", "utf-8")
    done = mypy(str(careless))
    assert done.returncode == 1 and "[no-untyped-def]" in done.stdout, done.stdout + done.stderr


def test_every_place_named_is_there():
    assert all((ROOT / place).exists() for place in CONFIG["files"]), CONFIG["files"]
    assert CONFIG["strict"] is True
