"""One's own account, and the accounts of a centre's people: pages and API."""

import segno
from flask import Blueprint, Response, jsonify, redirect, render_template, request
from flask.typing import ResponseReturnValue

from domain.languages import in_language

from ..accounts.identity import NEWCOMER
from ..accounts.pins import PIN_ROLES
from ..accounts.staff_admin import StaffAdmin
from ..acts import Actor, Refusal, close_counter
from ..acts.show.settings import counters_of
from ..payloads import Press
from ..payloads.base import read
from ..payloads.people import (
    AddPerson,
    ChangePassword,
    ChangePerson,
    ConfirmPassword,
    SecondFactorCode,
)
from .auth import (
    SESSION_COOKIE,
    NotAllowed,
    allowed,
    answered,
    caller,
    confirmed,
    json_body,
    language,
    own_session,
    parts,
)
from .pages import choose_language, remember_language, words

account = Blueprint("account", __name__, template_folder="templates")
account.before_request(choose_language)
account.after_request(remember_language)
account.context_processor(words)

_OWN = "/api/v1/account"


def _admin() -> StaffAdmin:
    return StaffAdmin(parts().identity)


@account.get("/account")
def page() -> ResponseReturnValue:
    """Password, second factor and sessions of whoever is signed in."""
    try:
        actor, _ = caller()
    except NotAllowed:
        return redirect("/login?next=/account")
    if actor.staff is None:
        return redirect("/login?next=/account")
    centre = parts().context.centre(actor.centre)
    return render_template("account.html", centre=centre, newcomer=actor.role == NEWCOMER)


def _own() -> tuple[Actor, str]:
    """The person of this request and their session's token. Raises NotAllowed."""
    return own_session(), request.cookies[SESSION_COOKIE]


@account.get(_OWN)
def own() -> Response:
    """One's account and sessions."""
    actor, token = _own()
    own = _admin().own(actor, token)
    may_pin = own["role"] in PIN_ROLES and parts().context.centre(actor.centre).takes_pins
    pin = parts().pins.since(actor.staff or "")
    keys, site = parts().passkeys.keys(actor.staff or ""), parts().passkeys.site
    more = {"may_pin": may_pin, "pin": pin, "passkeys": keys}
    origin = site.origin if site is not None else ""
    return jsonify({"ok": True, **own, **more, "passkey_origin": origin})


@account.post(f"{_OWN}/password")
def change_password() -> Response:
    """One's own new password; every other session of it ends."""
    actor, token = _own()
    asked = read(ChangePassword, json_body())
    _admin().change_password(actor, token, asked["old"], asked["new"])
    return jsonify({"ok": True})


@account.post(f"{_OWN}/confirm")
def confirm() -> Response:
    """The password typed again: settings and accounts may be changed for 15 minutes."""
    actor, token = _own()
    asked = read(ConfirmPassword, json_body())
    parts().identity.confirm(actor, token, asked["password"])
    return jsonify({"ok": True})


@account.post(f"{_OWN}/second-factor/begin")
def begin_second_factor() -> Response:
    """The secret of a new second factor, with its QR; it begins with its first code."""
    actor, token = _own()
    asked = read(ConfirmPassword, json_body())
    issuer = in_language(parts().context.centre(actor.centre).name, language())
    begun = _admin().begin_second_factor(actor, token, asked["password"], issuer)
    qr = segno.make(begun["address"], error="m").svg_data_uri(scale=4, border=2)
    return jsonify({"ok": True, **begun, "qr": qr})


@account.post(f"{_OWN}/second-factor")
def finish_second_factor() -> Response:
    """The first code of the app; answers the recovery codes, once."""
    actor, _ = _own()
    asked = read(SecondFactorCode, json_body())
    return jsonify({"ok": True, "codes": _admin().finish_second_factor(actor, asked["code"])})


@account.post(f"{_OWN}/second-factor/end")
def end_second_factor() -> Response:
    """The password alone opens again."""
    actor, token = _own()
    asked = read(ConfirmPassword, json_body())
    _admin().end_second_factor(actor, token, asked["password"])
    return jsonify({"ok": True})


@account.post(f"{_OWN}/recovery-codes")
def renew_recovery_codes() -> Response:
    """Ten new recovery codes in the place of the ones before."""
    actor, token = _own()
    asked = read(ConfirmPassword, json_body())
    codes = _admin().renew_recovery_codes(actor, token, asked["password"])
    return jsonify({"ok": True, "codes": codes})


@account.post(f"{_OWN}/sessions/<session>/end")
def end_own_session(session: str) -> Response:
    """End one of one's own sessions."""
    actor, _ = _own()
    read(Press, json_body())
    _admin().end_session(actor, session, actor.staff)
    return jsonify({"ok": True})


@account.post(f"{_OWN}/sessions/end-others")
def end_other_sessions() -> Response:
    """End all of one's own sessions but this."""
    actor, token = _own()
    read(Press, json_body())
    return jsonify({"ok": True, "ended": _admin().end_other_sessions(actor, token)})


@account.get("/api/v1/<centre>/people")
def people(centre: str) -> Response:
    """Everybody of the centre and their sessions, for administrators."""
    actor = allowed("people", centre)
    admin, token = _admin(), request.cookies.get(SESSION_COOKIE)
    at = counters_of(parts().context, centre)
    rows = [{**row, "counters": at.get(row["id"], [])} for row in admin.people(centre)]
    return jsonify(
        {
            "ok": True,
            "people": rows,
            "sessions": admin.sessions(centre, own=token),
            "own": actor.staff,
        }
    )


@account.post("/api/v1/<centre>/people")
def add_person(centre: str) -> Response:
    """Add somebody; the one-time code is answered once (201)."""
    actor = confirmed("people", centre)
    asked = read(AddPerson, json_body())
    person, code = _admin().add(actor, asked["name"], asked["full_name"], asked["role"])
    return answered({"ok": True, "id": person, "code": code}, 201)


@account.post("/api/v1/<centre>/people/<person>")
def change_person(centre: str, person: str) -> Response:
    """Change role or name, or shut somebody out: their sessions end, their counter closes."""
    actor = confirmed("people", centre)
    asked = read(ChangePerson, json_body())
    press = asked.pop("request_id")
    values = {key: value for key, value in asked.items() if value is not None}
    if not values:
        raise Refusal("bad_request", key="role", problem="missing")
    _admin().change(actor, person, **values)
    still_open = _close_counters(actor, person, press) if values.get("disabled") else []
    return jsonify({"ok": True, "still_open": still_open})


def _close_counters(actor: Actor, person: str, press: str) -> list[str]:
    """Nobody sits there any more; the counters that cannot close yet (somebody is in front)."""
    still_open = []
    for number in counters_of(parts().context, actor.centre).get(person, []):
        answer = close_counter(
            parts().context, actor, f"{press[:40]}-{number}-close", counter=number
        )
        if not answer["ok"]:
            still_open.append(number)
    return still_open


@account.post("/api/v1/<centre>/people/<person>/reset")
def reset_person(centre: str, person: str) -> Response:
    """A one-time code in the place of somebody's password; their sessions end."""
    actor = confirmed("people", centre)
    read(Press, json_body())
    return jsonify({"ok": True, "code": _admin().reset(actor, person)})


@account.post("/api/v1/<centre>/people/<person>/second-factor/end")
def drop_second_factor(centre: str, person: str) -> Response:
    """Somebody lost phone and paper: the password alone opens again."""
    actor = confirmed("people", centre)
    read(Press, json_body())
    _admin().drop_second_factor(actor, person)
    return jsonify({"ok": True})


@account.post("/api/v1/<centre>/people/sessions/<session>/end")
def end_session(centre: str, session: str) -> Response:
    """End a session of anybody of the centre."""
    actor = confirmed("people", centre)
    read(Press, json_body())
    _admin().end_session(actor, session)
    return jsonify({"ok": True})
