"""The page of a demonstration: every screen of a centre, live and signed in by one link.

Registered by the hub of `luot demo` only (server/demo/hub.py); no real hub has these addresses.
"""

import hmac
import io
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import qrcode
import qrcode.image.svg
from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    g,
    jsonify,
    redirect,
    render_template,
    request,
)
from flask.typing import ResponseReturnValue

from domain.day import local
from domain.phone_address import for_phones

from ..acts.tickets import newest_slip
from ..texts import area, filled_in
from .auth import NotAllowed, allowed, parts, remember_session
from .pages import choose_language, remember_language, words

#: The reports of the page look back so far.
REPORT_DAYS = 84


@dataclass(frozen=True)
class DemoPage:
    """What the page of one demo shows.

    key: who has it is signed in. centre, counter: what is shown. kiosk: the address of the kiosk's
    page. board_token: of the board and the sign. name, password: of whoever may see everything.
    hub: the address people open. own: the addresses from which this machine's own people come.
    """

    key: str
    centre: str
    counter: str
    kiosk: str
    board_token: str
    name: str
    password: str
    hub: str
    own: tuple[str, ...]

    @property
    def link(self) -> str:
        """The address that signs in whoever opens it."""
        return f"{self.hub}/demo/{self.key}"

    @property
    def phone_link(self) -> str | None:
        """The same where phones open it, else None."""
        return for_phones(self.link)


def demo_page(settings: DemoPage) -> Blueprint:
    """The addresses `/`, `/demo`, `/demo/KEY`, `/demo/slip` and `/demo/qr.svg` of a demo."""
    demo = Blueprint("demo", __name__, template_folder="templates")
    demo.before_request(choose_language)
    demo.after_request(remember_language)
    demo.context_processor(words)
    demo.context_processor(lambda: {"demo_text": _text})

    @demo.before_app_request
    def lead_here() -> ResponseReturnValue | None:
        return redirect("/demo") if request.path == "/" else None

    @demo.get("/demo/<key>")
    def enter(key: str) -> ResponseReturnValue:
        """Sign in whoever holds the key."""
        if not hmac.compare_digest(key.encode(), settings.key.encode()):
            abort(404)
        return _signed_in(settings, redirect("/demo"))

    @demo.get("/demo")
    def page() -> ResponseReturnValue:
        """Every screen at once. Who sits at this machine is signed in without the key."""
        try:
            allowed("see:manager", settings.centre)
        except NotAllowed:
            if not _is_own_visitor(settings):
                return render_template("demo_closed.html"), 403
            return _signed_in(settings, _page(settings))
        return _page(settings)

    @demo.get("/demo/slip")
    def slip() -> Response:
        """The page of the last slip: {number, url}, or null."""
        allowed("see:manager", settings.centre)
        newest = newest_slip(parts().context, settings.centre)
        row = newest and {"number": newest[0], "url": f"/t/{newest[1]}"}
        return jsonify({"ok": True, "slip": row})

    @demo.get("/demo/qr.svg")
    def qr() -> Response:
        """The link as a QR code, where phones open it."""
        allowed("see:manager", settings.centre)
        if settings.phone_link is None:
            abort(404)
        drawn = io.BytesIO()
        picture = qrcode.image.svg.SvgPathImage
        qrcode.make(settings.phone_link, image_factory=picture, border=2).save(drawn)
        return Response(drawn.getvalue(), mimetype="image/svg+xml")

    return demo


def _text(key: str, **values: Any) -> str:
    text: str = area(g.language, "demo")[key]
    return filled_in(text, values, g.language) if values else text


def _is_own_visitor(settings: DemoPage) -> bool:
    """Whether somebody at this machine asks, by an address of its own: a name that somebody points
    at this machine is none.
    """
    return (
        request.remote_addr in settings.own and urlsplit(request.host_url).hostname in settings.own
    )


def _signed_in(settings: DemoPage, response: Any) -> Response:
    token, _, _ = parts().identity.log_in(
        settings.centre, settings.name, settings.password, request.remote_addr or ""
    )
    answer = current_app.make_response(response)
    remember_session(answer, token)
    return answer


def _page(settings: DemoPage) -> Response:
    centre = parts().context.centre(settings.centre)
    today = local(parts().context.clock(), centre.timezone).date()
    token = f"#token={settings.board_token}"
    page = current_app.make_response(
        render_template(
            "demo.html",
            centre=centre,
            counter=centre.counters[settings.counter],
            kiosk=settings.kiosk,
            board=f"/board/{centre.code}{token}",
            sign=f"/sign/{centre.code}/{settings.counter}{token}",
            history=f"from={today - timedelta(days=REPORT_DAYS)}&to={today}&by=day",
            phone_link=settings.phone_link,
        )
    )
    url = urlsplit(settings.kiosk)
    page.headers["Content-Security-Policy"] = (
        f"default-src 'self'; img-src 'self' data:; frame-src 'self' {url.scheme}://{url.netloc};"
        " frame-ancestors 'self'; object-src 'none'; base-uri 'none'; form-action 'self'"
    )
    return page
