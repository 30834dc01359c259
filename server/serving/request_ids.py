"""Each request has an id: nginx's where it stands in front, else the hub's own. The log's lines and
the answer carry it, so one press can be followed through both.
"""

import re
import secrets
from collections.abc import Callable, Iterable
from typing import Any

from .. import log_fields

HEADER = "X-Request-ID"
#: Where the id stands in a request's environment.
KEY = "luot.request_id"
#: What is taken over from a proxy; anything else is not written into our log.
_PLAIN = re.compile(r"[A-Za-z0-9_.-]{8,64}")
App = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class RequestIds:
    """Stands around the application. `trusted`: whether a proxy in front gives the ids."""

    def __init__(self, app: App, trusted: bool) -> None:
        self._app, self._trusted = app, trusted

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        """As WSGI asks."""
        given = environ.get("HTTP_X_REQUEST_ID", "") if self._trusted else ""
        request = environ[KEY] = given if _PLAIN.fullmatch(given) else secrets.token_hex(16)

        def answer(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            return start_response(status, [*headers, (HEADER, request)], *rest)

        with log_fields.of_request(request):
            return self._app(environ, answer)
