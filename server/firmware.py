"""What an LED board or call pad is flashed with: its program and its own secrets, an account at the
broker, and for a pad the bridge's right to press for it.
"""

import io
import secrets
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from .broker import BridgeFolder, Broker, BrokerTrouble

CONFIGS = Path(__file__).resolve().parents[1] / "firmware_configs"
#: Files of a program that another takes the place of, or that belong to its development.
_LEFT_OUT = {"secrets.example.yaml", "host.yaml"}


@dataclass(frozen=True)
class Firmware:
    """What is to be flashed. kind: led or pad; hub: the address devices reach the hub at; network:
    name and password of the Wi-Fi.
    """

    kind: str
    name: str
    counter: str
    token: str
    hub: str
    network: tuple[str, str]

    @property
    def part(self) -> str:
        """The folder of its program in firmware_configs."""
        return "counter_led" if self.kind == "led" else "call_pad"


@dataclass(frozen=True)
class Package:
    """files: `{path: text}` of a folder that ESPHome makes the program from; mains: the paths it is
    started with, one a way to the network.
    """

    files: Mapping[str, str]
    mains: list[str]

    def zipped(self, folder: str) -> bytes:
        """The same as a ZIP file, within one folder."""
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
            for path, text in self.files.items():
                packed.writestr(f"{folder}/{path}", text)
        return made.getvalue()


def firmware(
    data: str | Path,
    centre: str,
    port: int,
    wanted: Firmware,
    bridge_token: str | None,
) -> Package:
    """Give a device a new account at the broker, and whoever had it before none; what it is flashed
    with.

    bridge_token: what the bridge is known by to the hub, where the centre had none before. Raises
    BrokerTrouble.
    """
    broker, bridge = Broker(data), BridgeFolder(data, centre)
    host = urlsplit(wanted.hub).hostname
    if host is None:
        raise BrokerTrouble(f"{wanted.hub!r} is no address at which devices reach the hub")
    broker.prepare(host)
    if bridge_token is not None:
        bridge.prepare(broker, port, bridge_token)
    is_led = wanted.kind == "led"
    now = [f"topic read luot/{centre}/counter/{wanted.counter}/now"] if is_led else []
    password = broker.add(wanted.name, [f"topic read luot/{centre}/hub", *now])
    if not is_led:
        bridge.add_pad(wanted.name, wanted.counter, wanted.token)
    secret = {
        "name": wanted.name,
        "centre": centre,
        "hub": host,
        "ota_password": secrets.token_urlsafe(12),
        "mqtt_user": wanted.name,
        "mqtt_password": password,
        "wifi_ssid": wanted.network[0],
        "wifi_password": wanted.network[1],
    }
    if is_led:
        secret |= {
            "counter": wanted.counter,
            "hub_url": wanted.hub,
            "bearer": f"Bearer {wanted.token}",
        }
    authority = "".join(f"  {line}\n" for line in broker.authority.read_text("utf-8").splitlines())
    files = dict(_program(wanted.part)) | dict(_program("esphome"))
    mains = sorted(path for path in files if path.count("/") == 1 and path.startswith(wanted.part))
    files[f"{wanted.part}/secrets.yaml"] = (
        "".join(f"{key}: {_quoted(value)}\n" for key, value in secret.items())
        + f"hub_ca: |\n{authority}"
    )
    return Package(files, [path for path in mains if path.endswith(".yaml")])


def _program(part: str) -> dict[str, str]:
    """`{path: text}` of a folder of firmware_configs."""
    return {
        str(file.relative_to(CONFIGS)): file.read_text("utf-8")
        for file in sorted((CONFIGS / part).rglob("*"))
        if file.is_file() and file.name not in _LEFT_OUT and ".esphome" not in file.parts
    }


def _quoted(value: str) -> str:
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
