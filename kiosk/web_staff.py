"""The part of the loopback API for staff, scanners and watchers: the staff menu, scanned lines,
slips held under the scanner, metrics.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from flask import Flask, Response, jsonify, request

from domain.languages import DEFAULT
from kiosk.held_slip import DOES as DOES_OF_HOLDER
from kiosk.held_slip import KEY
from kiosk.hub_link import HubAway
from kiosk.metrics import metrics
from kiosk.press import REQUEST_ID
from kiosk.staff_menu import DOES

if TYPE_CHECKING:
    from kiosk.app import Kiosk
    from kiosk.web import Answer

RESTART_S = 0.4


def add_staff(web: Flask, kiosk: Kiosk, bad: Callable[[str], Answer]) -> None:
    """Adds its routes; `bad(key)` is the answer to a body that is not of the documented form."""

    def shut_out(no: dict[str, Any]) -> Answer:
        values: dict[str, dict[str, Any]] = {
            "wrong_pin": {"tries": no.get("tries_left")},
            "locked": {"seconds": no.get("retry_after")},
            "no_pin": {},
        }
        why = "no_pin"
        if "retry_after" in no:
            why = "locked"
        elif "tries_left" in no:
            why = "wrong_pin"
        answer = jsonify(
            ok=False, message=kiosk.own_words.say(DEFAULT, f"errors.{why}", **values[why]), **no
        )
        return (
            (answer, 429, {"Retry-After": str(no["retry_after"])})
            if why == "locked"
            else (answer, 403)
        )

    @web.post("/api/staff")
    def staff() -> Answer:
        body = request.get_json(silent=True)
        if not isinstance(body, dict) or set(body) - {"pin", "do", "on"}:
            return bad("body")
        if body.get("do") not in DOES or (body["do"] == "test_mode") != isinstance(
            body.get("on"), bool
        ):
            return bad("do" if body.get("do") not in DOES else "on")
        no = kiosk.gate.try_pin(body.get("pin"))
        if no:
            return shut_out(no)
        return jsonify(ok=True, **_DO[body["do"]](kiosk, body))

    @web.post("/api/scan")
    def scan() -> Answer:
        body = request.get_json(silent=True)
        text = body.get("text") if isinstance(body, dict) and set(body) == {"text"} else None
        if not isinstance(text, str) or len(text) > 2_000:
            return bad("text")
        return jsonify(ok=True, **kiosk.cards.read(text))

    @web.post("/api/slip")
    def slip() -> Answer:
        """What the holder of a slip sees of it, or does with it."""
        body = request.get_json(silent=True)
        if not isinstance(body, dict) or set(body) - {"key", "do", "request_id", "lang"}:
            return bad("body")
        key, what, request_id = (body.get(name) for name in ("key", "do", "request_id"))
        if not isinstance(key, str) or not KEY.fullmatch(key):
            return bad("key")
        if what != "see" and what not in DOES_OF_HOLDER:
            return bad("do")
        lang = kiosk.words.languages.wanted([str(body.get("lang"))])
        try:
            if what == "see":
                answer, status = kiosk.held.see(key)
            elif isinstance(request_id, str) and REQUEST_ID.fullmatch(request_id):
                answer, status = kiosk.held.do(key, what, request_id, lang)
            else:
                return bad("request_id")
        except HubAway:
            message = kiosk.words.say(lang, "errors.slip_hub_away")
            return jsonify(ok=False, error="hub_away", message=message), 503
        return jsonify(answer), status

    @web.get("/metrics")
    def metrics_page() -> Response:
        return Response(metrics(kiosk.status()), mimetype="text/plain; version=0.0.4")


def _test_mode(kiosk: Kiosk, body: dict[str, Any]) -> dict[str, Any]:
    kiosk.test.switch(body["on"])
    return {"test": kiosk.test.until is not None, "until": kiosk.test.until}


def _paper_replaced(kiosk: Kiosk, body: dict[str, Any]) -> dict[str, Any]:
    kiosk.roll.replaced()
    state = kiosk.room.ask_now()
    return {"printer": state.printer, "paper": state.paper}


def _restart(kiosk: Kiosk, body: dict[str, Any]) -> dict[str, Any]:
    threading.Timer(RESTART_S, kiosk.begin_anew).start()  # after this answer has left
    return {}


_DO: dict[str, Callable[[Kiosk, dict[str, Any]], dict[str, Any]]] = {
    "status": lambda kiosk, body: {"status": kiosk.status()},
    "test_print": lambda kiosk, body: {"print": kiosk.test_print()},
    "test_mode": _test_mode,
    "paper_replaced": _paper_replaced,
    "restart": _restart,
}
