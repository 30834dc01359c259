"""`luot city`: the process that writes the open data and the city page."""

import signal
from pathlib import Path
from threading import Event

import click

from ..serving import log_lines
from .common import context_of, opened
from .ending import when_told_to_end
from .options import data_option, one_line_errors


@click.command()
@click.option("--once", is_flag=True, help="Write the files once, and end.")
@data_option
@one_line_errors
def city(once: bool, data: str | None) -> None:
    """Write how long one waits in every centre as files for everybody, beside the
    hub and until it is stopped. Without it the files grow old, and say so.
    """
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    settings, store = opened(data)
    log_lines.start(settings.log_format)
    from ..city.run import City

    program = City(context_of(settings, store), Path(settings.data), settings.public)
    if once:
        program.write_once()
    else:
        stop = Event()
        when_told_to_end(stop.set)
        program.run(stop)
    store.close()
