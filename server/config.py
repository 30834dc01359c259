"""The hub's settings: one table, read from LUOT_* and luot.toml.

An unknown name is an error, so a typing mistake cannot pass in silence.
"""

import os
import tomllib
from dataclasses import dataclass, make_dataclass
from pathlib import Path


class SettingError(Exception):
    """A setting is unknown or of the wrong form; the text says the mend."""


@dataclass(frozen=True)
class Setting:
    """One setting: its name, default (whose type is the setting's) and the sentence that documents
    it.
    """

    name: str
    default: object
    help: str


SETTINGS = (
    Setting("data", "./data", "Folder of the database, the secret and the logs."),
    Setting(
        "host",
        "127.0.0.1",
        "Address the hub listens on; the whole network only when told, e.g. 0.0.0.0 behind nginx.",
    ),
    Setting("port", 8100, "Port the hub listens on."),
    Setting(
        "database_url",
        "",
        "PostgreSQL address (postgresql+psycopg://user@host/name); empty means SQLite in the data"
        " folder.",
    ),
    Setting(
        "redis_url",
        "",
        "Redis address of the message queue between several hub processes; empty means one"
        " process.",
    ),
    Setting(
        "async_mode",
        "eventlet",
        "How the hub does many things at once: eventlet, gevent or threading.",
    ),
    Setting(
        "hours",
        "centre",
        "centre: numbers are given in the centre's ticket hours; always: at any hour"
        " (demonstration, training).",
    ),
    Setting(
        "public_url",
        "",
        "Address people's phones reach the hub at, printed in the slip's QR; empty means the"
        " address the kiosk uses.",
    ),
    Setting(
        "kiosk_url", "http://127.0.0.1:8101", "Address of the kiosk page shown on the hall page."
    ),
    Setting(
        "secure_cookies",
        False,
        "Send session cookies only over TLS; true behind an nginx that ends TLS.",
    ),
    Setting(
        "trusted_proxies",
        0,
        "How many proxies in front may set X-Forwarded-For; 0 ignores the header.",
    ),
    Setting(
        "ping_seconds", 10, "Seconds between pings to a screen, and how long its answer may take."
    ),
    Setting("max_sockets", 5000, "How many sockets one hub process accepts at most."),
    Setting(
        "max_sockets_per_address", 2000, "How many sockets one network address may hold at most."
    ),
    Setting(
        "max_connections_per_address",
        2500,
        "How many connections one network address may hold at most; who has shown no token or"
        " session makes room first. A proxy in front is not counted.",
    ),
    Setting(
        "head_seconds",
        10,
        "Seconds in which a request's head must be whole, and in which each piece of its body must"
        " come.",
    ),
    Setting("packet_bytes", 16384, "Largest message a socket may send, whole or in fragments."),
    Setting(
        "packets_before_joining",
        10,
        "How many packets a socket may send before it has joined as a screen; then it is cut.",
    ),
    Setting(
        "packets_per_second",
        50,
        "How many packets a second a joined socket may send (four seconds' worth at once); more is"
        " slowed down, and cut after ten seconds of it.",
    ),
    Setting(
        "packets_per_second_per_address",
        1000,
        "The same for all joined sockets of one network address together.",
    ),
    Setting(
        "stranger_percent",
        25,
        "Share of the processor that one network address may use for requests without an accepted"
        " token or session (three seconds' worth at once); all such addresses together take twice"
        " that.",
    ),
    Setting("session_hours", 12, "Hours after which staff must log in again, however busy."),
    Setting(
        "idle_minutes", 240, "Minutes without a sign of life after which staff must log in again."
    ),
    Setting(
        "numbers_per_minute",
        0,
        "Most numbers one device may take in a minute (one address: four times as many); 0 means"
        " 60, and no limit where hours is always.",
    ),
    Setting("undo_seconds", 60, "Seconds in which a clerk can take back the last act."),
    Setting("disk_alarm_mb", 500, "Free megabytes of the data disk below which managers are told."),
)

Settings = make_dataclass("Settings", [(s.name, type(s.default)) for s in SETTINGS], frozen=True)
ASYNC_MODES = ("eventlet", "gevent", "threading")


def load(environ=None, file=None, **given):
    """The settings in force: defaults, then luot.toml, then LUOT_*, then what the command line gave
    (None = not given).
    """
    environ = os.environ if environ is None else environ
    values = {s.name: s.default for s in SETTINGS}
    path = Path(file or environ.get("LUOT_CONFIG") or "luot.toml")
    if path.exists():
        try:
            _take(values, tomllib.loads(path.read_text("utf-8")), str(path))
        except tomllib.TOMLDecodeError as error:
            raise SettingError(f"{path}: {error}; mend that line") from None
    _take(
        values,
        {
            k[5:].lower(): v
            for k, v in environ.items()
            if k.startswith("LUOT_")
            and not k.startswith("LUOT_KIOSK_")
            and k not in ("LUOT_CONFIG", "LUOT_NO_APT")
        }
        | _kiosk_url(environ),
        "the environment",
    )
    _take(values, {k: v for k, v in given.items() if v is not None}, "the command line")
    if values["async_mode"] not in ASYNC_MODES:
        raise SettingError(
            f"async_mode is {values['async_mode']!r}; use one of {', '.join(ASYNC_MODES)}"
        )
    if values["hours"] not in ("centre", "always"):
        raise SettingError(f"hours is {values['hours']!r}; use centre or always")
    return Settings(**values)


def _kiosk_url(environ):
    """LUOT_KIOSK_* are the kiosk's own settings, but its address is the hub's."""
    return {"kiosk_url": environ["LUOT_KIOSK_URL"]} if "LUOT_KIOSK_URL" in environ else {}


def _take(values, given, source):
    for name, raw in given.items():
        if name not in values:
            raise SettingError(
                f"unknown setting {name!r} in {source}; `luot settings` lists them all"
            )
        values[name] = _typed(name, raw, type(values[name]), source)


def _typed(name, raw, kind, source):
    if isinstance(raw, kind) and not (kind is int and isinstance(raw, bool)):
        return raw
    text = str(raw).strip()
    if kind is bool and text.lower() in ("1", "true", "yes", "0", "false", "no"):
        return text.lower() in ("1", "true", "yes")
    if kind is int and text.lstrip("-").isdigit():
        return int(text)
    if kind is str and isinstance(raw, (str, int)):
        return text
    wanted = {bool: "true or false", int: "a whole number"}.get(kind, "text")
    raise SettingError(f"{name} is {raw!r} in {source}; it must be {wanted}")
