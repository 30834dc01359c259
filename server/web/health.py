"""Is the hub alive, can it write, and how is it doing."""

import os

from flask import Blueprint, Response, jsonify

from ..acts import StorageError
from .auth import hub
from .disk import free
from .voices import state

health = Blueprint("health", __name__)


@health.get("/healthz")
def alive():
    """The process answers."""
    return jsonify({"ok": True})


@health.get("/readyz")
def ready():
    """The database takes a write and has the newest schema; 503 with the mend otherwise.

    `voice`: whether each centre's calls can all be spoken (a gap makes nobody wait).
    """
    trouble = hub().trouble()
    return (
        (jsonify({"ok": False, "error": "storage", "message": trouble}), 503)
        if trouble
        else jsonify({"ok": True, "voice": state(hub())})
    )


@health.get("/metrics")
def metrics():
    """Prometheus text. Nothing personal, no number of any ticket."""
    luot = hub()
    out = [
        "# TYPE luot_journal_seq counter",
        "# TYPE luot_waiting gauge",
        "# TYPE luot_counters_open gauge",
        "# TYPE luot_sockets gauge",
        "# TYPE luot_issued_today gauge",
        "# TYPE luot_voice_missing_clips gauge",
    ]
    try:
        for centre in luot.centres():
            seen = luot.publisher.snapshot("manager", centre.code)
            out.append(f'luot_journal_seq{{centre="{centre.code}"}} {seen["seq"]}')
            out.append(f'luot_issued_today{{centre="{centre.code}"}} {seen["totals"]["issued"]}')
            out.append(
                f'luot_counters_open{{centre="{centre.code}"}}'
                f" {sum(c['state'] == 'open' for c in seen['counters'])}"
            )
            out += [
                f'luot_waiting{{centre="{centre.code}",field="{f["field"]}"}} {f["waiting"]}'
                for f in seen["fields"]
            ]
    except StorageError:
        out.append("# the database does not answer")
    out += [
        f'luot_voice_missing_clips{{centre="{code}",lang="{v["lang"]}"}} {len(v["missing"])}'
        for code, found in luot.extras.get("voices", {}).items()
        for v in found
    ]
    for namespace in ("/kiosk", "/counter", "/board", "/manager"):
        room = luot.socketio.server.manager.rooms.get(namespace, {}).get(None, {})
        out.append(f'luot_sockets{{namespace="{namespace}"}} {len(room)}')
    out += ["# TYPE luot_disk_free_bytes gauge", f"luot_disk_free_bytes {free(luot.settings)}"]
    with open("/proc/self/statm") as statm:
        out += [
            "# TYPE luot_resident_bytes gauge",
            f"luot_resident_bytes {int(statm.read().split()[1]) * os.sysconf('SC_PAGE_SIZE')}",
        ]
    return Response("\n".join(out) + "\n", mimetype="text/plain; version=0.0.4")
