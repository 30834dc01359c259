"""The pages of the hub: log-in, the clerk's console, choosing a counter, the hall at a glance.

Rendering only; all truth comes over the API and the sockets.
"""

import ipaddress
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import SplitResult, quote, urlencode, urlsplit

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    g,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue

from domain.centre import Centre, Counter
from domain.languages import in_language

from ..texts import area, filled_in, languages
from .auth import parts
from .staff_links import SECTIONS, beside_page, heads, links_of, person_here
from .ways_in import counter_machine

LANGUAGE_COOKIE = "luot_lang"

pages = Blueprint("pages", __name__, template_folder="templates")


def name_in(language: str, name: Mapping[str, str] | None) -> str:
    """A text by language in `language`, falling back to the default one."""
    return in_language(name, language)


def _text(name: str) -> Callable[..., Any]:
    def t(key: str, **values: Any) -> Any:
        text: Any = area(g.language, name)
        for part in key.split("."):
            text = text[part]
        return filled_in(text, values, g.language) if values else text

    return t


@pages.before_request
def choose_language() -> None:
    """?lang=, then the cookie, then the default; pages of the staff speak the staff's languages."""
    g.language = languages().wanted(_wishes(), languages().for_staff())


def choose_citizens_language() -> None:
    """The same among all languages there are."""
    g.language = languages().wanted(_wishes())


def _wishes() -> tuple[str | None, str | None]:
    return request.args.get("lang"), request.cookies.get(LANGUAGE_COOKIE)


@pages.after_request
def remember_language(response: Response) -> Response:
    """Keep a language that was asked for; nobody else may keep a page of the staff."""
    if "language" in g and request.args.get("lang") == g.language:
        response.set_cookie(LANGUAGE_COOKIE, g.language, max_age=365 * 86400, samesite="Lax")
    response.headers.setdefault("Cache-Control", "no-store")
    return response


@pages.context_processor
def words() -> dict[str, Any]:
    """What every template may use."""
    others = [code for code in languages().for_staff() if code != g.language]
    person = person_here()
    return {
        "person": person,
        "staff_heads": lambda centre: heads(links_of(person, centre)),
        "pages_beside": lambda centre, here: beside_page(links_of(person, centre), here),
        "section_of": lambda here: SECTIONS.get(here, here),
        "lang": g.language,
        "other_languages": [
            {"code": code, "name": languages()[code].name, "url": here_in(code)} for code in others
        ],
        "name": lambda n: name_in(g.language, n),
        "t": _text("staff"),
        "announce_text": _text("announce"),
        "admin_text": _text("admin"),
        "audit_text": _text("audit"),
        "clock_text": _text("clock"),
        "doctor_text": _text("doctor"),
        "first_run_text": _text("first_run"),
        "manager_text": _text("manager"),
        "screens_text": _text("devices"),
        "spreadsheet_text": _text("spreadsheet"),
        "studio_text": _text("studio"),
    }


def here_in(language: str) -> str:
    """The address of this page in another language, with all that was asked for in its query."""
    query = urlencode({**request.args, "lang": language})
    return f"{quote(request.script_root + request.path)}?{query}"


def _centres() -> dict[str, Centre]:
    return {centre.code: centre for centre in parts().centres()}


def known_centre(code: str) -> Centre:
    """The Centre of that code, or the answer 404."""
    centre = _centres().get(code)
    if centre is None:
        abort(404)
    return centre


@pages.get("/")
def home() -> ResponseReturnValue:
    """In a demo the hall at a glance; elsewhere the list of this hub's pages."""
    centres = _centres()
    if not centres and parts().first_run.is_open():
        return redirect("/first-run")
    if parts().demo and centres:
        return redirect(url_for("pages.hall", centre=next(iter(centres))))
    return render_template("home.html", centres=centres.values())


@pages.get("/login")
def login() -> str:
    """Log in with name and password; the form speaks to the API."""
    site = parts().passkeys.site
    return render_template(
        "login.html",
        centres=_centres().values(),
        chosen=request.args.get("centre"),
        next=own_path(request.args.get("next")),
        machine=counter_machine(),
        trouble=request.args.get("trouble", ""),
        service=_service_name(),
        passkey_origin=site.origin if site is not None else "",
    )


def _service_name() -> str:
    """What the house's sign-in service is called on the button that leads there, or empty."""
    on = parts().sign_in_service.service is not None
    return (parts().settings.oidc_name or " ") if on else ""


def own_path(path: str | None) -> str:
    """A path on this hub, or nothing: a log-in never sends people elsewhere."""
    if path is None or not path.startswith("/") or path.startswith(("//", "/\\")):
        return ""
    url = _split(path)
    return path if url is not None and not url.scheme and not url.netloc else ""


def _split(address: str) -> SplitResult | None:
    """The pieces of an address, or None for what is none (a bracket that is not closed)."""
    try:
        return urlsplit(address)
    except ValueError:
        return None


@pages.get("/console/<centre>")
def choose_counter(centre: str) -> str:
    """Which counter is mine today?"""
    loaded = known_centre(centre)
    zones = [
        (zone, [counter for counter in loaded.counters.values() if counter.zone == zone["id"]])
        for zone in loaded.zones.values()
    ]
    return render_template(
        "choose.html",
        centre=loaded,
        zones=[(zone, counters) for zone, counters in zones if counters],
    )


@pages.get("/console/<centre>/<counter>")
def console(centre: str, counter: str) -> str:
    """The clerk's console of one counter."""
    loaded = known_centre(centre)
    named = loaded.counter(counter)
    if named is None:
        abort(404)
    return render_template(
        "console.html",
        centre=loaded,
        counter=named,
        lock_minutes=loaded.console_lock_minutes,
    )


@pages.get("/greeter/<centre>")
def greeter(centre: str) -> str:
    """The greeter's tablet: take a number for somebody, find one, put a latecomer back."""
    loaded = known_centre(centre)
    return render_template("greeter.html", centre=loaded, lock_minutes=loaded.console_lock_minutes)


@pages.get("/hall/<centre>")
def hall(centre: str) -> Response:
    """Kiosk, board, sign, console and report side by side, as they are at this moment."""
    loaded = known_centre(centre)
    kiosk = _address(request.args.get("kiosk")) or parts().settings.kiosk_url
    counter = loaded.counters.get(request.args.get("counter", "")) or next(
        (counter for counter in loaded.counters.values() if counter.mode == "normal"),
        next(iter(loaded.counters.values())),
    )
    page = current_app.make_response(
        render_template(
            "hall.html", centre=loaded, counter=counter, kiosk=kiosk, panes=_panes(loaded, counter)
        )
    )
    page.headers["Content-Security-Policy"] = (
        f"default-src 'self'; frame-src 'self' {_origin(kiosk)}; frame-ancestors 'self'; "
        "object-src 'none'; base-uri 'none'; form-action 'self'"
    )
    return page


def _panes(centre: Centre, counter: Counter) -> dict[str, str]:
    return {
        "board": f"/board/{centre.code}",
        "sign": f"/sign/{centre.code}/{counter.label}",
        "console": url_for("pages.console", centre=centre.code, counter=counter.number),
        "report": f"/manager/{centre.code}",
    }


def _address(text: str | None) -> str:
    """The address of a kiosk near by, as it was given, or nothing."""
    if text is None or set(text) & set(" ;,'\"<>\r\n"):
        return ""
    url = _split(text)
    if url is None or url.scheme not in ("http", "https") or not url.hostname:
        return ""
    return text if _near(url.hostname) else ""


def _near(host: str) -> bool:
    """Whether an address lies in the hall's own network: anybody can write a link, and what it
    names is framed beside the staff's own pages.
    """
    try:
        return ipaddress.ip_address(host).is_private
    except ValueError:
        return (
            "." not in host
            or host.endswith((".lan", ".local", ".internal"))
            or host == urlsplit(request.host_url).hostname
        )


def _origin(address: str) -> str:
    url = urlsplit(address)
    return f"{url.scheme}://{url.netloc}"
