"""`luot forecaster`: the process that foresees the waits."""

import os
import signal
from collections.abc import Callable
from pathlib import Path
from threading import Event

import click

from ..acts.forecast_files import FOLDER
from ..demo.children import CANNOT_RUN
from ..serving import log_lines
from .common import context_of, opened
from .ending import when_told_to_end
from .options import data_option, one_line_errors


@click.command()
@data_option
@one_line_errors
def forecaster(data: str | None) -> None:
    """Foresee how long people will wait, beside the hub and until it is stopped. Without it the
    plain rule tells every estimate.
    """
    foresee(data)


def foresee(
    data: str | None, hall_time: Callable[[Callable[[], int]], Callable[[], int]] | None = None
) -> None:
    """The forecaster until it is told to end. hall_time: makes the hall's clock of the hub's where
    the hall lives at another speed (a demo).
    """
    # until it listens to signals itself: nothing is to be kept yet
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    # a hall is small: threads would cost more than they bring
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from ..forecast.compiled import available

    if not available():
        click.echo(
            "luot: the forecaster needs the package numba, which is not installed here; the hub"
            " goes on and tells estimates by the plain rule",
            err=True,
        )
        raise SystemExit(CANNOT_RUN)
    settings, store = opened(data)
    folder = Path(settings.data) / FOLDER
    # compiled once, beside the program; where that is read-only, in the data folder
    if not os.access(Path(__file__).parents[1] / "forecast", os.W_OK):
        os.environ.setdefault("NUMBA_CACHE_DIR", str(folder.resolve() / "compiled"))
    log_lines.start(settings.log_format)
    from ..forecast.run import Forecaster

    clock = context_of(settings, store).clock
    if hall_time is not None:
        clock = hall_time(clock)
    program = Forecaster(store, folder, clock, settings.hours == "always")
    stop = Event()
    when_told_to_end(stop.set)
    program.run(stop)
    store.close()
