"""`luot top`: halls, lines and hub processes, as they are now, in a terminal."""

import curses
import json
import locale
import os
import select
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict
from math import isinf
from typing import Any

import click

from .. import config
from .options import Between, data_option, one_line_errors
from .top_figures import FieldLine, HallLine, HubLine, Picture, Reading, picture, read

#: Between the two readings of a picture that is shown once.
ONCE_AFTER_S = 1.0
MB = 1024 * 1024
#: So many lines of the screen at least are the hubs' and the halls'; the lines of fields get the
#: rest.
LEAST_LINES = 5
HUBS = ("HUB", "CPU %", "MB", "SCREENS", "ACTS/S", "NO/S", "ACT", "COMMIT", "LOOP", "TELLING", "")
HALLS = ("CENTRE", "DAY", "WAIT", "LONGEST", "COUNTERS", "EACH", "SERVED", "GIVEN", "")
LINES = ("LINE", "WAIT", "LONGEST", "COUNTERS", "")


@click.command()
@data_option
@click.option(
    "--hub",
    "hubs",
    multiple=True,
    metavar="URL",
    help="Address of a hub, once for each; the one of the settings unless named.",
)
@click.option("--every", type=Between(0.5, 3600), default=2.0, help="Seconds between two looks.")
@click.option("--once", is_flag=True, help="Show it once, as plain text, and end.")
@click.option("--json", "as_json", is_flag=True, help="Show it once, as JSON, and end.")
@one_line_errors
def top(data: str | None, hubs: tuple[str, ...], every: float, once: bool, as_json: bool) -> None:
    """Watch halls, lines and hub processes in the terminal; q or Ctrl-C ends. Reads what each hub
    tells at /metrics, on the hubs' own machine.
    """
    settings = config.load(data=data)
    addresses = [hub.rstrip("/") for hub in hubs] or [f"http://{_host(settings)}:{settings.port}"]
    watch = Watch(addresses)
    try:
        if once or as_json or not sys.stdout.isatty():
            watch.refresh()
            time.sleep(ONCE_AFTER_S)
            shown = watch.refresh()
            click.echo(_json(shown) if as_json else "\n".join(text(shown)))
            if all(hub.trouble for hub in shown.hubs):
                sys.exit(f"luot: no hub answers at {', '.join(addresses)}; name it with --hub URL")
        elif os.environ.get("TERM", "dumb") == "dumb":
            _repeat(watch, every)
        else:
            locale.setlocale(locale.LC_ALL, "")
            curses.wrapper(_screen, watch, every)
    except KeyboardInterrupt:
        return


def _host(settings: config.Settings) -> str:
    return "127.0.0.1" if settings.host in ("0.0.0.0", "::") else settings.host  # noqa: S104


class Watch:
    """Looks at the same hubs again and again."""

    def __init__(self, hubs: Sequence[str], clock: Callable[[], float] = time.monotonic) -> None:
        self._hubs, self._clock = hubs, clock
        self._before: list[Reading] = [Reading(hub, 0.0, trouble="not read yet") for hub in hubs]

    def refresh(self) -> Picture:
        """How it is now, beside the look before."""
        now = [read(hub, self._clock()) for hub in self._hubs]
        shown, self._before = picture(self._before, now), now
        return shown


def _json(shown: Picture) -> str:
    def finite(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: finite(part) for key, part in value.items()}
        if isinstance(value, (list, tuple)):
            return [finite(part) for part in value]
        return "over" if isinstance(value, float) and isinf(value) else value

    return json.dumps(finite(asdict(shown)), ensure_ascii=False, indent=1)


def text(shown: Picture, height: int | None = None) -> list[str]:
    """The picture as lines; at most `height` of them, each part cut where it does not fit."""
    lines = [line for hall in shown.halls for line in hall.lines if line.waiting]
    lines.sort(key=lambda line: (not line.unserved, -line.longest_s))
    hubs = _table(HUBS, [_hub_row(hub) for hub in shown.hubs])
    halls = _table(HALLS, [_hall_row(hall) for hall in shown.halls])
    fields = _table(LINES, [_field_row(line) for line in lines])
    if height is not None:
        hubs = hubs[: max(LEAST_LINES, height // 4)]
        left = max(0, height - len(hubs) - 2)
        halls = halls[: max(LEAST_LINES, left - min(len(fields), left // 2))]
        fields = fields[: max(0, left - len(halls))]
    return [*hubs, "", *halls, "", *fields]


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """The first and the last column begin left, the others end right."""
    widths = [max(len(row[n]) for row in [heads, *rows]) for n in range(len(heads))]
    return [
        "  ".join(
            cell.ljust(width) if n in (0, len(heads) - 1) else cell.rjust(width)
            for n, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in [heads, *rows]
    ]


def _hub_row(hub: HubLine) -> list[str]:
    if hub.trouble:
        return [hub.hub, *[""] * (len(HUBS) - 2), f"away: {hub.trouble}"]
    return [
        hub.hub,
        _number(hub.processor_percent),
        _number(None if hub.resident_bytes is None else hub.resident_bytes / MB),
        str(hub.sockets),
        _number(hub.acts_a_second, 1),
        _number(hub.refused_a_second, 1),
        *map(_at_most, (hub.act_p99, hub.commit_p99, hub.loop_p99, hub.screens_p99)),
        f"failing: {', '.join(hub.tasks_failing)}" if hub.tasks_failing else "",
    ]


def _hall_row(hall: HallLine) -> list[str]:
    return [
        hall.centre,
        "open" if hall.is_open else "-",
        str(hall.waiting),
        _minutes(hall.longest_s),
        str(hall.counters),
        _number(hall.waiting / hall.counters, 1) if hall.counters else "-",
        str(hall.at_counters),
        str(hall.issued),
        "nobody serves: " + ", ".join(line.field for line in hall.lines if line.unserved)
        if hall.unserved
        else "",
    ]


def _field_row(line: FieldLine) -> list[str]:
    return [
        f"{line.centre} {line.field}",
        str(line.waiting),
        _minutes(line.longest_s),
        str(line.counters),
        "nobody serves" if line.unserved else "",
    ]


def _number(value: float | None, digits: int = 0) -> str:
    return "-" if value is None else f"{value:.{digits}f}"


def _at_most(seconds: float | None) -> str:
    if seconds is None:
        return "-"
    return "> 2500 ms" if isinf(seconds) else f"{seconds * 1000:g} ms"


def _minutes(seconds: float) -> str:
    return f"{seconds // 60:.0f}:{seconds % 60:02.0f}" if seconds else "-"


def _repeat(watch: Watch, every: float) -> None:
    """On a terminal that only writes on: one picture after the other, until q and Enter."""
    while True:
        click.echo("\n".join(text(watch.refresh())))
        click.echo("-- q and Enter end")
        readable, _, _ = select.select([sys.stdin], [], [], every)
        if readable and sys.stdin.readline().strip().lower() in ("q", ""):
            return


def _screen(window: Any, watch: Watch, every: float) -> None:
    """On a whole terminal, until q."""
    curses.curs_set(0)
    window.timeout(100)
    shown, looked_at = watch.refresh(), time.monotonic()
    while True:
        height, width = window.getmaxyx()
        window.erase()
        for row, line in enumerate(text(shown, height - 1)[: height - 1]):
            is_head = line.startswith((HUBS[0], HALLS[0], LINES[0]))
            window.addnstr(row, 0, line, width - 1, curses.A_REVERSE if is_head else 0)
        window.addnstr(height - 1, 0, f"every {every:g} s · p99 at most · q ends", width - 1)
        window.refresh()
        if window.getch() in (ord("q"), ord("Q")):
            return
        if time.monotonic() - looked_at >= every:
            shown, looked_at = watch.refresh(), time.monotonic()
