"""The printer's address: one text that names the way to it and its profile."""

import re
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from kiosk.profiles import PROFILES, Profile, ProfileError
from kiosk.settings import SettingError

OPTIONS = {
    "virtual": {"profile", "port"},
    "network": {"profile"},
    "usb": {"profile", "in_ep", "out_ep"},
    "serial": {"profile", "baud"},
    "file": {"profile"},
}
RASTER_BAUD = 115200  # below this a raster slip takes longer than anybody waits


@dataclass(frozen=True)
class PrinterAddress:
    kind: str
    profile: Profile
    host: str = ""
    port: int = 0
    vendor: int = 0
    product: int = 0
    in_ep: int = 0x82
    out_ep: int = 0x01
    path: str = ""
    baud: int = 115200

    @property
    def short_layout(self) -> bool:
        """Whether the line is too slow for a drawn slip."""
        return self.kind == "serial" and self.baud < RASTER_BAUD

    def __str__(self) -> str:
        where = {
            "network": f"{self.host}:{self.port}",
            "usb": f"{self.vendor:04x}:{self.product:04x}",
        }.get(self.kind, self.path)
        return f"{self.kind}:{'//' if where else ''}{where} ({self.profile.name})"


def read_address(text: str) -> PrinterAddress:
    """`virtual:`, `network://HOST:9100`, `usb://04b8:0e15`, `serial:///dev/ttyS0?baud=115200`,
    `file:///dev/usb/lp0`, each with `?profile=NAME`.
    """
    try:
        parts = urlsplit(text.strip())
        asked_port = parts.port if parts.scheme == "network" else None
    except ValueError as wrong:
        raise SettingError(f"printer address {text!r}: {wrong}") from None
    kind = parts.scheme
    if kind not in OPTIONS:
        raise SettingError(
            f"printer address {text!r} must begin with {', '.join(k + ':' for k in OPTIONS)}"
        )
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    unknown = sorted(set(options) - OPTIONS[kind])
    if unknown:
        raise SettingError(
            f"printer address {text!r}: {unknown[0]} is not an option of {kind}: (known:"
            f" {', '.join(sorted(OPTIONS[kind]))})"
        )
    name = options.get("profile") or ("blind-80mm" if kind == "file" else "80mm")
    try:
        profile = PROFILES[name]
    except KeyError:
        raise SettingError(
            f"printer profile {name!r} is not known; known are {', '.join(sorted(PROFILES))}"
        ) from None
    except ProfileError as wrong:
        raise SettingError(str(wrong)) from None
    if kind == "virtual":
        return PrinterAddress(
            kind, profile, host="127.0.0.1", port=_whole(text, options, "port", 0, 0, 65535)
        )
    if kind == "network":
        if not parts.hostname:
            raise SettingError(
                f"printer address {text!r} must name a host, as in network://192.168.1.60:9100"
            )
        return PrinterAddress(kind, profile, host=parts.hostname, port=asked_port or 9100)
    if kind == "usb":
        ids = re.fullmatch(r"([0-9A-Fa-f]{4}):([0-9A-Fa-f]{4})", parts.netloc)
        if not ids:
            raise SettingError(
                f"printer address {text!r} must name vendor and product, as in usb://04b8:0e15"
            )
        return PrinterAddress(
            kind,
            profile,
            vendor=int(ids[1], 16),
            product=int(ids[2], 16),
            in_ep=_whole(text, options, "in_ep", 0x82, 0x81, 0x8F),
            out_ep=_whole(text, options, "out_ep", 0x01, 0x01, 0x0F),
        )
    if not parts.path.startswith("/") or parts.netloc:
        raise SettingError(
            f"printer address {text!r} must name a device file, as in"
            f" {kind}:///dev/{'ttyS0' if kind == 'serial' else 'usb/lp0'}"
        )
    return PrinterAddress(
        kind, profile, path=parts.path, baud=_whole(text, options, "baud", 115200, 1200, 921600)
    )


def _whole(text: str, options: dict[str, str], name: str, default: int, low: int, high: int) -> int:
    try:
        value = int(options.get(name, str(default)), 0)
    except ValueError:
        value = -1
    if not low <= value <= high:
        raise SettingError(
            f"printer address {text!r}: {name} must be a whole number from {low} to {high}"
        )
    return value
