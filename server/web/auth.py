"""Who asks over HTTP: a device's bearer token, or a staff session cookie with its CSRF token.

Log-in and log-out.
"""

import hmac
import secrets
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, current_app, jsonify, request

from domain.languages import asked_for

from ..accounts.access_log import REFUSED
from ..accounts.identity import NEWCOMER
from ..acts import Actor, Refusal
from ..payloads import BadPayload, Empty, LogIn, read
from ..rights import may
from ..texts import complete, languages
from .parts import HubParts

SESSION_COOKIE = "luot_session"
#: By this a person is known on a machine where they have logged in before; no session, no right.
MACHINE_COOKIE, MACHINE_KEPT_S = "luot_machine", 400 * 86_400
STATUS = {
    "bad_request": 422,
    "not_allowed": 403,
    "unknown_ticket": 404,
    "unknown_field": 404,
    "unknown_counter": 404,
    "unknown_centre": 404,
    "load_refused": 409,
    "wrong_state": 409,
    "counter_closed": 409,
    "counter_busy": 409,
    "counter_elsewhere": 409,
    "nobody_waiting": 200,
    "field_closed": 409,
    "cap_reached": 409,
    "day_closed": 409,
    "clock_in_doubt": 409,
    "bookings_off": 409,
    "claims_off": 409,
    "unknown_slot": 409,
    "slot_full": 409,
    "one_open": 409,
    "unknown_draw": 404,
    "draw_state": 409,
    "draw_not_open": 409,
    "draw_asked": 409,
    "draw_places": 409,
    "proof_needed": 409,
    "unknown_booking": 404,
    "unknown_claim": 404,
    "booking_state": 409,
    "claim_state": 409,
    "booking_other_day": 409,
    "claims_full": 409,
    "untold": 409,
    "door_code": 409,
    "request_id_reused": 409,
    "no_kiosk": 409,
    "no_broker": 409,
    "too_many": 429,
    "unknown_code": 404,
    "unknown_device": 404,
    "unknown_export": 404,
    "unknown_media": 404,
    "bad_media": 422,
    "confirm_again": 403,
    "sign_in_off": 409,
    "storage": 503,
    "outcome_unknown": 503,
    "internal": 500,
}

auth = Blueprint("auth", __name__, url_prefix="/api/v1")


class NotAllowed(Exception):
    """Nobody is signed in (401), or the one who is may not do this (403)."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


def parts() -> HubParts:
    """The parts this app was made of."""
    made_of: HubParts = current_app.extensions["luot"]
    return made_of


def language() -> str:
    """The language of error sentences: `?lang=`, else the first of Accept-Language there are words
    for, else the default.
    """
    header = request.headers.get("Accept-Language", "")
    return languages().wanted([request.args.get("lang"), *asked_for(header)])


def answered(answer: Mapping[str, Any], status: int | None = None) -> Response:
    """An act's answer as an HTTP response with the right status."""
    if "error" not in answer:
        response = jsonify(answer)
        response.status_code = status or 200
        return response
    response = jsonify(complete(answer, language()))
    response.status_code = status or STATUS[answer["error"]]
    if answer.get("params", {}).get("retry_after"):
        response.headers["Retry-After"] = str(answer["params"]["retry_after"])
    return response


def caller() -> tuple[Actor, str | None]:
    """`(actor, csrf)` of this request: csrf is None for a token, which no browser sends by itself.

    Raises NotAllowed(401).
    """
    header = request.headers.get("Authorization", "")
    if header:
        actor = (
            parts().identity.of_token(header[7:].strip())
            if header.lower().startswith("bearer ")
            else None
        )
        if actor is None:
            raise NotAllowed(401)
        _let_in(header[7:].strip())
        return actor, None
    cookie = request.cookies.get(SESSION_COOKIE)
    session = parts().identity.of_session(cookie) if cookie else None
    if cookie is None or session is None:
        raise NotAllowed(401)
    _let_in(cookie)
    return session


def _let_in(credential: str) -> None:
    """Its next requests wait behind no stranger (packets.py)."""
    if visitor := request.environ.get("luot.visitor"):
        visitor.let_in(credential)


def allowed(what: str, centre: str | None = None, counter: str | None = None) -> Actor:
    """The actor of this request if it may do `what` in `centre` (at `counter`).

    Raises NotAllowed; another centre's things are not there (Refusal unknown_centre).
    """
    actor, csrf = caller()
    elsewhere = centre is not None and actor.centre != centre
    if elsewhere or not may(actor, what, counter):
        parts().identity.access_log.turned_away(
            REFUSED, actor.centre, actor.id, request.remote_addr or "", what
        )
        raise NotAllowed(403)
    _refuse_forged(csrf)
    return actor.at(request.remote_addr or "")


def confirmed(what: str, centre: str) -> Actor:
    """The actor, as `allowed`, of what needs the password to have been typed lately: settings and
    accounts. Raises Refusal confirm_again where that is more than 15 minutes ago, and NotAllowed
    for a program, which has no password.
    """
    actor = allowed(what, centre)
    token = request.cookies.get(SESSION_COOKIE)
    if actor.staff is None or token is None:
        raise NotAllowed(403)
    if not parts().identity.confirmed(token):
        raise Refusal("confirm_again")
    return actor


def own_session() -> Actor:
    """The person who asks for what is their own. Raises NotAllowed."""
    actor, csrf = caller()
    if actor.staff is None or csrf is None or not may(actor, "account"):
        raise NotAllowed(403)
    _refuse_forged(csrf)
    return actor.at(request.remote_addr or "")


def is_forged(csrf: str | None) -> bool:
    """Whether another site's page sent a browser here: this changes something, and the session's
    `csrf` (None for a token, which no browser sends by itself) does not come along.
    """
    if csrf is None or request.method in ("GET", "HEAD"):
        return False
    return not hmac.compare_digest(request.headers.get("X-CSRF-Token", ""), csrf)


def _refuse_forged(csrf: str | None) -> None:
    if is_forged(csrf):
        raise NotAllowed(403)


def json_body() -> dict[str, Any]:
    """The JSON object of the request. Raises BadPayload."""
    try:
        body = request.get_json(silent=True, force=True)
    except RecursionError:
        body = None  # brackets within brackets, thousands deep
    if not isinstance(body, dict):
        raise BadPayload("body", "object")
    return body


@auth.post("/login")
def log_in() -> Response:
    """Start a session; the cookie is the secret, `csrf` goes with every later POST."""
    if request.headers.get("Sec-Fetch-Site") == "cross-site":
        raise NotAllowed(403)  # another site's page must not sign its visitor in as somebody else
    asked = read(LogIn, json_body())
    centre = asked.get("centre") or _only_centre()
    address = request.remote_addr or ""
    machine = request.cookies.get(MACHINE_COOKIE) or secrets.token_urlsafe(24)
    # one at a time: many wrong ones at once would all be looked at before the first is counted
    with parts().log_ins.of(address):
        try:
            token, csrf, row = parts().identity.log_in(
                centre,
                asked["name"],
                asked["password"],
                address,
                machine,
                asked.get("code", ""),
                request.user_agent.string,
            )
        except Refusal as refusal:
            if refusal.params.get("why") == "second_factor":
                return answered(refusal.answer(), 401)  # the password is right, the code missing
            if refusal.code == "not_allowed":
                raise NotAllowed(401) from None  # a wrong password: still nobody is signed in
            raise
    response = jsonify(signed_in(row, csrf))
    remember_session(response, token)
    settings = parts().settings
    response.set_cookie(
        MACHINE_COOKIE,
        machine,
        max_age=MACHINE_KEPT_S,
        httponly=True,
        samesite="Strict",
        secure=settings.secure_cookies,
        path="/api/v1/login",
    )
    return response


def signed_in(row: Any, csrf: str) -> dict[str, Any]:
    """What a browser is told of a session that has just begun; `row`: of the person."""
    return {
        "ok": True,
        "staff": {
            "name": row.full_name,
            "role": NEWCOMER if row.must_change else row.role,
            "centre": row.centre,
        },
        "csrf": csrf,
    }


def session_token() -> str:
    """The session of this request, of which `own_session` has seen that it stands."""
    return request.cookies[SESSION_COOKIE]


def remember_session(response: Response, token: str) -> None:
    """Have the browser keep a session that has just begun."""
    settings = parts().settings
    response.set_cookie(
        SESSION_COOKIE,
        token,
        max_age=settings.session_hours * 3600,
        httponly=True,
        samesite="Strict",
        secure=settings.secure_cookies,
        path="/",
    )


def _only_centre() -> str:
    loaded = parts().centres()
    if len(loaded) != 1:
        raise Refusal("bad_request", key="centre", problem="missing")
    return loaded[0].code


@auth.post("/logout")
def log_out() -> Response:
    """End the session at once."""
    read(Empty, json_body())
    actor, csrf = caller()
    if csrf is not None:
        _refuse_forged(csrf)
        parts().identity.log_out(request.cookies[SESSION_COOKIE])
        parts().identity.access_log.left(actor.centre, actor.id, request.remote_addr or "")
    response = jsonify({"ok": True})
    response.delete_cookie(SESSION_COOKIE, path="/")
    return response


@auth.get("/session")
def session() -> Response:
    """Whether the session of this browser stands. No sign of life: a page that is left open asks
    this on and on.
    """
    cookie = request.cookies.get(SESSION_COOKIE)
    return jsonify({"ok": True, "alive": cookie is not None and parts().identity.stands(cookie)})


@auth.get("/me")
def me() -> Response:
    """Who is signed in."""
    actor, csrf = caller()
    return jsonify(
        {
            "ok": True,
            "staff": {"name": actor.name, "role": actor.role, "centre": actor.centre},
            "csrf": csrf,
        }
    )
