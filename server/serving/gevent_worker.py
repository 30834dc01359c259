"""The gunicorn worker for gevent: gunicorn's own, with the places and pauses of the hub."""

import logging
from typing import Any

import gevent
from gevent.server import StreamServer
from gunicorn.workers.ggevent import GeventWorker as PlainWorker

from .fair_worker import FairWorker

#: So many newcomers are taken in, then everybody else is served.
StreamServer.max_accept = 8


class GeventWorker(FairWorker, PlainWorker):  # type: ignore[misc]  # gunicorn has no types
    """Serves HTTP and websockets on gevent's green threads, one per connection."""

    def pause(self) -> None:
        """Let the loop go round once."""
        gevent.sleep(0)

    def init_process(self) -> None:
        """A green thread that died is written into the log, which is bounded, not past it."""
        hub_class = type(gevent.get_hub())
        hub_class.print_exception = _log_exception
        super().init_process()


def _log_exception(_hub: Any, _context: Any, kind: Any, value: Any, trace: Any) -> None:
    if kind is not None and not issubclass(kind, gevent.GreenletExit):
        logging.getLogger("luot").error("a green thread died", exc_info=(kind, value, trace))
