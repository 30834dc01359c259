"""What strangers do wrong is counted and summed up once a minute, never one line each; and no line
of the log, whoever causes it, is written without end.
"""

import logging
import threading
from collections import Counter
from collections.abc import Callable

from .log_lines import formatter

log = logging.getLogger("luot.faults")
SUM_UP_EVERY_S = 60
#: The same message is written so many times between two summaries; more are only counted.
SAME_MESSAGE = 10
#: Different messages told apart between two summaries.
MESSAGES_KEPT = 500
#: Loggers that speak of what came over a socket only: packets nobody can decode, events nobody
#: knows. Each such line would be a stranger's to write.
OF_STRANGERS = ("engineio", "socketio")
#: How gunicorn begins its line about a request it cannot read.
NO_HTTP = "Invalid request from ip="

_strangers: Counter[str] = Counter()
_all: Counter[str] = Counter()
_held_back: Counter[str] = Counter()
_written: Counter[str] = Counter()
_lock = threading.Lock()


def count(fault: str) -> None:
    """A stranger did this (a few words; one of a fixed list) once more."""
    with _lock:
        _strangers[fault] += 1
        _all[fault] += 1


def counted() -> dict[str, int]:
    """The faults since the last summary."""
    with _lock:
        return dict(_strangers)


def totals() -> dict[str, int]:
    """All faults since the process began."""
    with _lock:
        return dict(_all)


class Bounded(logging.Filter):
    """Lets a message pass a few times a minute; the loggers of strangers' faults never."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the record is written."""
        if record.name == log.name:
            return True
        if record.name.split(".")[0] in OF_STRANGERS and record.levelno < logging.CRITICAL:
            count("packets that nobody can use")
            return False
        if str(record.msg).startswith(NO_HTTP):
            count("requests that are no HTTP")
            return False
        message = f"{record.name}: {str(record.msg).splitlines()[0][:80] if record.msg else ''}"
        with _lock:
            if len(_written) >= MESSAGES_KEPT and message not in _written:
                message = "other messages"
            _written[message] += 1
            if _written[message] <= SAME_MESSAGE:
                return True
            _held_back[message] += 1
        return False


def install(*loggers: logging.Logger) -> None:
    """Bound what the root logger and these write, and end the library's own ways past them."""
    root = logging.getLogger()
    if not root.handlers:
        handler: logging.Handler = logging.StreamHandler()
        handler.setFormatter(formatter())
        root.addHandler(handler)
    bounded = Bounded()
    for handler in [*root.handlers, *(h for logger in loggers for h in logger.handlers)]:
        if not any(isinstance(filter_, Bounded) for filter_ in handler.filters):
            handler.addFilter(bounded)
    for name in (f"{library}.{end}" for library in OF_STRANGERS for end in ("server", "client")):
        logger = logging.getLogger(name)
        # else engineio gives it a handler of its own, which writes past these
        if not logger.handlers:
            logger.addHandler(logging.NullHandler())
        logger.setLevel(logging.WARNING)


def sum_up() -> None:
    """Write one line for what was counted since the last time, if anything was."""
    with _lock:
        strangers, held_back = dict(_strangers), dict(_held_back)
        _strangers.clear()
        _held_back.clear()
        _written.clear()
    if strangers:
        log.warning("in the last minute, from strangers: %s", _listed(strangers))
    if held_back:
        log.warning("in the last minute, not written again: %s", _listed(held_back))


def _listed(counts: dict[str, int]) -> str:
    ordered = sorted(counts.items(), key=lambda item: -item[1])
    return "; ".join(f"{number} × {what}" for what, number in ordered[:20])


def run(sleep: Callable[[float], object]) -> None:
    """Sum up once a minute for as long as the hub runs; one background task."""
    while True:
        sleep(SUM_UP_EVERY_S)
        sum_up()
