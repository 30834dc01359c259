"""Pairing new screens and looking after those that are there: the API, and the page for managers
and administrators.
"""

import io
import re

import qrcode
import qrcode.image.svg
from flask import Blueprint, Response, jsonify, request, send_from_directory
from flask.typing import ResponseReturnValue

from domain import displays
from domain.phone_address import phone_problem

from .. import VERSION
from ..accounts import pairing_codes
from ..acts import pairing as acts
from ..payloads import BadPayload, Press, read
from ..payloads.screens import AskPairing, ChangeScreen, GroupDevices, LookUp, Pair, RenewToken
from .auth import NotAllowed, allowed, answered, caller, json_body, parts
from .files import ROOT
from .firmware import broker_is_here, leave_broker
from .offered import languages_of_screens
from .pages import choose_language, remember_language, words
from .staff_page import staff_page

devices = Blueprint("devices", __name__, template_folder="templates")
devices.before_request(choose_language)
devices.after_request(remember_language)
devices.context_processor(words)

CODE = re.compile(rf"^[{pairing_codes.LETTERS}]{{{pairing_codes.CODE_LENGTH}}}$")
#: An LED board without MQTT asks every second; one that has not asked for so long is off.
ASKS_WITHIN_MS = 15_000
NAMESPACES = {"board": "/board", "kiosk": "/kiosk", "counter": "/counter", "manager": "/manager"}


@devices.get("/devices")
def page() -> ResponseReturnValue:
    """Every screen of the hall and how it is; pairing; the emergency text."""
    return staff_page(
        "devices.html",
        "devices",
        layouts=displays.LAYOUTS,
        orientations=displays.ORIENTATIONS,
        themes=displays.THEMES,
        arrows=displays.ARROWS,
        langs_of=languages_of_screens,
        kinds=displays.KINDS,
        flashes=broker_is_here(),
        code=(request.args.get("code") or "")[:12],
    )


@devices.get("/pair")
def pair_page() -> Response:
    """A new screen of either kind: type this address on it, and it shows its code."""
    response = send_from_directory(ROOT / "display", "pair.html", max_age=0)
    response.headers["Cache-Control"] = "no-cache"
    return response


@devices.post("/api/v1/pairing")
def ask() -> Response:
    """A new screen asks for a code."""
    asked = read(AskPairing, json_body())
    about = {
        key: asked[key]
        for key in ("screen", "browser", "name", "version", "printer")
        if asked.get(key)
    }
    context = parts().context
    if asked.get("centre") is not None:
        context.centre(asked["centre"])  # Refusal("unknown_centre")
    return jsonify(
        {
            "ok": True,
            **pairing_codes.ask_code(
                context.store,
                context.clock(),
                asked["claim"],
                asked.get("kind", "board"),
                request.remote_addr or "",
                asked.get("centre"),
                about,
            ),
        }
    )


@devices.get("/api/v1/pairing")
def state() -> Response:
    """What became of it; the screen's secret is the bearer token."""
    header = request.headers.get("Authorization", "")
    claim = header[7:].strip() if header.lower().startswith("bearer ") else ""
    if not re.fullmatch(r"[A-Za-z0-9_-]{43}", claim):
        raise BadPayload("Authorization", "bearer")
    context = parts().context
    state = pairing_codes.state_of_claim(context.store, context.clock(), claim)
    return jsonify({"ok": True, **state})


@devices.post("/api/v1/pairing/renew")
def renew() -> Response:
    """A device gives itself a new token; its old one is the bearer token."""
    actor, csrf = caller()
    if actor.device is None or csrf is not None:
        raise NotAllowed(403)
    asked = read(RenewToken, json_body())
    parts().identity.renew(request.headers["Authorization"][7:].strip(), asked["claim"])
    return jsonify({"ok": True})


@devices.get("/api/v1/pairing/qr.svg")
def qr() -> Response:
    """The QR that opens the page of devices with this code filled in; 204 where no phone reaches
    the hub's address (the code is then typed).
    """
    code = request.args.get("code", "")
    if not CODE.match(code):
        raise BadPayload("code")
    address = (parts().settings.public_url or request.host_url).rstrip("/")
    if phone_problem(address) is not None:
        return Response(status=204)
    drawn = io.BytesIO()
    qrcode.make(
        f"{address}/devices?code={code}", image_factory=qrcode.image.svg.SvgPathImage, border=2
    ).save(drawn)
    return Response(
        drawn.getvalue(), mimetype="image/svg+xml", headers={"Cache-Control": "max-age=600"}
    )


@devices.post("/api/v1/<centre>/pairings")
def look_up(centre: str) -> Response:
    """The screen that shows this code. A POST, since wrong codes are counted."""
    actor, context = allowed("devices", centre), parts().context
    code = read(LookUp, json_body())["code"]
    screen = pairing_codes.look_up(context.store, context.clock(), actor.id, actor.centre, code)
    return jsonify({"ok": True, "screen": screen})


@devices.get("/api/v1/<centre>/devices")
def listed(centre: str) -> Response:
    """Every device that is on, and how it is."""
    allowed("devices", centre)
    answer = acts.devices(parts().context, centre)
    for row in answer["devices"]:
        row["online"] = parts().presence.is_online(row["device"])
        asked = parts().presence.asked_at(row["device"])
        if row["kind"] == "led" and row["on"] is None and asked is not None:
            row.update(on=answer["at"] - asked < ASKS_WITHIN_MS, seen_at=asked)
    return jsonify({"ok": True, "version": VERSION, **answer})


@devices.post("/api/v1/<centre>/devices")
def pair(centre: str) -> Response:
    """Say what a new screen is."""
    actor = allowed("devices", centre)
    asked = read(Pair, json_body())
    replaces = asked.get("replaces")
    answer = acts.pair(parts().context, actor, asked.pop("request_id"), **asked)
    parts().identity.forget()  # its secret was no token a moment ago
    if answer["ok"] and replaces:
        cut(replaces)  # the old machine is on the line still, and must do nothing more there
    return answered(answer)


@devices.post("/api/v1/<centre>/device-groups")
def group(centre: str) -> Response:
    """Put machines into a group, or take them out of theirs."""
    actor = allowed("devices", centre)
    asked = read(GroupDevices, json_body())
    return answered(acts.group_devices(parts().context, actor, asked.pop("request_id"), **asked))


@devices.post("/api/v1/<centre>/devices/<device>")
def change(centre: str, device: str) -> Response:
    """Say anew what a screen is or how it looks."""
    actor = allowed("devices", centre)
    asked = read(ChangeScreen, json_body())
    return answered(
        acts.change_screen(parts().context, actor, asked.pop("request_id"), device, **asked)
    )


@devices.post("/api/v1/<centre>/devices/<device>/shut-off")
def shut_off(centre: str, device: str) -> Response:
    """Take a device's token from it; it is off the line at once."""
    actor = allowed("devices", centre)
    answer = acts.shut_off(parts().context, actor, read(Press, json_body())["request_id"], device)
    if answer["ok"]:
        cut(device)
        leave_broker(centre, device)
    return answered(answer)


def cut(device: str) -> None:
    """End the sockets of a device on this hub process, and forget that its token was good."""
    luot = parts()
    luot.identity.forget()
    for sid in luot.presence.connections(device):
        for namespace in NAMESPACES.values():
            if luot.socketio.server.manager.is_connected(sid, namespace):
                luot.socketio.server.disconnect(sid, namespace=namespace)


@devices.get("/api/v1/<centre>/screen")
def screen(centre: str) -> Response:
    """What this screen shows besides the calls: settings, playlist, hours, what to bring.

    `display` names a board of the centre's file.
    """
    actor = allowed("see:board", centre)
    answer = {
        "ok": True,
        **acts.screen(parts().context, actor, (request.args.get("display") or "")[:60]),
    }
    response = jsonify(answer)
    response.add_etag()
    response.headers["Cache-Control"] = "no-cache"
    response.make_conditional(request)
    return response
