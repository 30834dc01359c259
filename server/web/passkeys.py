"""Passkeys over HTTP: made and removed by their owner, used at the log-in."""

from flask import Blueprint, Response, jsonify, request

from domain.languages import in_language

from ..accounts.passkeys import Passkeys
from ..accounts.sign_in_state import GOOD_MS
from ..acts import Refusal
from ..payloads import Empty, Press, read
from ..payloads.people import ConfirmPassword, LogInByPasskey, MakePasskey
from .auth import (
    NotAllowed,
    json_body,
    language,
    own_session,
    parts,
    remember_session,
    session_token,
    signed_in,
)

passkeys = Blueprint("passkeys", __name__, url_prefix="/api/v1")

COOKIE = "luot_passkey"


def _keys() -> Passkeys:
    return parts().passkeys


def _keep(response: Response, state: str) -> Response:
    response.set_cookie(
        COOKIE,
        state,
        max_age=GOOD_MS // 1000,
        httponly=True,
        samesite="Strict",
        secure=True,
        path="/api/v1",
    )
    return response


@passkeys.post("/account/passkeys/begin")
def begin() -> Response:
    """After the password: what a browser makes a key by."""
    actor = own_session()
    asked = read(ConfirmPassword, json_body())
    name = in_language(parts().context.centre(actor.centre).name, language())
    options, state = _keys().begin(actor, session_token(), asked["password"], name)
    return _keep(jsonify({"ok": True, "options": options}), state)


@passkeys.post("/account/passkeys")
def finish() -> Response:
    """Keep the key that the browser made."""
    actor = own_session()
    asked = read(MakePasskey, json_body())
    state = request.cookies.get(COOKIE, "")
    _keys().finish(actor, state, asked["name"], asked["credential"])
    return jsonify({"ok": True})


@passkeys.post("/account/passkeys/<key>/end")
def end(key: str) -> Response:
    """Remove a key of one's own."""
    actor = own_session()
    read(Press, json_body())
    _keys().end(actor, key)
    return jsonify({"ok": True})


@passkeys.post("/login/passkey/begin")
def challenge() -> Response:
    """What a browser signs to come in."""
    read(Empty, json_body())
    options, state = _keys().challenge()
    return _keep(jsonify({"ok": True, "options": options}), state)


@passkeys.post("/login/passkey")
def log_in() -> Response:
    """Start a session by a key; 401 for one that does not open."""
    if request.headers.get("Sec-Fetch-Site") == "cross-site":
        raise NotAllowed(403)
    asked = read(LogInByPasskey, json_body())
    address = request.remote_addr or ""
    with parts().log_ins.of(address):
        try:
            token, csrf, row = _keys().log_in(
                request.cookies.get(COOKIE, ""),
                asked["credential"],
                address,
                request.user_agent.string,
            )
        except Refusal as refusal:
            if refusal.code == "not_allowed":
                raise NotAllowed(401) from None
            raise
    response = jsonify(signed_in(row, csrf))
    remember_session(response, token)
    response.delete_cookie(COOKIE, path="/api/v1")
    return response
