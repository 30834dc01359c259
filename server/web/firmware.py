"""LED boards and call pads made in the browser: a file to flash them with (a ZIP, base64), once."""

import base64
import secrets
from typing import Any

from flask import Blueprint, Response, jsonify, request

from ..acts import Refusal
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
    broker = _broker(actor.centre)
    if asked["name"] in broker.accounts():
        raise Refusal("bad_request", key="name", problem="taken")
    return _made(actor, asked, None)


@firmware_pages.post("/<device>/firmware")
def remake(centre: str, device: str) -> Response:
    """New secrets for an LED board or pad that is there; the old ones open nothing any more."""
    actor = allowed("devices", centre)
    asked = read(RemakeFirmware, json_body())
    _broker(actor.centre)
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
    return _made(
        actor, {**asked, **{key: there[key] for key in ("kind", "name", "counter")}}, device
    )


def _broker(centre: str) -> Broker:
    """The broker's folder, whole. Raises Refusal("no_broker")."""
    if not broker_is_here():
        raise Refusal("no_broker", problem="no_broker_here")
    broker = Broker(parts().settings.data)
    try:
        broker.prepare(_host())
    except (BrokerTrouble, OSError) as trouble:
        raise Refusal("no_broker", problem=str(trouble)) from None
    return broker


def _host() -> str:
    return str(request.host).rpartition(":")[0] or str(request.host)


def _made(actor: Any, asked: dict[str, Any], replaces: str | None) -> Response:
    luot = parts()
    token, wifi = secrets.token_urlsafe(32), asked.get("wifi") or NO_WIFI
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
    try:
        package = firmware(
            luot.settings.data,
            actor.centre,
            luot.settings.port,
            Firmware(
                asked["kind"],
                asked["name"],
                str(asked["counter"]),
                token,
                (luot.settings.public_url or request.host_url).rstrip("/"),
                (wifi["ssid"], wifi["password"]),
            ),
            lambda: acts.bridge_token(luot.context, actor.centre),
        )
    except (BrokerTrouble, OSError) as trouble:
        raise Refusal("no_broker", problem=str(trouble)) from None
    file = base64.b64encode(package.zipped(asked["name"])).decode("ascii")
    response = jsonify({**answer, "name": asked["name"], "file": file})
    response.headers["Cache-Control"] = "no-store"
    return response


def leave_broker(centre: str, device: str) -> None:
    """Take the account of a board or pad that was shut off away, where the broker is here."""
    luot = parts()
    name = acts.name_behind(luot.context, centre, device)
    if name is not None and broker_is_here():
        Broker(luot.settings.data).remove(name)
        BridgeFolder(luot.settings.data, centre).remove_pad(name)
