"""Imports go one way. The table below is the house's plan; what it does not allow does not pass."""

import ast
import re
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

# room → the rooms of the hub it may use (`domain` stands beside the hub: the kiosk imports it too)
ROOMS = {
    "domain": {"domain"},
    "store": {"domain", "store"},
    "centre": {"domain", "centre", "texts"},
    "spreadsheets": {"domain", "centre", "spreadsheets", "texts"},
    "media": {"domain", "media", "worker_pool"},
    "accounts": {"domain", "store", "accounts"},
    "acts": {"domain", "store", "centre", "accounts", "media", "payloads", "acts", "log_fields"},
    "reports": {"domain", "store", "centre", "reports", "texts", "warm_worker"},
    "forecast": {"domain", "store", "centre", "forecast"},
    "city": {"domain", "store", "centre", "acts", "reports", "city", "texts"},
    "delivery": {"domain", "store", "centre", "delivery", "outside_keys", "config", "texts"},
    "outside_keys": {"outside_keys"},
    "broker": {"broker"},
    "firmware": {"firmware", "broker"},
    "sockets": {
        "domain",
        "acts",
        "accounts",
        "sockets",
        "payloads",
        "rights",
        "texts",
        "config",
        "log_fields",
    },
    "web": {
        "domain",
        "acts",
        "accounts",
        "reports",
        "web",
        "media",
        "payloads",
        "rights",
        "texts",
        "config",
        "doctor",
        "voice",
        "warm_worker",
        "worker_pool",
        "broker",
        "firmware",
        "outside_keys",
        "serving",
    },
    "doctor": {"domain", "store", "acts", "clock", "config", "doctor", "texts"},
    "voice": {"domain", "voice", "worker_pool"},
    "bridge": {"domain", "bridge"},
    "payloads": {"domain", "payloads"},
    "rights": {"domain", "rights"},
    "texts": {"texts", "domain"},
    "packets": {"packets", "serving"},
    "notifier": {"notifier"},
    "owners": {"owners"},
    "rounds": {"acts", "owners", "rounds", "sockets"},
    "background": {"background"},
    "gunicorn_conf": {"serving"},
    "gunicorn_process": set(),
    "serving": {"log_fields", "serving"},
    "log_fields": {"log_fields"},
    "clock": {"clock", "domain"},
    "worker_pool": {"worker_pool"},
    "warm_worker": {"warm_worker", "worker_pool"},
    "config": {"config"},
    "worker": {"config", "serving", "worker"},
}
EVERYWHERE = {"app", "__main__", "commands", "demo", "__init__"}

# library → the rooms that may use it (a kiosk is a room of its own)
LIBRARIES = {
    "sqlalchemy": {"store"},
    "alembic": {"store"},
    "psycopg": {"store", "worker"},
    "sqlite3": {"store", "kiosk"},
    "flask": {"app", "web", "sockets", "kiosk"},
    "flask_socketio": {"app", "web", "sockets"},
    "numba": {"forecast"},
    "numpy": {"forecast"},
    "escpos": {"kiosk"},
    "paho": {"bridge"},
    "pywebpush": {"delivery"},
    "standardwebhooks": {"delivery"},
    "urllib3": {"delivery"},
    "smtplib": {"delivery"},
    "eventlet": {"serving", "worker"},
    "prometheus_client": {"background", "commands", "serving", "web"},
    "pythonjsonlogger": {"serving"},
    "gevent": {"serving"},
}
CLOCKS = {
    ("time", "time"),
    ("time", "time_ns"),
    ("datetime", "now"),
    ("datetime", "utcnow"),
    ("datetime", "today"),
    ("date", "today"),
}


def room_of(path):
    """The room a file is in: the folder or module below server/, else the top folder."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return parts[1] if parts[0] == "server" else parts[0]


def sources(*tops):
    return sorted(p for top in tops for p in (ROOT / top).rglob("*.py"))


def imports(path):
    """Every module a file imports, dotted, relative ones made whole; a `from a import b` gives a.b
    too.
    """
    package = path.relative_to(ROOT).parent.parts
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = (
                ".".join((*package[: len(package) - node.level + 1], *filter(None, [node.module])))
                if node.level
                else node.module
            )
            yield node.lineno, base
            yield from ((node.lineno, f"{base}.{alias.name}") for alias in node.names)


def breaches(path, names=None):
    """What a file imports against the plan, as readable lines."""
    room = room_of(path)
    for line, name in imports(path) if names is None else names:
        top, *rest = name.split(".")
        place = f"{path.relative_to(ROOT)}:{line} ({room}) imports {name}"
        if top in ("server", "kiosk", "bench", "tests") and top != path.relative_to(ROOT).parts[0]:
            yield place
        elif top == "domain" and room not in EVERYWHERE | {"kiosk"}:
            if "domain" not in ROOMS.get(room, set()):
                yield place
        elif top == "server" and rest and room not in EVERYWHERE:
            # "from server import payloads" and "from server.store import lines" alike; names
            # inside a module end the chain
            if (
                rest[0] not in ROOMS.get(room, set())
                and (ROOT / "server" / rest[0]).exists()
                | (ROOT / "server" / f"{rest[0]}.py").exists()
            ):
                yield place
        elif room == "domain" and top not in sys.stdlib_module_names:
            yield place
        elif top in LIBRARIES and room not in LIBRARIES[top]:
            yield place


def test_imports_go_one_way():
    broken = [breach for path in sources("server", "kiosk", "domain") for breach in breaches(path)]
    assert not broken, "\n".join(broken)


def test_every_room_of_the_server_is_in_the_plan():
    rooms = {room_of(p) for p in sources("server")}
    assert rooms <= set(ROOMS) | EVERYWHERE, f"not in the plan: {rooms - set(ROOMS) - EVERYWHERE}"


def test_the_architecture_page_shows_the_plan():
    """Its table has a row for every room, with exactly what that room may use."""
    text = (ROOT / "docs/architecture.md").read_text("utf-8")
    table = text[text.index("## Rooms") : text.index("## One press")]
    shown = {
        Path(place).stem if place.endswith(".py") else Path(place).name: set(
            uses.split(", ") if uses != "–" else ()
        )
        for place, uses in re.findall(r"^\| `([\w/.]+)` \| .* \| ([^|]+) \|$", table, re.MULTILINE)
    }
    assert shown == {room: uses - {room} for room, uses in ROOMS.items()}


@pytest.mark.parametrize(
    "path,imported",
    [
        ("domain/ticket.py", "sqlalchemy"),
        ("domain/ticket.py", "server.store"),
        ("server/acts/calling.py", "flask"),
        ("server/sockets/board.py", "server.store"),
        ("server/web/pages.py", "server.store.tables"),
        ("kiosk/page.py", "server.acts"),
        ("server/app.py", "kiosk"),
        ("server/web/pages.py", "sqlalchemy"),
        ("server/acts/calling.py", "eventlet"),
    ],
)
def test_the_plan_refuses(path, imported):
    assert list(breaches(ROOT / path, [(1, imported)]))


def test_the_clock_is_passed_in():
    broken = []
    for path in sources("server", "domain"):
        if room_of(path) in ("clock", "demo"):
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if (
                isinstance(node, ast.Attribute)
                and isinstance(node.value, ast.Name)
                and (node.value.id, node.attr) in CLOCKS
            ):
                broken.append(
                    f"{path.relative_to(ROOT)}:{node.lineno}: {node.value.id}.{node.attr}"
                )
    assert not broken, "now is made in server/clock.py and passed in:\n" + "\n".join(broken)
