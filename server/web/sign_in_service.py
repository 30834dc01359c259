"""Coming in by the house's own sign-in service: there and back, and whose is whose."""

from pathlib import Path

from flask import Blueprint, Response, jsonify, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from ..accounts.sign_in_service import NotSignedIn, Service, is_safe
from ..accounts.sign_in_state import GOOD_MS
from ..acts import Refusal
from ..config import SettingError, Settings
from ..payloads import read
from ..payloads.people import LinkIdentity
from .auth import allowed, confirmed, json_body, parts, remember_session
from .pages import choose_language, own_path, remember_language, words

sign_in_service = Blueprint("sign_in_service", __name__, template_folder="templates")
sign_in_service.before_request(choose_language)
sign_in_service.after_request(remember_language)
sign_in_service.context_processor(words)

COOKIE, COOKIE_PATH = "luot_sign_in", "/login/service"


def service_of(settings: Settings) -> Service | None:
    """The house's own sign-in service as the settings name it, or None. Raises SettingError."""
    if not settings.oidc_issuer:
        return None
    claims = dict(pair.split("=", 1) for pair in settings.oidc_claims.split(",") if "=" in pair)
    if not settings.public_url or not settings.oidc_client_id:
        raise SettingError(
            "oidc_issuer is set, so public_url and oidc_client_id must be set too: the service"
            " sends people back to the one, and knows this hub by the other"
        )
    if not is_safe(settings.oidc_issuer):
        raise SettingError("oidc_issuer must begin with https://")
    secret = ""
    if settings.oidc_secret_file:
        try:
            secret = Path(settings.oidc_secret_file).read_text("utf-8").strip()
        except OSError as error:
            raise SettingError(f"oidc_secret_file: {error}") from None
    return Service(
        settings.oidc_issuer,
        settings.oidc_client_id,
        secret,
        f"{settings.public_url.rstrip('/')}/login/service/back",
        settings.oidc_scopes,
        tuple(settings.oidc_acr_values.split()),
        claims,
        settings.oidc_ca_file,
    )


@sign_in_service.get("/login/service")
def go() -> ResponseReturnValue:
    """To the sign-in service; back to the log-in where that cannot be."""
    codes = [centre.code for centre in parts().centres()]
    asked = request.args.get("centre", "")
    centre = asked if asked in codes else ""
    if not centre and len(codes) == 1:
        centre = codes[0]
    if not centre:
        return redirect("/login")
    try:
        address, kept = parts().sign_in_service.begin(centre, own_path(request.args.get("next")))
    except NotSignedIn as nobody:
        return redirect(f"/login?trouble={nobody.why}")
    response = make_response(redirect(address))
    response.set_cookie(
        COOKIE,
        kept,
        max_age=GOOD_MS // 1000,
        httponly=True,
        # the way back comes from another site
        samesite="Lax",
        secure=parts().settings.secure_cookies,
        path=COOKIE_PATH,
    )
    return response


@sign_in_service.get("/login/service/back")
def back() -> ResponseReturnValue:
    """Back from the service: a page that goes on to what was wanted, signed in."""
    kept = request.cookies.get(COOKIE, "")
    try:
        token, row, then = parts().sign_in_service.finish(
            kept, request.args, request.remote_addr or "", request.user_agent.string
        )
    except NotSignedIn as nobody:
        response = make_response(redirect(f"/login?trouble={nobody.why}"))
    else:
        places = {
            "clerk": f"/console/{row.centre}",
            "greeter": f"/greeter/{row.centre}",
            "viewer": f"/manager/{row.centre}/reports",
            "province": "/province",
        }
        then = then or places.get(row.role, f"/manager/{row.centre}")
        # a page of its own: a redirect that began at another site would go on without the session
        response = make_response(render_template("signed_in.html", then=then))
        remember_session(response, token)
    response.delete_cookie(COOKIE, path=COOKIE_PATH)
    return response


@sign_in_service.get("/api/v1/<centre>/sign-in-identities")
def identities(centre: str) -> Response:
    """Who came from the sign-in service, and whose each is; for administrators."""
    allowed("people", centre)
    service = parts().sign_in_service
    return jsonify(
        {"ok": True, "on": service.service is not None, "identities": service.identities(centre)}
    )


@sign_in_service.post("/api/v1/<centre>/sign-in-identities")
def link(centre: str) -> Response:
    """Say whose somebody of the service is, or nobody's."""
    actor = confirmed("people", centre)
    asked = read(LinkIdentity, json_body())
    person = asked.get("person")
    if not parts().sign_in_service.link(actor, asked["issuer"], asked["sub"], person):
        raise Refusal("bad_request", key="person", problem="unknown")
    return jsonify({"ok": True})
