"""The application of a demo's hub: the real one with one page more."""

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

from ..app import create_app
from ..web.demo import DemoPage, demo_page
from .hub import FILE

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


def create_demo() -> "WSGIApplication":
    """The real hub's application with the page of the demo, as the file in the environment says."""
    settings = json.loads(Path(os.environ[FILE]).read_text("utf-8"))
    app = create_app()
    app.register_blueprint(demo_page(DemoPage(**{**settings, "own": tuple(settings["own"])})))
    return app
