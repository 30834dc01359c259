"""Is the hub alive, can it write, and how is it doing."""

import os

from flask import Blueprint, Response, jsonify

from ..acts import StorageError
from .auth import parts
from .disk import free
from .parts import HubParts

health = Blueprint("health", __name__)
NAMESPACES = ("/kiosk", "/counter", "/board", "/manager")


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
    """Prometheus text. Nothing personal, no number of any ticket."""
    luot = parts()
    lines = [
        *_of_centres(luot),
        *_of_voices(luot),
        *_of_sockets(luot),
        *luot.tasks.metrics(),
        *(line for figures in luot.figures for line in figures()),
        *_of_machine(luot),
    ]
    return Response("\n".join(lines) + "\n", mimetype="text/plain; version=0.0.4")


def _of_centres(luot: HubParts) -> list[str]:
    out = [
        "# TYPE luot_journal_seq counter",
        "# TYPE luot_waiting gauge",
        "# TYPE luot_counters_open gauge",
        "# TYPE luot_issued_today gauge",
    ]
    try:
        for centre in luot.centres():
            snapshot = luot.publisher.snapshot("manager", centre.code)
            label = f'centre="{centre.code}"'
            is_open = [counter["state"] == "open" for counter in snapshot["counters"]]
            out += [
                f"luot_journal_seq{{{label}}} {snapshot['seq']}",
                f"luot_issued_today{{{label}}} {snapshot['totals']['issued']}",
                f"luot_counters_open{{{label}}} {sum(is_open)}",
            ]
            out += [
                f'luot_waiting{{{label},field="{field["field"]}"}} {field["waiting"]}'
                for field in snapshot["fields"]
            ]
    except StorageError:
        out.append("# the database does not answer")
    return out


def _of_voices(luot: HubParts) -> list[str]:
    return ["# TYPE luot_voice_missing_clips gauge"] + [
        f'luot_voice_missing_clips{{centre="{code}",lang="{voice["lang"]}"}}'
        f" {len(voice['missing'])}"
        for code, of_centre in luot.voices.by_centre.items()
        for voice in of_centre
    ]


def _of_sockets(luot: HubParts) -> list[str]:
    rooms = luot.socketio.server.manager.rooms
    return ["# TYPE luot_sockets gauge"] + [
        f'luot_sockets{{namespace="{namespace}"}} {len(rooms.get(namespace, {}).get(None, {}))}'
        for namespace in NAMESPACES
    ]


def _of_machine(luot: HubParts) -> list[str]:
    with open("/proc/self/statm") as statm:
        resident = int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    return [
        "# TYPE luot_disk_free_bytes gauge",
        f"luot_disk_free_bytes {free(luot.settings)}",
        "# TYPE luot_resident_bytes gauge",
        f"luot_resident_bytes {resident}",
    ]
