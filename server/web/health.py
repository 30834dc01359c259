"""Is the hub alive, can it write, and how is it doing."""

from flask import Blueprint, Response, jsonify

from .auth import parts
from .metrics import text_of

health = Blueprint("health", __name__)


@health.get("/healthz")
def alive() -> Response:
    """The process answers."""
    return jsonify({"ok": True})


@health.get("/readyz")
def ready() -> Response:
    """The database takes a write and has the newest schema; 503 with the mend otherwise.

    `voice`: whether each centre's calls can all be spoken (a gap makes nobody wait). `tasks`: how
    each background task is; one that fails is tried again and makes nobody wait either.
    """
    luot = parts()
    trouble, tasks = luot.trouble(), luot.tasks.states()
    if trouble:
        response = jsonify({"ok": False, "error": "storage", "message": trouble, "tasks": tasks})
        response.status_code = 503
        return response
    return jsonify({"ok": True, "voice": luot.voices.state(), "tasks": tasks})


@health.get("/metrics")
def metrics() -> Response:
    """Prometheus text: docs/metrics.md. Nothing personal, no number of any ticket."""
    return Response(text_of(parts()), mimetype="text/plain; version=0.0.4")
