"""`luot bridge`: the process between the hub and the MQTT broker."""

import json
import logging
import signal
import sys
import time
from pathlib import Path
from typing import Any

import click

from .. import config
from ..clock import now_ms
from .common import data_option, one_line_errors
from .ending import when_told_to_end


@click.command()
@data_option
@click.option(
    "--centre",
    metavar="CODE",
    help="Code of the centre; may be left out where only one has a bridge.",
)
@one_line_errors
def bridge(data: str | None, centre: str | None) -> None:
    """Run the bridge of one centre until it is stopped: counters' numbers to the LED boards,
    presses of the call pads to the hub. `luot device new led|pad` makes its account.
    """
    # until it listens to signals itself: nothing is to be kept yet, and Python's own way, an
    # exception in the midst of loading, may be lost in a callback
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    from ..bridge.run import Bridge

    folder = _folder(Path(config.load(data=data).data) / "bridge", centre)
    try:
        account = json.loads((folder / "bridge.json").read_text("utf-8"))
    except (OSError, ValueError) as error:
        sys.exit(
            f"luot: {folder / 'bridge.json'} cannot be read ({error}); `luot device new led NAME"
            " --counter NO` makes it"
        )
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(message)s", stream=sys.stderr)
    program = Bridge(account, Pads(folder / "pads"), now_ms, time.monotonic)
    when_told_to_end(program.end)
    program.run()


def _folder(top: Path, centre: str | None) -> Path:
    """The bridge's folder of the centre asked for, or of the only one that has a bridge."""
    codes = sorted(p.parent.name for p in top.glob("*/bridge.json"))
    if centre is None and len(codes) == 1:
        return top / codes[0]
    if centre is None or centre not in codes:
        codes_text = ", ".join(codes) or "none yet"
        fault = (
            "name the centre with --centre"
            if centre is None
            else f"centre {centre!r} has no bridge"
        )
        sys.exit(
            f"luot: {fault};"
            f" those that have one: {codes_text}. `luot device new led NAME --counter NO` makes one"
        )
    return top / centre


class Pads:
    """The pads of a centre, one file each, read anew when the folder or a file of it changes: a new
    pad works at once, a removed one no longer.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        #: name and time of change (ns) of each file, as they were read last
        self._as_of: list[tuple[str, int]] | None = None
        self._pads: dict[str, dict[str, Any]] = {}

    def __call__(self) -> dict[str, dict[str, Any]]:
        """`{name: {"counter", "token"}}` as it stands now."""
        files = sorted(self._folder.glob("*.json")) if self._folder.is_dir() else []
        as_of = [(f.name, f.stat().st_mtime_ns) for f in files]
        if as_of != self._as_of:
            self._pads, self._as_of = (
                {f.stem: json.loads(f.read_text("utf-8")) for f in files},
                as_of,
            )
        return self._pads
