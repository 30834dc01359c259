"""A hub in the test's own process, for what its application answers; its background tasks end with
it.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flask import Flask

from server import config
from server.app import create_app
from server.background import BackgroundTasks

#: Whatever a task is at, it comes to its next pause in this time, however loaded the machine is.
ENDS_WITHIN_S = 30


def end_hub(app: Flask) -> None:
    """End a hub of this process: its tasks, then its database."""
    luot = app.extensions["luot"]
    assert luot.tasks.end(ENDS_WITHIN_S) == []
    luot.end()


@contextmanager
def hub_in_process(folder: Path | str, **settings: Any) -> Iterator[Flask]:
    """The application of a hub over a data folder, until the end of the block."""
    app = create_app(config.load(environ={}, data=str(folder), async_mode="threading", **settings))
    try:
        yield app
    finally:
        end_hub(app)


def tasks_going_on() -> list[str]:
    """The background tasks that run in this process, by name."""
    targets = [getattr(thread, "_target", None) for thread in threading.enumerate()]
    owners = {id(owner): owner for t in targets if (owner := getattr(t, "__self__", None))}
    return sorted(
        name
        for owner in owners.values()
        if isinstance(owner, BackgroundTasks)
        for name in owner.running()
    )
