"""The application of a demo's hub: the real one with one page more."""

import json
import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from .. import config
from ..app import create_app
from ..web.demo import DemoPage, demo_page
from .hall_time import HallTime
from .hub import FILE

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


def create_demo() -> "WSGIApplication":
    """The real hub's application with the page of the demo, as the file in the environment says."""
    settings = json.loads(Path(os.environ[FILE]).read_text("utf-8"))
    time, speed = settings.pop("hall_time", None), 1.0
    hall_time = None
    if time is not None:
        lived = HallTime(**time)
        hall_time, speed = lived.of, lived.speed
    loaded = config.load()
    # who presses lives in real time: the minute in which an act can be undone stays one
    undo_seconds = max(1, round(loaded.undo_seconds * speed))
    app = create_app(replace(loaded, undo_seconds=undo_seconds), hall_time)
    app.register_blueprint(demo_page(DemoPage(**{**settings, "own": tuple(settings["own"])})))
    return app
