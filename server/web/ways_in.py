"""Coming in beside the password: by a PIN at the machine of a counter."""

from typing import Any

from flask import Blueprint, Response, jsonify, request

from ..accounts.pins import Pins
from ..acts import Actor, Refusal
from ..payloads import Press, read
from ..payloads.people import ChoosePin, ConfirmPassword, LogInByPin, PairCounterMachine
from .auth import (
    NotAllowed,
    allowed,
    answered,
    confirmed,
    json_body,
    own_session,
    parts,
    remember_session,
    session_token,
    signed_in,
)

ways_in = Blueprint("ways_in", __name__, url_prefix="/api/v1")

#: By this the browser of a counter's machine is known; it opens nothing without somebody's PIN.
COUNTER_COOKIE, COUNTER_KEPT_S = "luot_counter", 400 * 86_400


def pins() -> Pins:
    """The PINs of this hub."""
    return parts().pins


def counter_machine() -> dict[str, Any] | None:
    """The counter that this browser stands at, where its centre takes PINs: `{centre, counter}`."""
    row = pins().machine_of(request.cookies.get(COUNTER_COOKIE, ""))
    if row is None:
        return None
    centre = next((centre for centre in parts().centres() if centre.code == row.centre), None)
    if centre is None or not centre.takes_pins or centre.counter(row.counter) is None:
        return None
    return {"centre": row.centre, "counter": row.counter}


@ways_in.post("/login/pin")
def log_in_by_pin() -> Response:
    """Start a session by a PIN, at the machine of a counter and for it only."""
    if request.headers.get("Sec-Fetch-Site") == "cross-site":
        raise NotAllowed(403)
    asked = read(LogInByPin, json_body())
    secret = request.cookies.get(COUNTER_COOKIE, "")
    machine = pins().machine_of(secret)
    if machine is None:
        raise Refusal("sign_in_off")
    address = request.remote_addr or ""
    # one at a time: many wrong ones at once would all be looked at before the first is counted
    with parts().log_ins.of(f"machine {machine.id}"):
        try:
            token, csrf, row, counter = pins().log_in(
                parts().context.centre(machine.centre),
                secret,
                asked["name"],
                asked["pin"],
                address,
                request.user_agent.string,
            )
        except Refusal as refusal:
            if refusal.code == "not_allowed":
                raise NotAllowed(401) from None
            raise
    response = jsonify({**signed_in(row, csrf), "counter": counter})
    remember_session(response, token)
    return response


@ways_in.post("/account/pin")
def choose_pin() -> Response:
    """One's own PIN, or another."""
    actor = own_session()
    asked = read(ChoosePin, json_body())
    if not parts().context.centre(actor.centre).takes_pins:
        raise Refusal("sign_in_off")
    pins().set(actor, session_token(), asked["password"], asked["pin"])
    return jsonify({"ok": True})


@ways_in.post("/account/pin/end")
def end_pin() -> Response:
    """One's own PIN is good no more."""
    actor = own_session()
    asked = read(ConfirmPassword, json_body())
    pins().end(actor, session_token(), asked["password"])
    return jsonify({"ok": True})


def _person_at(what: str, centre: str) -> Actor:
    """The person who asks, whose password was typed lately; a program has no browser to pair."""
    if allowed(what, centre).staff is None:
        raise Refusal("sign_in_off")
    return confirmed(what, centre)


@ways_in.get("/<centre>/counter-machines")
def counter_machines(centre: str) -> Response:
    """The machines at which PINs are good, and whether the centre takes any."""
    allowed("devices", centre)
    secret = request.cookies.get(COUNTER_COOKIE, "")
    here = pins().machine_of(secret)
    return jsonify(
        {
            "ok": True,
            "takes_pins": parts().context.centre(centre).takes_pins,
            "machines": pins().machines(centre),
            "here": here.id if here is not None and here.centre == centre else None,
        }
    )


@ways_in.post("/<centre>/counter-machines")
def pair_counter_machine(centre: str) -> Response:
    """The browser that asks stands at a counter from now on (201)."""
    actor = _person_at("devices", centre)
    asked = read(PairCounterMachine, json_body())
    counter = parts().context.centre(centre).counter(asked["counter"])
    if counter is None:
        raise Refusal("unknown_counter", counter=asked["counter"])
    if not parts().context.centre(centre).takes_pins:
        raise Refusal("sign_in_off")
    before = pins().machine_of(request.cookies.get(COUNTER_COOKIE, ""))
    if before is not None and before.centre == centre:
        pins().end_machine(actor, before.id)
    machine, secret = pins().pair(actor, counter.number)
    response = answered({"ok": True, "id": machine}, 201)
    response.set_cookie(
        COUNTER_COOKIE,
        secret,
        max_age=COUNTER_KEPT_S,
        httponly=True,
        samesite="Strict",
        secure=parts().settings.secure_cookies,
        path="/",
    )
    return response


@ways_in.post("/<centre>/counter-machines/<machine>/end")
def end_counter_machine(centre: str, machine: str) -> Response:
    """No PIN is good at this machine any more."""
    actor = _person_at("devices", centre)
    read(Press, json_body())
    pins().end_machine(actor, machine)
    return jsonify({"ok": True})
