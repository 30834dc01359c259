"""The pages of the hub: log-in, the clerk's console, choosing a counter, the hall at a glance.

Rendering only; all truth comes over the API and the sockets.
"""

import ipaddress
from urllib.parse import urlsplit

from flask import Blueprint, abort, current_app, g, redirect, render_template, request, url_for

from ..texts import area

LANGUAGES = ("vi", "en")
LANGUAGE_COOKIE = "luot_lang"

pages = Blueprint("pages", __name__, template_folder="templates")


def name_in(language, name):
    """A {"vi", "en"} name in `language`, falling back to Vietnamese."""
    return (name.get(language) or name.get("vi") or "") if name else ""


def _text(name):
    def t(key, **values):
        found = area(g.language, name)
        for part in key.split("."):
            found = found[part]
        return found.format(**values) if values else found

    return t


@pages.before_request
def choose_language():
    """?lang=, then the cookie, then Vietnamese."""
    wanted = request.args.get("lang") or request.cookies.get(LANGUAGE_COOKIE)
    g.language = wanted if wanted in LANGUAGES else "vi"


@pages.after_request
def remember_language(response):
    """Keep a language that was asked for; nobody else may keep a page of the staff."""
    if request.args.get("lang") in LANGUAGES:
        response.set_cookie(LANGUAGE_COOKIE, g.language, max_age=365 * 86400, samesite="Lax")
    response.headers.setdefault("Cache-Control", "no-store")
    return response


@pages.context_processor
def words():
    """What every template may use."""
    other = "en" if g.language == "vi" else "vi"
    return {
        "lang": g.language,
        "other_lang": other,
        "other_url": _here_in(other),
        "name": lambda n: name_in(g.language, n),
        "t": _text("staff"),
        "announce_text": _text("announce"),
        "manager_text": _text("manager"),
        "screens_text": _text("devices"),
        "studio_text": _text("studio"),
    }


def _here_in(language):
    kept = {k: v for k, v in request.args.items() if k != "lang"}
    return url_for(request.endpoint, **(request.view_args or {}), **kept, lang=language)


def _known():
    return {centre.code: centre for centre in current_app.extensions["luot"].centres()}


def known_centre(code):
    """The Centre of that code, or the answer 404."""
    centre = _known().get(code)
    if centre is None:
        abort(404)
    return centre


@pages.get("/")
def home():
    """In a demo the hall at a glance; elsewhere the list of this hub's pages."""
    known, luot = _known(), current_app.extensions["luot"]
    if luot.demo and known:
        return redirect(url_for("pages.hall", centre=next(iter(known))))
    return render_template("home.html", centres=known.values())


@pages.get("/login")
def login():
    """Log in with name and password; the form speaks to the API."""
    return render_template(
        "login.html",
        centres=_known().values(),
        chosen=request.args.get("centre"),
        next=_own_path(request.args.get("next")),
    )


def _own_path(path):
    """A path on this hub, or nothing: a log-in never sends people elsewhere."""
    parts = urlsplit(path or "")
    return (
        path
        if path
        and path.startswith("/")
        and not path.startswith(("//", "/\\"))
        and not parts.scheme
        and not parts.netloc
        else ""
    )


@pages.get("/console/<centre>")
def choose_counter(centre):
    """Which counter is mine today?"""
    found = known_centre(centre)
    zones = [
        (zone, [c for c in found.counters.values() if c.zone == zone["id"]])
        for zone in found.zones.values()
    ]
    return render_template(
        "choose.html",
        centre=found,
        zones=[(zone, counters) for zone, counters in zones if counters],
    )


@pages.get("/console/<centre>/<counter>")
def console(centre, counter):
    """The clerk's console of one counter."""
    found = known_centre(centre)
    named = found.counter(counter)
    if named is None:
        abort(404)
    return render_template(
        "console.html",
        centre=found,
        counter=named,
        lock_minutes=found.console_lock_minutes,
    )


@pages.get("/greeter/<centre>")
def greeter(centre):
    """The greeter's tablet: take a number for somebody, find one, put a latecomer back."""
    found = known_centre(centre)
    return render_template("greeter.html", centre=found, lock_minutes=found.console_lock_minutes)


@pages.get("/announce/<centre>")
def announce_page(centre):
    """The page on which greeters and managers announce something."""
    return render_template("announce.html", centre=known_centre(centre))


@pages.get("/hall/<centre>")
def hall(centre):
    """Kiosk, board, sign, console and report side by side, as they are at this moment."""
    found, luot = known_centre(centre), current_app.extensions["luot"]
    kiosk = _address(request.args.get("kiosk")) or luot.settings.kiosk_url
    counter = found.counters.get(request.args.get("counter")) or next(
        (c for c in found.counters.values() if c.mode == "normal"),
        next(iter(found.counters.values())),
    )
    page = current_app.make_response(
        render_template(
            "hall.html", centre=found, counter=counter, kiosk=kiosk, panes=_panes(found, counter)
        )
    )
    page.headers["Content-Security-Policy"] = (
        f"default-src 'self'; frame-src 'self' {_origin(kiosk)}; frame-ancestors 'self'; "
        "object-src 'none'; base-uri 'none'; form-action 'self'"
    )
    return page


def _panes(centre, counter):
    return {
        "board": f"/board/{centre.code}",
        "sign": f"/sign/{centre.code}/{counter.shown}",
        "console": url_for("pages.console", centre=centre.code, counter=counter.number),
        "report": f"/manager/{centre.code}",
    }


def _address(text):
    parts = urlsplit(text or "")
    return (
        text
        if parts.scheme in ("http", "https")
        and parts.hostname
        and not set(text) & set(" ;,'\"<>\r\n")
        and _near(parts.hostname)
        else ""
    )


def _near(host):
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


def _origin(address):
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"
