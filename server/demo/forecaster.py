"""The forecaster of a demo: `python -m server.demo.forecaster FILE --data DIR`.

The real one, in the time of the demo's hall, which FILE holds (see server/demo/app.py).
"""

import json
from pathlib import Path

import click

from ..commands.forecaster import foresee
from ..commands.options import one_line_errors
from .hall_time import HallTime


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, exists=True, path_type=Path))
@click.option("--data", required=True)
@one_line_errors
def main(file: Path, data: str) -> None:
    """Run it until it is stopped."""
    time = json.loads(file.read_text("utf-8")).get("hall_time")
    foresee(data, HallTime(**time).of if time is not None else None)


if __name__ == "__main__":
    main()
