"""Settings of the kiosk: one table; each has a name, a default and one sentence.

Environment `LUOT_KIOSK_*`, or a flag where one exists.
"""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from kiosk.profiles import PROFILES

PREFIX = "LUOT_KIOSK_"
HUBS_OWN = PREFIX + "URL"  # where the hub's hall page finds this kiosk; the hub reads it
HERE = Path(__file__).resolve().parent


class SettingError(ValueError):
    """A setting that cannot be used; the text says how to mend it."""


@dataclass(frozen=True)
class Setting:
    name: str
    default: str
    sentence: str


SETTINGS = (
    Setting("hub", "http://127.0.0.1:8100", "Address of the hub."),
    Setting("token", "", "The token this kiosk shows the hub (`luot token --role kiosk`)."),
    Setting("centre", "thu-duc", "Code of the centre this kiosk stands in."),
    Setting("device", "kiosk-1", "Name of this kiosk, as the centre's file and the slip have it."),
    Setting("host", "127.0.0.1", "Address the page is served on; keep it on loopback."),
    Setting("port", "8101", "Port of the page and of the kiosk's own API."),
    Setting(
        "printer",
        "virtual:",
        "The printer: virtual: | network://HOST:9100 | usb://04b8:0e15 |"
        " serial:///dev/ttyS0?baud=115200 | file:///dev/usb/lp0, with ?profile=NAME.",
    ),
    Setting(
        "printers",
        "/etc/luot/printers",
        "Directory of printer profiles of your own; they come before the shipped ones and need not"
        " exist.",
    ),
    Setting(
        "data",
        "./data/kiosk",
        "Directory of the kiosk's press store, slips of the virtual printer and caches.",
    ),
    Setting(
        "lib",
        str(HERE.parent / "node_modules"),
        "Directory of the front-end packages and fonts (npm).",
    ),
    Setting("ui", str(HERE.parent / "ui"), "Directory of the shared tokens and texts."),
    Setting(
        "hub_wait_ms",
        "1500",
        "How long a press waits for the hub before the kiosk takes a number of its own.",
    ),
    Setting(
        "silence_s",
        "15",
        "Seconds without a word from the hub after which its state is fetched again.",
    ),
    Setting("poll_s", "5", "Seconds between two looks at an idle printer."),
    Setting("fence_s", "10", "Seconds a printer has to confirm a slip after the last byte."),
    Setting(
        "idle_s",
        "30",
        "Seconds without a touch after which the page goes back to the welcome page.",
    ),
    Setting("contrast", "no", "yes: black, white and outlines on every page."),
    Setting("log", "info", "How much is written to stderr: debug, info, warning or error."),
    Setting(
        "log_file",
        "",
        "Also write the log there, four files of 1 MB at most; empty: stderr only, which systemd"
        " keeps and rotates.",
    ),
    Setting("pin", "", "PIN of the staff menu, 4 to 12 digits; empty: the menu is off."),
    Setting(
        "id_cards",
        "off",
        "on: ID cards shown to the scanner are read, for the age and for one live number per person"
        " and field.",
    ),
    Setting(
        "roll_m",
        "0",
        "Metres of paper on a new roll, to warn by the millimetres printed; 0: not counted.",
    ),
)


@dataclass(frozen=True)
class Settings:
    """What one kiosk runs with; every value checked."""

    hub: str
    token: str
    centre: str
    device: str
    host: str
    port: int
    printer: str
    data: Path
    lib: Path
    ui: Path
    hub_wait_s: float
    silence_s: float
    poll_s: float
    fence_s: float
    idle_s: int
    contrast: bool
    log: str
    log_file: str
    pin: str
    id_cards: bool
    roll_m: float


def read_settings(environ: Mapping[str, str] | None = None, **flags: object) -> Settings:
    """The settings of this run: a flag, else `LUOT_KIOSK_…`, else the default.

    An unknown `LUOT_KIOSK_…` name is an error.
    """
    environ = os.environ if environ is None else environ
    names = {setting.name for setting in SETTINGS}
    for name in environ:
        if (
            name.startswith(PREFIX)
            and name != HUBS_OWN
            and name[len(PREFIX) :].lower() not in names
        ):
            raise SettingError(
                f"{name} is not a setting; the names are"
                f" {', '.join(PREFIX + n.upper() for n in sorted(names))}"
            )
    text = {}
    for setting in SETTINGS:
        flag = flags.get(setting.name)
        text[setting.name] = (
            str(flag)
            if flag is not None
            else environ.get(PREFIX + setting.name.upper(), setting.default)
        )
    return _checked(text)


def _checked(text: dict[str, str]) -> Settings:
    hub = text["hub"].rstrip("/")
    if not re.fullmatch(r"https?://[^\s/]+(/\S*)?", hub):
        raise SettingError(f"{PREFIX}HUB must be an http:// or https:// address, not {hub!r}")
    for name in ("centre", "device"):
        if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}", text[name]):
            raise SettingError(
                f"{PREFIX}{name.upper()} must be letters, digits, dots and dashes, not"
                f" {text[name]!r}"
            )
    if text["contrast"] not in ("yes", "no"):
        raise SettingError(f"{PREFIX}CONTRAST must be yes or no, not {text['contrast']!r}")
    if text["log"] not in ("debug", "info", "warning", "error"):
        raise SettingError(
            f"{PREFIX}LOG must be debug, info, warning or error, not {text['log']!r}"
        )
    if text["pin"] and not re.fullmatch(r"[0-9]{4,12}", text["pin"]):
        raise SettingError(f"{PREFIX}PIN must be 4 to 12 digits, or empty")
    if text["id_cards"] not in ("on", "off"):
        raise SettingError(f"{PREFIX}ID_CARDS must be on or off, not {text['id_cards']!r}")
    PROFILES.look_in(Path(text["printers"]))
    return Settings(
        hub=hub,
        token=text["token"].strip(),
        centre=text["centre"],
        device=text["device"],
        host=text["host"],
        port=int(_number(text, "port", 0, 65535)),
        printer=text["printer"],
        data=Path(text["data"]).expanduser().resolve(),
        lib=Path(text["lib"]).resolve(),
        ui=Path(text["ui"]).resolve(),
        hub_wait_s=_number(text, "hub_wait_ms", 50, 10_000) / 1000,
        silence_s=_number(text, "silence_s", 1, 600),
        poll_s=_number(text, "poll_s", 0.1, 600),
        fence_s=_number(text, "fence_s", 0.2, 120),
        idle_s=int(_number(text, "idle_s", 5, 3600)),
        contrast=text["contrast"] == "yes",
        log=text["log"],
        log_file=text["log_file"],
        pin=text["pin"],
        id_cards=text["id_cards"] == "on",
        roll_m=_number(text, "roll_m", 0, 500),
    )


def _number(text: dict[str, str], name: str, low: float, high: float) -> float:
    try:
        value = float(text[name])
    except ValueError:
        raise SettingError(f"{PREFIX}{name.upper()} must be a number, not {text[name]!r}") from None
    if not low <= value <= high:
        raise SettingError(
            f"{PREFIX}{name.upper()} must be from {low:g} to {high:g}, not {text[name]}"
        )
    return value
