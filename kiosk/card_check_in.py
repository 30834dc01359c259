"""Who booked a time or kept a number from home with the number of their ID card, and shows the
card: what they come for is looked up by a keyed hash of it, and becomes a number as by its code.

Of the card nothing is sent on, stored or logged: the hash stands in memory for the three minutes
of its handle (kiosk/scan.py), the code of what was found until its press is answered.
"""

import threading
from typing import Any

from kiosk.check_in import CheckIns
from kiosk.hub_link import HubAway
from kiosk.press import REQUEST_ID, PressHandler, language_of
from kiosk.scan import Cards
from kiosk.words import Words

#: Presses whose code is remembered for the same press sent again: what was found by a card is
#: found no more once it is checked in.
MOST_PRESSES = 50
#: What is told of a visit to whoever shows the card and has several.
SHOWN = ("id", "kind", "field", "service", "start")


class CardCheckIns:
    """Check-ins by a card that was just read, named by its handle."""

    def __init__(
        self, cards: Cards, check_ins: CheckIns, presses: PressHandler, words: Words
    ) -> None:
        self._cards, self._check_ins, self._presses = cards, check_ins, presses
        self._words = words
        self._lock = threading.Lock()
        self._codes: dict[str, str] = {}

    def check_in(self, payload: dict[str, Any]) -> tuple[dict[str, Any], int]:
        """The answer of PressHandler.check_in for `{request_id, person, visit?, lang?}`.

        404 unknown_card (its handle is over: show it again), 404 nothing_booked, 409 choose_visit
        with `visits` of `{id, kind, field, service, start}` where there are several and no `visit`
        names one, 503 hub_away.
        """
        lang, request_id = language_of(payload), payload.get("request_id")
        if not isinstance(request_id, str) or not REQUEST_ID.fullmatch(request_id):
            return self._presses.check_in({"lang": lang}, self._check_ins.ask)
        with self._lock:
            code = self._codes.get(request_id)
        if code is None:
            person = self._cards.person(str(payload.get("person")))
            if person is None:
                return self._no("unknown_card", "card_over", lang), 404
            try:
                if not person.heard:
                    raise HubAway("not heard when the card was shown", in_doubt=False)
                visits = self._check_ins.visits(person.booked) if person.booked else []
            except HubAway:
                return self._no("hub_away", "slip_hub_away", lang), 503
            if "visit" in payload:
                visits = [visit for visit in visits if visit["id"] == payload["visit"]]
            if not visits:
                return self._no("nothing_booked", "nothing_booked", lang), 404
            if len(visits) > 1:
                offered = [{key: visit[key] for key in SHOWN} for visit in visits]
                return {**self._no("choose_visit", "choose_visit", lang), "visits": offered}, 409
            code = str(visits[0]["code"])
            with self._lock:
                newest = dict(list(self._codes.items())[1 - MOST_PRESSES :])
                self._codes = newest | {request_id: code}
        pressed = {"request_id": request_id, "code": code, "lang": lang}
        answer, status = self._presses.check_in(pressed, self._check_ins.ask)
        if answer.get("error") != "hub_away":
            with self._lock:
                self._codes.pop(request_id, None)
        return answer, status

    def _no(self, error: str, text: str, lang: str) -> dict[str, Any]:
        return {"ok": False, "error": error, "message": self._words.say(lang, f"errors.{text}")}
