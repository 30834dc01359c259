"""One JSON error everywhere, and the headers every page gets."""

import logging
from typing import Any

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

from ..acts import Refusal, StorageError
from ..payloads import BadPayload
from .auth import NotAllowed, answered

log = logging.getLogger("luot")
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
#: HTTP's own refusals, as the language files name them (`bad_request_…`); any other: unreadable.
UNREAD = {404: "address", 405: "method", 413: "large"}


def guard(app: Flask) -> None:
    """One JSON error everywhere, and the headers every page gets."""

    @app.errorhandler(NotAllowed)
    def not_allowed(error: Any) -> Any:
        return answered(Refusal("not_allowed").answer(), error.status)

    @app.errorhandler(BadPayload)
    def bad_payload(error: Any) -> Any:
        return answered(
            Refusal("bad_request", key=error.key, problem=error.problem, **error.params).answer()
        )

    @app.errorhandler(Refusal)
    def refused(error: Any) -> Any:
        return answered(error.answer(), 401 if error.code == "not_allowed" else None)

    @app.errorhandler(StorageError)
    def storage(error: Any) -> Any:
        log.error("storage: %s", error)
        return answered(Refusal(error.code).answer())

    @app.errorhandler(Exception)
    def anything(error: Any) -> Any:
        if isinstance(error, HTTPException):
            if not request.path.startswith("/api/"):
                return error
            why = UNREAD.get(error.code or 0, "unreadable")
            return answered(Refusal("bad_request", why=why).answer(), error.code)
        log.exception("%s %s failed", request.method, request.path)
        return answered(Refusal("internal").answer())

    @app.after_request
    def headers(response: Response) -> Response:
        for name, value in HEADERS:
            if name not in response.headers:
                response.headers.add(name, value)
        if "Cache-Control" not in response.headers and response.mimetype in (
            "application/json",
            "text/html",
        ):
            response.headers.add("Cache-Control", "no-store")
        return response
