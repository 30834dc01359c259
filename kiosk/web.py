"""The kiosk's page and its loopback API."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from flask import Flask, Response, jsonify, request, send_file, send_from_directory
from werkzeug.exceptions import HTTPException

from domain.languages import DEFAULT, asked_for, font_css
from kiosk.print_room import slip_file
from kiosk.settings import Settings
from kiosk.slip_pictures import qr_rows
from kiosk.web_staff import add_staff
from kiosk.words import Words

if TYPE_CHECKING:
    from kiosk.app import Kiosk
    from kiosk.pairing import Pairing

STATIC = Path(__file__).resolve().parent / "static"
CHECK_IN_KEYS = {"request_id", "code", "person", "visit", "lang"}
LIBRARIES = ("preact/", "htm/", "@fontsource/")
LARGEST = 16_384
POLICY = (
    "default-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'self'"
    " http://127.0.0.1:* http://localhost:*; form-action 'none'"
)


#: What a view answers: a response, with its status and headers where they are not the usual ones.
Answer = Response | tuple[Any, int] | tuple[Any, int, dict[str, str]]


class Machine(Protocol):
    """What serving any page of a kiosk takes: paired, or not yet."""

    @property
    def settings(self) -> Settings:
        """What it runs with."""

    @property
    def words(self) -> Words:
        """Its own answers in every language."""


class Entrance:
    """What the kiosk's port is answered by: one application after another, without a gap."""

    def __init__(self) -> None:
        self.web: Flask | None = None

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        """WSGI."""
        assert self.web is not None, "nothing is served before there is an application"
        return self.web(environ, start_response)


def make_pairing_web(pairing: Pairing) -> Flask:
    """The WSGI application of a kiosk that is not paired: its code, and nothing else."""
    web, _ = _bare_web(pairing)

    @web.get("/")
    def page() -> Answer:
        return _file(STATIC, "pair.html")

    @web.get("/api/pairing")
    def state() -> Answer:
        return jsonify(pairing.state())

    @web.get("/api/pairing/qr.svg")
    def picture() -> Answer:
        drawn = pairing.picture()
        return Response(drawn, mimetype="image/svg+xml") if drawn else ("", 204)

    @web.get("/api/status")
    def status() -> Answer:
        return jsonify(pairing.status())

    _add_files(web, pairing)
    return web


def _bare_web(machine: Machine) -> tuple[Flask, Refusals]:
    web = Flask("kiosk", static_folder=None)
    web.config["MAX_CONTENT_LENGTH"] = LARGEST
    web.json.ensure_ascii = False  # type: ignore[attr-defined]
    web.json.sort_keys = False  # type: ignore[attr-defined]
    refusals = Refusals(machine)
    _add_guard(web, machine, refusals)
    _add_errors(web, refusals)
    return web, refusals


def make_web(kiosk: Kiosk) -> Flask:
    """The WSGI application of one kiosk."""
    web, refusals = _bare_web(kiosk)
    _add_presses(web, kiosk, refusals)
    _add_hall(web, kiosk, refusals)
    _add_virtual_printer(web, kiosk, refusals)
    _add_signs(web, kiosk)
    add_staff(web, kiosk, refusals.bad)

    @web.get("/")
    def page() -> Answer:
        return _file(STATIC, "index.html")

    @web.get("/api/pairing")
    def state() -> Answer:
        return jsonify(ok=True, paired=True)

    _add_files(web, kiosk)
    return web


class Refusals:
    """The answers that say no, in the words of the kiosk's language files."""

    def __init__(self, kiosk: Machine) -> None:
        self._kiosk = kiosk

    def sorry(self, code: str, status: int, **values: Any) -> tuple[Response, int]:
        """What cannot be done, by its code."""
        message = self._kiosk.words.say(self._language(), f"errors.{code}", **values)
        return jsonify(ok=False, error=code, message=message), status

    def _language(self) -> str:
        """The language of whoever asks: the body's `lang`, else Accept-Language, else the
        default.
        """
        header = request.headers.get("Accept-Language", "")
        body_lang = _body_key("lang") if request.is_json else None
        wishes = [body_lang if isinstance(body_lang, str) else None, *asked_for(header)]
        return self._kiosk.words.languages.wanted(wishes)

    def bad(self, key: str) -> tuple[Response, int]:
        """The body is not of the documented form at this key."""
        message = self._kiosk.words.say(self._language(), "errors.bad_key", key=key)
        return jsonify(ok=False, error="bad_request", message=message), 400


def _add_guard(web: Flask, kiosk: Machine, refusals: Refusals) -> None:
    """Who may ask, and the headers every answer has."""
    # a demo shows this page beside others at the address it is served on
    host = kiosk.settings.host
    neighbour = "" if host in ("0.0.0.0", "::") else f" http://{host}:*"
    policy = POLICY.replace("http://localhost:*", f"http://localhost:*{neighbour}")
    own_names = {"127.0.0.1", "localhost", "::1", kiosk.settings.host.strip("[]")}

    @web.before_request
    def only_our_own_page() -> Answer | None:
        # another page in the kiosk's browser, or a name somebody points at loopback, has no
        # business here
        has_port = not request.host.endswith("]")
        name = (request.host.rsplit(":", 1)[0] if has_port else request.host).strip("[]")
        origin = request.headers.get("Origin")
        if kiosk.settings.host != "0.0.0.0" and name not in own_names:
            return refusals.sorry("not_allowed", 403)
        if request.method == "POST" and origin and origin != f"{request.scheme}://{request.host}":
            return refusals.sorry("not_allowed", 403)
        return None

    @web.after_request
    def careful(answer: Response) -> Response:
        answer.headers["Content-Security-Policy"] = policy
        answer.headers["X-Content-Type-Options"] = "nosniff"
        answer.headers["Referrer-Policy"] = "no-referrer"
        if request.path.startswith("/api/"):
            answer.headers.setdefault("Cache-Control", "no-store")
        return answer


def _add_errors(web: Flask, refusals: Refusals) -> None:
    """Every error in the documented shape."""

    @web.errorhandler(HTTPException)
    def in_our_shape(error: HTTPException) -> Answer:
        if error.code == 404 and request.path.startswith("/api/slips/"):
            return refusals.sorry("unknown_ticket", 404)
        status = 400 if error.code == 413 else error.code or 400
        return jsonify(ok=False, error="bad_request", message=error.description), status

    @web.errorhandler(Exception)
    def broken(error: Exception) -> Answer:
        web.logger.exception("a request to the kiosk failed: %s", error)
        return refusals.sorry("storage", 503)


def _add_presses(web: Flask, kiosk: Kiosk, refusals: Refusals) -> None:
    """Taking a number, asking again, a second paper."""

    @web.post("/api/issue")
    def issue() -> Answer:
        if not request.is_json:
            return refusals.bad("Content-Type")
        answer, status = kiosk.press(request.get_json(silent=True))
        if status == 429 and "retry_after" in answer:
            return jsonify(answer), status, {"Retry-After": str(answer["retry_after"])}
        return jsonify(answer), status

    @web.post("/api/check-in")
    def check_in() -> Answer:
        """Who booked a time or kept a number from home: the code becomes a number."""
        body = request.get_json(silent=True)
        if not isinstance(body, dict) or set(body) - CHECK_IN_KEYS:
            return refusals.bad("body")
        if "person" in body:
            answer, status = kiosk.card_check_ins.check_in(body)
        else:
            answer, status = kiosk.presses.check_in(body, kiosk.check_ins.ask)
        return jsonify(answer), status

    @web.get("/api/issue/<request_id>")
    def issued(request_id: str) -> Answer:
        answer, status = kiosk.presses.again(request_id)
        return jsonify(answer), status

    @web.post("/api/reprint")
    def reprint() -> Answer:
        name = _body_key("ticket")
        if not isinstance(name, str):
            return refusals.bad("ticket")
        answer = kiosk.reprint(name)
        return jsonify(answer) if answer else refusals.sorry("unknown_ticket", 404)

    @web.get("/api/qr/<request_id>")
    def qr(request_id: str) -> Answer:
        """The modules of a ticket's QR code, as rows of 0 and 1, for the page to draw."""
        answer, status = kiosk.presses.again(request_id)
        url = answer["slip"].get("url") if status == 200 else None
        if not url:
            return refusals.sorry("unknown_ticket", 404)
        rows = ["".join("1" if dark else "0" for dark in row) for row in qr_rows(url)]
        return jsonify(ok=True, rows=rows)


def _add_hall(web: Flask, kiosk: Kiosk, refusals: Refusals) -> None:
    """What the page shows and says, and the call for a person."""

    @web.get("/api/status")
    def status() -> Answer:
        return jsonify(kiosk.status())

    @web.get("/api/snapshot")
    def snapshot() -> Answer:
        state, mark = kiosk.page(seen=request.args.get("seen") != "no")
        if request.if_none_match.contains(mark):
            return "", 304, {"ETag": f'"{mark}"'}
        answer = jsonify(state)
        answer.set_etag(mark)
        return answer

    @web.get("/api/catalogue")
    def catalogue() -> Answer:
        """The list of procedures that lies here; an address with its version is kept by the
        page's browser.
        """
        listed = kiosk.catalogue
        if not listed.version:
            return refusals.sorry("hub_away", 503)
        answer = Response(listed.body, mimetype="application/json")
        answer.set_etag(listed.version)
        named = request.args.get("version") == listed.version
        answer.headers["Cache-Control"] = (
            "private, max-age=31536000, immutable" if named else "private, no-cache"
        )
        answer.make_conditional(request)
        return answer

    @web.post("/api/help")
    def call_help() -> Answer:
        screen = _body_key("screen")
        if not isinstance(screen, str) or not screen.isidentifier() or len(screen) > 40:
            return refusals.bad("screen")
        return jsonify(ok=True) if kiosk.help(screen) else refusals.sorry("hub_away", 503)

    @web.get("/api/say")
    def say() -> Answer:
        sound = kiosk.speaker.say(request.args.get("text", ""), request.args.get("lang", DEFAULT))
        if not sound:
            return refusals.sorry("unknown_ticket", 404)
        return send_file(sound, mimetype="audio/wav", max_age=3600)


def _add_signs(web: Flask, kiosk: Kiosk) -> None:
    """Clips in sign language."""

    @web.get("/signs/clips.json")
    def sign_clips() -> Answer:
        return _json(kiosk.signs.listed())

    @web.get("/signs/<name>")
    def sign_clip(name: str) -> Answer:
        path = kiosk.signs.file(name)
        if path is None:
            return jsonify(ok=False, error="bad_request", message="no such clip"), 404
        return _file(path.parent, name)


def _add_virtual_printer(web: Flask, kiosk: Kiosk, refusals: Refusals) -> None:
    """The papers of a virtual printer, and its faults for whoever tries them."""

    @web.get("/api/slips/<ticket>.png")
    def slip_picture(ticket: str) -> Answer:
        row = kiosk.store.find(ticket)
        if kiosk.virtual is None or row is None:
            return refusals.sorry("unknown_ticket", 404)
        name = slip_file(row["day"], row["number"])
        copy = request.args.get("copy", 1, type=int)
        file = kiosk.virtual.folder / (f"{name}.png" if copy <= 1 else f"{name}_{copy}.png")
        if not file.is_file():
            return refusals.sorry("unknown_ticket", 404)
        return send_file(file, mimetype="image/png", max_age=0)

    @web.route("/api/virtual-printer/faults", methods=["GET", "POST"])
    def faults() -> Answer:
        if kiosk.virtual is None:
            return refusals.sorry("not_virtual", 404)
        if request.method == "POST":
            wanted = _body_key("faults")
            if isinstance(wanted, list) and all(isinstance(name, str) for name in wanted):
                wanted = dict.fromkeys(wanted, True)
            if not isinstance(wanted, dict):
                return refusals.bad("faults")
            try:
                kiosk.virtual.set_faults(wanted)
            except ValueError as wrong:
                return jsonify(ok=False, error="bad_request", message=str(wrong)), 400
            kiosk.room.ask_soon()
        return jsonify(ok=True, faults=kiosk.virtual.faults)


def _add_files(web: Flask, kiosk: Machine) -> None:
    """What the pages are made of."""

    @web.get("/static/<path:name>")
    def own_file(name: str) -> Answer:
        return _file(STATIC, name)

    @web.get("/ui/languages.json")
    def languages() -> Answer:
        return _json(kiosk.words.languages.listing())

    @web.get("/ui/fonts/<lang>.css")
    def fonts(lang: str) -> Answer:
        languages = kiosk.words.languages
        if lang not in languages or "fonts" not in languages[lang].facts:
            return jsonify(ok=False, error="bad_request", message="no letters of its own"), 404
        return Response(font_css(languages[lang]), mimetype="text/css")

    @web.get("/ui/texts/<lang>/<area>.json")
    def texts(lang: str, area: str) -> Answer:
        try:
            return _json(kiosk.words.languages.area(lang, area))
        except KeyError:
            return _file(kiosk.settings.ui, f"texts/{lang}/{area}.json")

    @web.get("/ui/<path:name>")
    def shared_file(name: str) -> Answer:
        return _file(kiosk.settings.ui, name)

    @web.get("/lib/<path:name>")
    def library_file(name: str) -> Answer:
        if not name.startswith((*LIBRARIES, *_font_packages(kiosk))):
            return jsonify(ok=False, error="bad_request", message="not a package of this page"), 404
        return send_from_directory(kiosk.settings.lib, name, max_age=86_400)


def _font_packages(kiosk: Machine) -> tuple[str, ...]:
    """The packages of typefaces that languages name."""
    languages = kiosk.words.languages
    named = (languages[code].facts.get("fonts") for code in languages)
    return tuple(f"{fonts['package']}/" for fonts in named if fonts)


def _json(content: Mapping[str, Any]) -> Response:
    answer = Response(json.dumps(content, ensure_ascii=False), mimetype="application/json")
    answer.headers["Cache-Control"] = "no-cache"
    return answer


def _file(folder: Path, name: str) -> Response:
    """A file the browser asks for anew each time whether it changed."""
    answer = send_from_directory(folder, name)
    answer.headers["Cache-Control"] = "no-cache"
    return answer


def _body_key(key: str) -> Any:
    """The value of a key of the request's JSON object; None without one."""
    body = request.get_json(silent=True)
    return body.get(key) if isinstance(body, dict) else None
