"""How simulated people talk to the kiosk and the counters: the documented HTTP, retried with the
same request_id until there is an answer.
"""

import secrets
import threading
from typing import Any

import requests

#: Pause before the same press is sent again, when nobody answered.
RETRY_SECONDS = 0.5


class Left(Exception):
    """The demo ends; whoever hears this goes home."""


class Talk:
    """One person's line to a kiosk or a counter. `stop` ends every wait."""

    def __init__(self, base: str, token: str | None, stop: threading.Event) -> None:
        self.base, self.stop = base, stop
        self.http = requests.Session()
        self.http.trust_env = False
        if token:
            self.http.headers["Authorization"] = f"Bearer {token}"

    def press(self, path: str, **payload: Any) -> dict[str, Any]:
        """POST `payload` with a request_id of its own; the answer, whatever it is.

        The same press is repeated while nobody answers.
        """
        payload["request_id"] = secrets.token_hex(12)
        while not self.stop.is_set():
            try:
                answer = self.http.post(self.base + path, json=payload, timeout=10)
                if answer.status_code == 429:
                    self.rest(float(answer.json().get("retry_after") or RETRY_SECONDS))
                    continue
                if answer.status_code < 500:
                    body: dict[str, Any] = answer.json()
                    return body
            except (requests.RequestException, ValueError):
                pass
            self.rest(RETRY_SECONDS)
        raise Left

    def rest(self, seconds: float) -> None:
        """Wait, or leave."""
        if self.stop.wait(seconds):
            raise Left
