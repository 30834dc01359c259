"""One error everywhere: JSON for programs, a page in their language for people; and the headers
every page gets.
"""

import logging
import time
from collections.abc import Callable, Iterable
from typing import Any

from flask import Flask, Response, g, make_response, render_template, request
from werkzeug.exceptions import HTTPException

from ..acts import Refusal, StorageError
from ..payloads import BadPayload
from ..texts import area, complete
from .auth import NotAllowed, answered
from .pages import choose_language

log = logging.getLogger("luot")
Environ = dict[str, Any]
StartResponse = Callable[..., Any]
WsgiApp = Callable[[Environ, StartResponse], Iterable[bytes]]
POLICY = (
    "default-src 'self'; connect-src 'self' ws: wss:; img-src 'self' data: blob:; media-src 'self'"
    " blob:; frame-ancestors 'self'; object-src 'none'; base-uri 'none'; form-action 'self'"
)
HEADERS = (
    ("Content-Security-Policy", POLICY),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Permissions-Policy", "camera=(), microphone=(), geolocation=()"),
)
#: Answers of these kinds are made anew at each request, unless their view says how long they last.
NOT_KEPT = ("application/json", "text/html")
#: HTTP's own refusals, as the language files name them (`bad_request_…`); any other: unreadable.
UNREAD = {404: "address", 405: "method", 413: "large"}


#: Pages of an error have a heading of their own for these; any other: "other".
HEADED = (401, 403, 404, 405, 413, 429, 500, 503)


def _wants_page() -> bool:
    """Whether a person looks at what is answered: a browser that opens an address asks for HTML."""
    return not request.path.startswith("/api/") and "text/html" in request.headers.get("Accept", "")


def refuse(refusal: Refusal, status: int | None = None) -> Response:
    """The answer to a request that is refused: the one JSON error, or its sentence on a page."""
    response = answered(refusal.answer(), status)
    if not _wants_page():
        return response
    choose_language()
    words = area(g.language, "staff")
    headings = words["refused"]
    page = make_response(
        render_template(
            "refused.html",
            lang=g.language,
            t=lambda key: words[key],
            title=headings[str(response.status_code if response.status_code in HEADED else 0)],
            message=complete(refusal.answer(), g.language)["message"],
            home=headings["home"],
        ),
        response.status_code,
    )
    if "Retry-After" in response.headers:
        page.headers["Retry-After"] = response.headers["Retry-After"]
    return page


def guard(
    app: Flask, count: Callable[[str, str, float], object] = lambda method, status, seconds: None
) -> None:
    """One error everywhere, and the headers every page gets. `count` is told of each answer: the
    request's method, the status ("200 OK"), the seconds it took.
    """

    @app.errorhandler(NotAllowed)
    def not_allowed(error: Any) -> Any:
        return refuse(Refusal("not_allowed"), error.status)

    @app.errorhandler(BadPayload)
    def bad_payload(error: Any) -> Any:
        return refuse(Refusal("bad_request", key=error.key, problem=error.problem, **error.params))

    @app.errorhandler(Refusal)
    def refused(error: Any) -> Any:
        return refuse(error)

    @app.errorhandler(StorageError)
    def storage(error: Any) -> Any:
        log.error("storage: %s", error)
        return refuse(Refusal(error.code))

    @app.errorhandler(Exception)
    def anything(error: Any) -> Any:
        if isinstance(error, HTTPException):
            code = error.code or 0
            if code < 400:
                return error  # a redirect
            refusal_text = (
                Refusal("not_allowed")
                if code == 403
                else Refusal("bad_request", why=UNREAD.get(code, "unreadable"))
            )
            response = refuse(refusal_text, code)
            if allowed := getattr(error, "valid_methods", None):
                response.headers["Allow"] = ", ".join(sorted(allowed))
            return response
        log.exception("%s %s failed", request.method, request.path)
        return refuse(Refusal("internal"))

    app.wsgi_app = _with_headers(app.wsgi_app, count)  # type: ignore[method-assign, assignment]


def _with_headers(app: WsgiApp, count: Callable[[str, str, float], object]) -> WsgiApp:
    """WSGI: `app`, and every answer has HEADERS unless it says otherwise; what is no file is not
    kept. Outside of Flask, whose headers cost each press eight times as much.
    """

    def answer(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        began, answered = time.perf_counter(), ""

        def start(status: str, headers: list[tuple[str, str]], *error: Any) -> Any:
            nonlocal answered
            answered = status
            there = {name.lower(): value for name, value in headers}
            headers += [(name, value) for name, value in HEADERS if name.lower() not in there]
            if "cache-control" not in there and there.get("content-type", "").startswith(NOT_KEPT):
                headers.append(("Cache-Control", "no-store"))
            return start_response(status, headers, *error)

        body = app(environ, start)
        if answered:  # a socket is not, it goes on
            count(environ.get("REQUEST_METHOD", ""), answered, time.perf_counter() - began)
        return body

    return answer
