"""Who booked a time or kept a number from home, at the kiosk: the code becomes a number, and its
slip is printed like any other.

The hub alone knows codes. While it is away nothing can be looked up here: the page offers an
ordinary number, which is joined to the place afterwards (docs/booking.md). The code is in no file
of the kiosk, only a hash of it, which tells a press that was sent again from another.
"""

from collections.abc import Callable
from typing import Any

import requests

from domain.booking_code import typed_code
from domain.languages import DEFAULT
from domain.slip_key import hash_of
from kiosk.hub_http import ask_hub
from kiosk.hub_link import HubAway

#: For the connection and for the answer of one request; a check-in is two of them at most.
ASK_S = 3.0
#: Where a code is looked for, in this order, the code the hub answers where it is none of these,
#: and what stands behind the press's id, so that each act has its own.
PLACES = (("bookings", "unknown_booking", ""), ("claims", "unknown_claim", "-n"))


class CheckIns:
    """Check-ins of one centre; `token` gives the kiosk's own, as it is now."""

    def __init__(self, hub: str, centre: str, token: Callable[[], str]) -> None:
        self._hub, self._centre, self._token = hub, centre, token

    def ask(self, code: str, request_id: str, lang: str) -> dict[str, Any]:
        """The hub's answer: `{ok, ticket, slip, booking | claim}`, or the refusal in the language
        `lang`. Sent again with its request_id it is still one number. Raises HubAway.
        """
        answer: dict[str, Any] = {}
        for place, unknown, mark in PLACES:
            answer = self._ask(f"{place}/{code}/check-in", f"{request_id}{mark}", lang)
            if answer.get("error") != unknown:
                break
        return answer

    def visits(self, person: str) -> list[dict[str, Any]]:
        """What a person may come for, by their key: `[{kind, id, code, field, service, start}]`.

        Raises HubAway.
        """
        answer = self._post("visits/find", {"person": person}, DEFAULT)
        visits = answer.get("visits")
        return visits if answer["ok"] and isinstance(visits, list) else []

    def _ask(self, path: str, request_id: str, lang: str) -> dict[str, Any]:
        return self._post(path, {"request_id": request_id}, lang)

    def _post(self, path: str, body: dict[str, str], lang: str) -> dict[str, Any]:
        try:
            answer = ask_hub(
                "POST",
                f"{self._hub}/api/v1/{self._centre}/{path}",
                ASK_S,
                headers={
                    "Accept": "application/json",
                    "Accept-Language": lang,
                    "Authorization": f"Bearer {self._token()}",
                },
                json=body,
                allow_redirects=False,
            )
            content = answer.json()
        except (requests.RequestException, ValueError) as error:
            # its text would hold the address, and so the code
            raise HubAway(type(error).__name__, in_doubt=True) from None
        understood = isinstance(content, dict) and isinstance(content.get("ok"), bool)
        if not understood or answer.status_code >= 500:
            raise HubAway(f"status {answer.status_code}", in_doubt=True)
        return dict(content)


def body_of(code: str) -> dict[str, Any]:
    """What the kiosk's file keeps of a check-in's press."""
    return {"booked": hash_of(code)[:32]}


def code_in(payload: object) -> str | None:
    """The code of a check-in's press, however it was typed, or None."""
    code = payload.get("code") if isinstance(payload, dict) else None
    return typed_code(code[:40]) if isinstance(code, str) else None
