"""`./luot bench`: runs the benchmarks asked for, prints each figure beside its floor, and can keep
them as JSON.
"""

import json
import os
import platform
import sqlite3
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click

from . import calls, issue, start
from .boards import raise_file_limit
from .figures import Figure
from .hub import BenchFailed, peaks

NAMES = (
    "issue",
    "call",
    "connect",
    "memory",
    "start",
    "board",
    "desk",
    "screens",
    "catalogue",
    "search",
    "bookings",
    "kiosk",
    "led",
    "flood",
    "phones",
    "report",
    "forecast",
    "estimates",
    "plans",
    "herding",
    "province",
)


@click.command()
@click.option("--only", metavar="A,B", help=f"Only these: {', '.join(NAMES)}.")
@click.option(
    "--json",
    "json_file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the figures there too.",
)
def bench(only: str | None, json_file: Path | None) -> None:
    """Measure the hub.

    Each figure stands beside a floor measured in the same run; read ratios rather than figures when
    comparing machines.
    """
    wanted = [name.strip() for name in only.split(",")] if only else list(NAMES)
    if unknown := sorted(set(wanted) - set(NAMES)):
        raise click.BadParameter(
            f"there is no benchmark {', '.join(unknown)}; the names are {', '.join(NAMES)}",
            param_hint="--only",
        )
    raise_file_limit()
    figures: list[Figure] = []
    try:
        if "start" in wanted:
            figures += _printed("start", start.run())
        if "issue" in wanted:
            figures += _printed("issue", issue.run())
        if {"call", "connect", "memory"} & set(wanted):
            figures += _printed("call", calls.run(wanted))
        if "desk" in wanted:
            from . import counters

            figures += _printed("desk", counters.run())
        if "screens" in wanted:
            from . import screens

            figures += _printed("screens", screens.run())
        if "catalogue" in wanted:
            from . import catalogue

            figures += _printed("catalogue", catalogue.run())
        if "search" in wanted:
            from . import search

            figures += _printed("search", search.run())
        if "bookings" in wanted:
            from . import bookings

            figures += _printed("bookings", bookings.run())
        if "kiosk" in wanted:
            from . import kiosk

            figures += _printed("kiosk", kiosk.run())
        if "led" in wanted:
            from . import led

            figures += _printed("led", led.run())
        if "flood" in wanted:
            from . import flood

            figures += _printed("flood", flood.run())
        if "phones" in wanted:
            from . import phones

            figures += _printed("phones", phones.run())
        if "board" in wanted:
            from . import board

            figures += _printed("board", board.run())
        if "forecast" in wanted:
            from . import forecast

            figures += _printed("forecast", forecast.run())
        if "estimates" in wanted:
            from . import estimates

            figures += _printed("estimates", estimates.run())
        if "plans" in wanted:
            from . import plans

            figures += _printed("plans", plans.run())
        if "herding" in wanted:
            from . import herding

            figures += _printed("herding", herding.run())
        if "province" in wanted:
            from . import province

            figures += _printed("province", province.run())
        if "report" in wanted:
            from . import report

            figures += _printed("report", report.run())
    except BenchFailed as error:
        click.echo(f"luot bench: {error}", err=True)
        sys.exit(1)
    if json_file:
        json_file.write_text(
            json.dumps(
                {
                    "at": int(time.time() * 1000),
                    "machine": machine(),
                    "figures": [f.as_dict() for f in figures],
                },
                ensure_ascii=False,
                indent=1,
            )
            + "\n",
            "utf-8",
        )


def machine() -> dict[str, Any]:
    """What the figures were taken on."""
    return {
        "cores": os.cpu_count(),
        "load": os.getloadavg()[0],
        "system": platform.platform(),
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
    }


def _printed(part: str, figures: Iterable[Figure]) -> list[Figure]:
    """Prints what a part measured, then the most memory that a hub of it held."""
    printed = [*figures]
    if peaks:
        printed.append(
            Figure(part, "a hub's most memory (and its workers')", "MB", max(peaks), None, "")
        )
        peaks.clear()
    for figure in printed:
        click.echo(figure.line())
    return printed


if __name__ == "__main__":
    bench(prog_name="luot bench")
