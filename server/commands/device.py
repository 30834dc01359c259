"""`luot device`: a ready folder for a new device, the list of devices, and shutting one off."""

import re
import sys
from pathlib import Path
from urllib.parse import quote, urlsplit

import click

from domain.centre import Centre

from ..acts import ActContext
from ..acts.pairing import BRIDGE, register
from ..broker import BridgeFolder, Broker, BrokerTrouble, write
from ..clock import now_ms
from ..config import Settings
from ..firmware import Firmware, firmware
from ..store import pairing
from ..store import people as rows
from .common import centre_option, context_of, data_option, one_line_errors, only_centre, opened

KINDS = ("kiosk", "board", "sign", "led", "pad")
#: An account at the broker, a file name and a word in topics all at once.
NAME = re.compile(r"^[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?$")


@click.group()
def device() -> None:
    """Devices of the hall: a ready folder for a new one, the list, shutting one off."""


@device.command()
@click.argument("kind", type=click.Choice(KINDS), metavar="KIND")
@click.argument("name", metavar="NAME")
@data_option
@centre_option
@click.option("--counter", help="For sign, led and pad: the counter it belongs to.")
@click.option("--zone", help="For board: the zone it shows.")
@click.option(
    "--printer",
    default="usb://04b8:0e15?profile=tm-t20",
    show_default=True,
    help="For kiosk: the printer's address.",
)
@click.option(
    "--hub",
    metavar="URL",
    help="Address at which devices reach the hub; LUOT_PUBLIC_URL, else https://hub.lan.",
)
@click.option(
    "--wifi",
    metavar="SSID",
    help="For led and pad: the Wi-Fi; its password is read from standard input.",
)
@click.option("--silent", is_flag=True, help="For board: shows, does not speak.")
@click.option(
    "--out", type=click.Path(file_okay=False), default=".", help="Where the folder NAME is made."
)
@one_line_errors
def new(
    kind: str,
    name: str,
    data: str | None,
    centre: str | None,
    counter: str | None,
    zone: str | None,
    printer: str,
    hub: str | None,
    wifi: str | None,
    silent: bool,
    out: str,
) -> None:
    """Write the folder NAME with everything a new KIND (kiosk, board, sign, led, pad) needs.

    Its secrets stand in it and nowhere else; the hub keeps their hashes.
    """
    if not NAME.match(name):
        sys.exit(
            f"luot: {name!r} is no name for a device; use small letters a-z, figures and hyphens,"
            f" at most 32, as in {kind}-1"
        )
    settings, store = opened(data)
    code, context = only_centre(store, centre), context_of(settings, store)
    counter, zone = _place(kind, counter, zone, context.centre(code))
    folder = Path(out) / name
    if folder.exists():
        sys.exit(f"luot: {folder} is there already; move it away or choose another --out")
    hub = (hub or settings.public_url or "https://hub.lan").rstrip("/")
    if urlsplit(hub).scheme not in ("http", "https") or not urlsplit(hub).hostname:
        sys.exit(f"luot: --hub must be an address such as https://hub.lan, not {hub!r}")
    network = (wifi, sys.stdin.readline().rstrip("\n")) if wifi else ("not-used", "not-used")
    broker = Broker(settings.data)
    if kind in ("led", "pad") and broker.is_taken(name):
        sys.exit(
            f"luot: the broker has a device {name!r} already; shut it off first with `luot device"
            f" revoke {name}`, or choose another name"
        )
    role = {"pad": "counter", "kiosk": "kiosk"}.get(kind, "board")
    token = register(
        context, code, role, kind, name, counter, zone, sound=kind == "board" and not silent
    )
    folder.mkdir(parents=True, mode=0o700)
    if kind == "kiosk":
        write(
            folder / "kiosk.env",
            _env(
                LUOT_KIOSK_HUB=hub,
                LUOT_KIOSK_TOKEN=token,
                LUOT_KIOSK_CENTRE=code,
                LUOT_KIOSK_DEVICE=name,
                LUOT_KIOSK_PRINTER=printer,
            ),
        )
        next_step = (
            "copy kiosk.env to /etc/luot/kiosk.env on the kiosk (mode 0600), see"
            " docs/devices/kiosk.md"
        )
    elif kind in ("board", "sign"):
        if counter is not None:  # _place() answers one for a sign, none for a board
            path = f"sign/{code}/{quote(counter)}"
        else:
            path = f"board/{code}" + (f"?zone={quote(zone)}" if zone else "")
        write(folder / "board.env", _env(LUOT_BOARD_URL=f"{hub}/{path}#token={token}"))
        next_step = (
            "copy board.env to /etc/luot/board.env on the player (mode 0640, root:board), or open"
            " the address in it on the screen, see docs/devices/board.md"
        )
    else:
        assert counter is not None  # _place() answers one for these
        next_step = _esp(kind, name, code, counter, token, hub, network, folder, settings, context)
    click.echo(f"{folder}: {next_step}")


def _place(
    kind: str, counter: str | None, zone: str | None, centre: Centre
) -> tuple[str | None, str | None]:
    """Counter and zone, checked against the centre's file."""
    counters = list(centre.counters)
    if kind in ("sign", "led", "pad"):
        if counter is None or str(counter) not in counters:
            sys.exit(
                f"luot: a {kind} belongs to a counter; give --counter with one of:"
                f" {', '.join(counters)}"
            )
        return str(counter), None
    zones = list(centre.zones)
    if kind == "board" and zone and zone not in zones:
        sys.exit(f"luot: there is no zone {zone!r}; the zones are: {', '.join(zones)}")
    return None, zone if kind == "board" else None


def _esp(
    kind: str,
    name: str,
    code: str,
    counter: str,
    token: str,
    hub: str,
    network: tuple[str, str],
    folder: Path,
    settings: Settings,
    context: ActContext,
) -> str:
    """Firmware with its secrets, an account at the broker, and for a pad the bridge's right to
    press for it; what to do with the folder. `network` is name and password of the Wi-Fi.
    """
    try:
        package = firmware(
            settings.data,
            code,
            settings.port,
            Firmware(kind, name, counter, token, hub, network),
            None
            if BridgeFolder(settings.data, code).is_ready
            else register(context, code, "board", BRIDGE, BRIDGE),
        )
    except BrokerTrouble as trouble:
        sys.exit(f"luot: {trouble}")
    for path, text in package.files.items():
        write(folder / path, text)
    return (
        f"on a PC with ESPHome and the ESP32 on USB: esphome run {folder / package.mains[0]} (or"
        f" {', '.join(Path(main).name for main in package.mains[1:])}), see"
        f" docs/devices/{kind}.md; then start the bridge: luot bridge --centre {code}"
    )


def _env(**values: str) -> str:
    return "".join(f"{name}={value}\n" for name, value in values.items())


@device.command("list")
@data_option
@centre_option
@one_line_errors
def list_(data: str | None, centre: str | None) -> None:
    """Every device of a centre: id, kind, name, place, whether it is on."""
    settings, store = opened(data)
    code = only_centre(store, centre)
    pads = {p.stem for p in (Path(settings.data) / "bridge" / code / "pads").glob("*.json")}
    accounts = set(Broker(settings.data).accounts())
    with store.read() as conn:
        for row in rows.devices(conn, code):
            screen = pairing.screen_of(conn, row.id)[0]
            # those made before the kind was kept are known by their account
            if screen:
                kind = screen
            elif row.role == "counter" and row.name in pads:
                kind = "pad"
            elif row.role == "board" and row.name in accounts:
                kind = "led"
            else:
                kind = row.role
            place = row.counter or row.zone or ""
            state = "revoked" if row.revoked_at else "on"
            click.echo(f"{row.id}\t{kind}\t{row.name}\t{place}\t{state}")


@device.command()
@click.argument("which", metavar="NAME")
@data_option
@centre_option
@one_line_errors
def revoke(which: str, data: str | None, centre: str | None) -> None:
    """Shut a device off by its name or id: its token, and its account at the broker.

    A running hub drops it within 5 s, the broker at once.
    """
    settings, store = opened(data)
    code = only_centre(store, centre)
    with store.change() as conn:
        revoked = [
            row
            for row in rows.devices(conn, code)
            if which in (row.id, row.name) and row.revoked_at is None
        ]
        for row in revoked:
            rows.revoke_device(conn, row.id, now_ms())
    if not revoked:
        sys.exit(f"luot: there is no device {which!r} that is on; `luot device list` lists them")
    for row in revoked:
        Broker(settings.data).remove(row.name)
        BridgeFolder(settings.data, code).remove_pad(row.name)
        click.echo(f"{row.name} ({row.id}): shut off")
