"""The bridge's threads outlive whatever happens in them, and say so in the log."""

import functools
import logging
import threading
from collections.abc import Callable
from typing import Any

log = logging.getLogger("luot.bridge")
PAUSE_S = 1.0


def steadily(
    name: str, work: Callable[[], Any], ended: threading.Event, pause_s: float = PAUSE_S
) -> None:
    """Do `work` again and again until `ended`; after a fault it rests and goes on."""
    while not ended.is_set():
        try:
            work()
        except Exception:
            log.exception("%s: something went wrong; going on", name)
            ended.wait(pause_s)


def guarded(work: Callable[..., None]) -> Callable[..., None]:
    """A callback of a library whose thread would end with what it raises."""

    @functools.wraps(work)
    def go_on(*args: Any, **kwargs: Any) -> None:
        try:
            work(*args, **kwargs)
        except Exception:
            log.exception("%s: something went wrong; going on", work.__name__)

    return go_on
