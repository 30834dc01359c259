"""The forecaster's functions, compiled before anybody needs them: half a minute of a processor in a
new checkout, nothing afterwards (server/forecast/compiled.py keeps them). As a program it compiles.
"""

import fcntl
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.support.hub import ROOT, environment


def compile_once(run_id: str) -> None:
    """Have them compiled by one process of a whole run; the others wait for it, instead of each
    doing the same beside it.
    """
    place = Path(tempfile.gettempdir()) / f"luot-compiled-{run_id}"
    with place.open("a+") as done:
        fcntl.flock(done, fcntl.LOCK_EX)
        done.seek(0)
        if not done.read():
            program = [sys.executable, "-P", "-m", "tests.support.compiled_forecast"]
            subprocess.run(program, cwd=ROOT, env=environment(), check=True)
            done.write("done")


def main() -> None:
    """Run a hall forward, tell a range, and ask who is next: that compiles all of it."""
    from tests.forecast.corrections_test import range_of
    from tests.forecast.hall_test import middles
    from tests.forecast.twin_test import differences

    middles(500)
    range_of([10.0, 20.0])
    differences(seed=16, states=6)


if __name__ == "__main__":
    main()
