"""The hub's settings: one table, read from LUOT_* and luot.toml.

An unknown name is an error, so a typing mistake cannot pass in silence.
"""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

#: What a setting may be: text, a whole number, or true or false.
Value = str | int | bool


class SettingError(Exception):
    """A setting is unknown or of the wrong form; the text says the mend."""


@dataclass(frozen=True)
class Setting:
    """One setting: its name, default (whose type is the setting's) and the sentence that documents
    it.
    """

    name: str
    default: Value
    help: str


def _setting(default: Any, sentence: str) -> Any:
    return field(default=default, metadata={"help": sentence})


@dataclass(frozen=True)
class Settings:
    """The settings in force, each with its default and the sentence that documents it."""

    data: str = _setting("./data", "Folder of the database, the secret and the logs.")
    host: str = _setting(
        "127.0.0.1",
        "Address the hub listens on; the whole network only when told, e.g. 0.0.0.0 behind nginx.",
    )
    port: int = _setting(8100, "Port the hub listens on.")
    database_url: str = _setting(
        "",
        "PostgreSQL address (postgresql+psycopg://user@host/name); empty means SQLite in the data"
        " folder.",
    )
    redis_url: str = _setting(
        "",
        "Redis address of the message queue between several hub processes; empty means one"
        " process.",
    )
    hub_name: str = _setting(
        "",
        "Name of this process among several hub processes, as nginx names it (host:port); empty"
        " means its own address and port.",
    )
    async_mode: str = _setting(
        "eventlet", "How the hub does many things at once: eventlet, gevent or threading."
    )
    log_format: str = _setting(
        "text", "How lines of the log look: text for people, or json, one object a line."
    )
    hours: str = _setting(
        "centre",
        "centre: numbers are given in the centre's ticket hours; always: at any hour"
        " (demonstration, training).",
    )
    public_url: str = _setting(
        "",
        "Address people's phones reach the hub at, printed in the slip's QR; empty means the"
        " address the kiosk uses. Where no phone opens it (127.0.0.1, a name such as hub.lan, https"
        " to a private address) slips carry no QR and managers are told.",
    )
    kiosk_url: str = _setting(
        "http://127.0.0.1:8101", "Address of the kiosk page shown on the hall page."
    )
    secure_cookies: bool = _setting(
        False, "Send session cookies only over TLS; true behind an nginx that ends TLS."
    )
    trusted_proxies: int = _setting(
        0, "How many proxies in front may set X-Forwarded-For; 0 ignores the header."
    )
    ping_seconds: int = _setting(
        10, "Seconds between pings to a screen, and how long its answer may take."
    )
    max_sockets: int = _setting(5000, "How many sockets one hub process accepts at most.")
    max_sockets_per_address: int = _setting(
        2000, "How many sockets one network address may hold at most."
    )
    max_connections_per_address: int = _setting(
        2500,
        "How many connections one network address may hold at most; who has shown no token or"
        " session makes room first. A proxy in front is not counted.",
    )
    head_seconds: int = _setting(
        10,
        "Seconds in which a request's head must be whole, and in which each piece of its body must"
        " come.",
    )
    packet_bytes: int = _setting(16384, "Largest message a socket may send, whole or in fragments.")
    packets_before_joining: int = _setting(
        10, "How many packets a socket may send before it has joined as a screen; then it is cut."
    )
    packets_per_second: int = _setting(
        50,
        "How many packets a second a joined socket may send (four seconds' worth at once); more is"
        " slowed down, and cut after ten seconds of it.",
    )
    packets_per_second_per_address: int = _setting(
        1000, "The same for all joined sockets of one network address together."
    )
    stranger_percent: int = _setting(
        25,
        "Share of the processor that one network address may use for requests without an accepted"
        " token or session (three seconds' worth at once); all such addresses together take twice"
        " that.",
    )
    session_hours: int = _setting(12, "Hours after which staff must log in again, however busy.")
    idle_minutes: int = _setting(
        240, "Minutes without a sign of life after which staff must log in again."
    )
    numbers_per_minute: int = _setting(
        0,
        "Most numbers one device may take in a minute (one address: four times as many); 0 means"
        " 60, and no limit where hours is always.",
    )
    undo_seconds: int = _setting(60, "Seconds in which a clerk can take back the last act.")
    reports_folder: str = _setting(
        "", "Folder of the reports that are written each month; empty means DATA/reports."
    )
    public_folder: str = _setting(
        "",
        "Folder of the open data and of the city page, which a web server may send by itself;"
        " empty means DATA/public.",
    )
    comparing_centres: str = _setting(
        "",
        "Codes of the centres whose managers, administrators and readers of reports may compare the"
        " waits of all centres of this hub, with commas between; * means every centre.",
    )
    delivery_networks: str = _setting(
        "",
        "Networks of the house's own that notices may be sent into, also over plain HTTP (CIDR,"
        " with commas between), e.g. 10.20.0.0/16 for an SMS gateway in the house; empty means"
        " public addresses over HTTPS only.",
    )
    delivery_ca_file: str = _setting(
        "",
        "File of certificates (PEM) that receivers of notices are trusted by beside the public"
        " ones.",
    )
    delivery_contact: str = _setting(
        "",
        "Mail address that push services may write to about the pushes of this house; empty means"
        " LUOT_PUBLIC_URL stands for it.",
    )
    push_services: str = _setting(
        "fcm.googleapis.com,push.services.mozilla.com,push.apple.com,notify.windows.com",
        "Endings of the hosts that phones may be sent web pushes by, with commas between.",
    )
    backup_folder: str = _setting(
        "",
        "Folder of the backups that the hub makes at the times of its settings; empty means"
        " DATA/backups.",
    )
    backup_recipient: str = _setting(
        "",
        "Public key of age (age1…) for which backups are encrypted; its secret half is kept"
        " elsewhere.",
    )
    backup_copy_to: str = _setting(
        "",
        "Where each backup is copied besides: a folder on another machine's disk, or remote:path of"
        " rclone (S3, SFTP, …).",
    )
    oidc_issuer: str = _setting(
        "",
        "The house's own sign-in service (OpenID Connect), as it names itself, e.g."
        " https://id.example.vn; empty means none. Accounts keep their passwords beside it.",
    )
    oidc_name: str = _setting("", "What that service is called on the button of the log-in page.")
    oidc_client_id: str = _setting("", "The name under which that service knows this hub.")
    oidc_secret_file: str = _setting(
        "", "File with the hub's secret for that service; empty means PKCE alone."
    )
    oidc_scopes: str = _setting("openid profile", "What is asked of that service.")
    oidc_acr_values: str = _setting(
        "",
        "How surely somebody must have shown who they are there (acr_values, with spaces between);"
        " an answer with another one is refused. Empty means the service decides.",
    )
    oidc_claims: str = _setting(
        "name=name,login=preferred_username",
        "Which claims administrators are shown of somebody nobody has linked yet.",
    )
    oidc_ca_file: str = _setting(
        "", "File of certificates (PEM) that the service is trusted by instead of the public ones."
    )
    disk_alarm_mb: int = _setting(
        500, "Free megabytes of the data disk below which managers are told."
    )

    @property
    def public(self) -> Path:
        """The folder of what everybody may read."""
        return Path(self.public_folder or Path(self.data) / "public")


SETTINGS = tuple(
    Setting(f.name, getattr(Settings, f.name), f.metadata["help"]) for f in fields(Settings)
)
ASYNC_MODES = ("eventlet", "gevent", "threading")


def load(
    environ: Mapping[str, str] | None = None, file: str | Path | None = None, **given: Any
) -> Settings:
    """The settings in force: defaults, then luot.toml, then LUOT_*, then what the command line gave
    (None = not given).
    """
    environ = os.environ if environ is None else environ
    values: dict[str, Any] = {s.name: s.default for s in SETTINGS}
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
    if values["log_format"] not in ("text", "json"):
        raise SettingError(f"log_format is {values['log_format']!r}; use text or json")
    if values["hours"] not in ("centre", "always"):
        raise SettingError(f"hours is {values['hours']!r}; use centre or always")
    return Settings(**values)


def _kiosk_url(environ: Mapping[str, str]) -> dict[str, str]:
    """LUOT_KIOSK_* are the kiosk's own settings, but its address is the hub's."""
    return {"kiosk_url": environ["LUOT_KIOSK_URL"]} if "LUOT_KIOSK_URL" in environ else {}


def _take(values: dict[str, Any], given: Mapping[str, Any], source: str) -> None:
    for name, raw in given.items():
        if name not in values:
            raise SettingError(
                f"unknown setting {name!r} in {source}; `luot settings` lists them all"
            )
        values[name] = _typed(name, raw, type(values[name]), source)


def _typed(name: str, raw: object, kind: type[Value], source: str) -> Value:
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
