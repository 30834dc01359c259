"""Files the screens load: ours from ui/, display/ and static/, third-party ones from the installed
packages, a short list of them only.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, abort, request, send_from_directory

from domain.languages import WEIGHTS, font_css

from ..texts import area, languages

ROOT = Path(__file__).resolve().parents[2]
#: What of node_modules is served at /lib: package → the folders or files under it.
PACKAGES = {
    "socket.io-client": ("dist/socket.io.min.js",),
    "preact": ("dist/", "hooks/dist/"),
    "htm": ("dist/", "preact/"),
    # the door's code, drawn by the screens themselves
    "qrcode-generator": ("dist/qrcode.js",),
    "echarts": ("dist/echarts.min.js", "dist/echarts.esm.min.mjs"),
    "@fontsource/be-vietnam-pro": ("files/",),
    "@fontsource/ibm-plex-sans": ("files/",),
    "@fontsource/noto-sans-math": ("files/",),
}
DAY_S = 86_400
#: The screens in the hall may keep their page and its files (asked for as `…?hall`) so long without
#: asking; they renew them every half hour themselves (display/hall.js),
#: so that a television on plain http:, where no service worker may keep a page, starts without the
#: hub.
HALL_S = 7 * DAY_S

files = Blueprint("files", __name__)


def _packages() -> dict[str, tuple[str, ...]]:
    """Those above, and the typefaces that languages name."""
    named = [languages()[code].facts.get("fonts") or {} for code in languages()]
    sheets = ("files/", *(f"{weight}.css" for weight in WEIGHTS))
    return PACKAGES | {
        str(fonts["package"]): tuple((fonts.get("files") or {}).values()) or sheets
        for fonts in named
        if fonts
    }


def _send(folder: Path, path: str, max_age: int = 0) -> Response:
    response = send_from_directory(folder, path, max_age=max_age)
    if path.endswith(".mjs"):
        response.headers["Content-Type"] = "text/javascript; charset=utf-8"
    if max_age == 0:
        response.headers["Cache-Control"] = "no-cache"
    return response


def _hall_s() -> int:
    return HALL_S if "hall" in request.args else 0


@files.after_request
def for_previews(response: Response) -> Response:
    """What all screens share is read by the previews of the settings too, which stand in a sandbox
    and count as a stranger's page (previews.py).
    """
    if request.path.startswith(("/ui/", "/lib/")):
        response.headers["Access-Control-Allow-Origin"] = "*"
    return response


@files.get("/ui/languages.json")
def all_languages() -> Response:
    """The languages there are: name, plural rules, how numbers and dates are written."""
    return _kept(languages().listing())


@files.get("/ui/fonts/<lang>.css")
def fonts(lang: str) -> Response:
    """The style sheet with the letters of a language that has some of its own."""
    if lang not in languages() or "fonts" not in languages()[lang].facts:
        abort(404)
    response = Response(font_css(languages()[lang]), mimetype="text/css")
    response.headers["Cache-Control"] = "no-cache"
    return response


@files.get("/ui/texts/<lang>/<area_name>.json")
def texts(lang: str, area_name: str) -> Response:
    """The texts of an area; the default language stands in for what this one lacks."""
    try:
        return _kept(area(lang, area_name))
    except KeyError:
        abort(404)


def _kept(content: Mapping[str, Any]) -> Response:
    """Kept as long as a file; asked for again, only whether it is still the same."""
    response = Response(json.dumps(content, ensure_ascii=False), mimetype="application/json")
    response.add_etag()
    hall_s = _hall_s()
    response.headers["Cache-Control"] = f"public, max-age={hall_s}" if hall_s else "no-cache"
    response.make_conditional(request)
    return response


@files.get("/ui/<path:path>")
def ui(path: str) -> Response:
    """What all screens share."""
    return _send(ROOT / "ui", path, _hall_s())


@files.get("/display/<path:path>")
def display(path: str) -> Response:
    """The screens in the hall and their voice packs."""
    response = _send(ROOT / "display", path, _hall_s())
    if path == "keep.js":
        response.headers["Service-Worker-Allowed"] = "/"
    return response


@files.get("/lib/<path:path>")
def library(path: str) -> Response:
    """Third-party packages."""
    for package, parts in _packages().items():
        if path.startswith(package + "/") and path[len(package) + 1 :].startswith(parts):
            return _send(
                ROOT / "node_modules",
                path,
                HALL_S if "hall" in request.args or package.startswith("@") else DAY_S,
            )
    abort(404)


@files.get("/board/<centre>")
def board(centre: str) -> Response:
    """The lobby board; its token stands behind the #, so no log sees it."""
    return _send(ROOT / "display", "board.html", HALL_S)


@files.get("/sign/<centre>/<counter>")
def sign(centre: str, counter: str) -> Response:
    """The sign at one counter."""
    return _send(ROOT / "display", "sign.html", HALL_S)


@files.get("/door/<centre>")
def door(centre: str) -> Response:
    """The entrance: the code by which people check in, and who is ahead of a newcomer."""
    return _send(ROOT / "display", "door.html", HALL_S)


@files.get("/rate/<centre>/<counter>")
def rate(centre: str, counter: str) -> Response:
    """The tablet at a counter, on which a visit is rated."""
    return _send(ROOT / "display", "rate.html", HALL_S)


@files.get("/favicon.ico")
def icon() -> Response:
    """The plate of Lượt."""
    return _send(ROOT / "server" / "web" / "static", "icon.svg")
