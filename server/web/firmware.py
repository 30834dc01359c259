"""LED boards and call pads made in the browser: a file to flash them with (a ZIP, base64), once."""

import base64
import secrets
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Response, jsonify, request

from ..acts import Actor, Refusal
from ..acts import pairing as acts
from ..broker import BridgeFolder, Broker, BrokerTrouble
from ..firmware import CONFIGS, Firmware, firmware
from ..payloads import read
from ..payloads.screens import MakeFirmware, RemakeFirmware
from .auth import allowed, answered, json_body, parts

firmware_pages = Blueprint("firmware", __name__, url_prefix="/api/v1/<centre>/devices")

#: ESPHome wants a network named, whichever it uses.
NO_WIFI = {"ssid": "not-used", "password": "not-used"}


def broker_is_here() -> bool:
    """Whether the broker of LED boards and pads stands on this hub's machine: of several hubs'
    machines none knows, and a container has no programs of theirs (docs/mqtt.md).
    """
    return not parts().settings.hub_name and CONFIGS.is_dir()


@firmware_pages.post("/firmware")
def make(centre: str) -> Response:
    """A new LED board or pad: the file it is flashed with."""
    actor = allowed("devices", centre)
    asked = read(MakeFirmware, json_body())
    if Broker(parts().settings.data).is_taken(asked["name"]):
        raise Refusal("bad_request", key="name", problem="taken")
    return _made(actor, asked, None)


@firmware_pages.post("/<device>/firmware")
def remake(centre: str, device: str) -> Response:
    """New secrets for an LED board or pad that is there; the old ones open nothing any more."""
    actor = allowed("devices", centre)
    asked = read(RemakeFirmware, json_body())
    there = next(
        (
            row
            for row in acts.devices(parts().context, centre)["devices"]
            if row["device"] == device and row["kind"] in acts.BEHIND_ROLES
        ),
        None,
    )
    if there is None:
        raise Refusal("unknown_device")
    about = {key: there[key] for key in ("kind", "name", "counter")}
    return _made(actor, {**asked, **about}, device)


def _made(actor: Actor, asked: dict[str, Any], replaces: str | None) -> Response:
    """One after another, the work with files beside the loop."""
    if not broker_is_here():
        raise Refusal("no_broker", problem="no_broker_here")
    luot = parts()
    data = luot.settings.data
    hub = (luot.settings.public_url or request.host_url).rstrip("/")
    token, wifi = secrets.token_urlsafe(32), asked.get("wifi") or NO_WIFI
    try:
        with luot.log_ins.of("broker"):
            # before the act: what cannot be made here changes nothing. The first time it starts
            # processes of its own, which gevent does on its loop only
            Broker(data).prepare(urlsplit(hub).hostname or "")
            answer = acts.make_device(
                luot.context,
                actor,
                asked["request_id"],
                kind=asked["kind"],
                name=asked["name"],
                counter=asked["counter"],
                token_hash=luot.identity.hash_of(token),
                replaces=replaces,
            )
            if not answer["ok"]:
                return answered(answer)
            luot.identity.forget()  # the secret before it opens no more
            wanted = Firmware(
                asked["kind"],
                asked["name"],
                str(asked["counter"]),
                token,
                hub,
                (wifi["ssid"], wifi["password"]),
            )
            bridge = BridgeFolder(data, actor.centre)
            file = luot.identity.off_loop(
                _packed,
                data,
                actor.centre,
                luot.settings.port,
                wanted,
                None if bridge.is_ready else _bridge_token(actor.centre),
            )
    except (BrokerTrouble, OSError) as trouble:
        raise Refusal("no_broker", problem=str(trouble)) from None
    response = jsonify({**answer, "name": asked["name"], "file": file})
    response.headers["Cache-Control"] = "no-store"
    return response


def _packed(data: str, centre: str, port: int, wanted: Firmware, token: str | None) -> str:
    package = firmware(data, centre, port, wanted, token)
    return base64.b64encode(package.zipped(wanted.name)).decode("ascii")


def _bridge_token(centre: str) -> str:
    return acts.register(parts().context, centre, "board", acts.BRIDGE, acts.BRIDGE)


def leave_broker(centre: str, device: str) -> None:
    """Take the account of a board or pad that was shut off away, where the broker is here."""
    data = parts().settings.data
    name = acts.name_behind(parts().context, centre, device)
    if name is not None and broker_is_here():
        Broker(data).remove(name)
        BridgeFolder(data, centre).remove_pad(name)
