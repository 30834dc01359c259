"""The open data of all centres and the city page, where no nginx sends them by itself."""

from flask import Blueprint, Response, redirect, send_from_directory
from werkzeug.wrappers import Response as AnyResponse

from .auth import parts

#: The folders that `luot city` writes.
OPEN, PAGE = "open", "city"
#: Other sites may show the page in a frame; only it may ask a phone where it is.
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' data:; frame-ancestors *; object-src 'none';"
        " base-uri 'none'; form-action 'self'"
    ),
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(self)",
}

city_pages = Blueprint("city_pages", __name__)


@city_pages.get("/open/<name>.json")
def open_file(name: str) -> Response:
    """A file of the open data (docs/city.md); any web site may read it."""
    return _open(f"{name}.json")


@city_pages.get("/open/history/<name>")
def open_history(name: str) -> Response:
    """A month of the open data, or what describes them all."""
    return _open(f"history/{name}")


def _open(path: str) -> Response:
    response = _send(OPEN, path)
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


@city_pages.get("/city")
def city() -> AnyResponse:
    """The page itself stands in a folder of its own."""
    return redirect("/city/")


@city_pages.get("/city/")
@city_pages.get("/city/<path:path>")
def page(path: str = "index.html") -> Response:
    """Where it is quiet now: the page, and what it loads."""
    response = _send(PAGE, path)
    response.headers.update(HEADERS)
    return response


def _send(folder: str, path: str) -> Response:
    """A file asked for again is sent only when it changed; 404 until `luot city` wrote it."""
    there = parts().settings.public / folder
    response = send_from_directory(there.resolve(), path, max_age=0)
    response.headers["Cache-Control"] = "no-cache"
    return response
