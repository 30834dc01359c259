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
    """Run a hall forward: that compiles all of it."""
    import numpy as np

    from domain.day import MINUTE
    from server.forecast.hall import Desk, Hall, outlook
    from server.forecast.learned import Learned
    from server.forecast.paths import BINS, IDLE
    from tests.support.small_centre import small_centre

    centre = small_centre()
    learned = Learned({"A": 6.0, "B": 6.0}, {"NKT": 20 * MINUTE}, np.zeros((2, BINS)))
    desks = [Desk(c.number, IDLE, 500 * MINUTE, c.number, None) for c in centre.counters.values()]
    hall = Hall(500 * MINUTE, 0, ((480 * MINUTE, 690 * MINUTE),), [], desks, [0, 0])
    outlook(centre, learned, hall, seed=1)


if __name__ == "__main__":
    main()
