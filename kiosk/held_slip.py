"""The holder of a slip at the kiosk: its QR code held under the scanner, asked of the hub by the
routes a phone uses.

The key in the code is the holder's proof: no number and no id opens anything here, the kiosk's own
token is not sent along, and nothing is stored or logged.
"""

import re
from typing import Any

import requests

from domain.languages import DEFAULT
from domain.slip_key import KEY_PATTERN
from kiosk.hub_http import ask_hub
from kiosk.hub_link import HubAway

#: For the connection and for the answer of one request; an act is three of them.
ASK_S = 2.0
#: What the holder may do, and the end of its route.
DOES = {"let_pass": "let-pass", "give_back": "give-back"}
KEY = re.compile(KEY_PATTERN)


class HeldSlips:
    """The hub's answers about slips of one centre."""

    def __init__(self, hub: str, centre: str) -> None:
        self._hub, self._centre = hub, centre

    def see(self, key: str) -> tuple[dict[str, Any], int]:
        """`{ok, seq, at, ticket, field_name, …}` as the phone's page reads it, and the status; 404
        unknown_ticket for a key of another centre, of another day, or of no slip. Raises HubAway.
        """
        return self._ask("GET", f"/api/v1/{self._centre}/tickets/{key}", DEFAULT)

    def do(self, key: str, what: str, request_id: str, lang: str) -> tuple[dict[str, Any], int]:
        """Does one of DOES and gives the ticket as it then is, or the refusal in the language
        `lang`. Sent again with its request_id it is still one act. Raises HubAway.
        """
        seen, status = self.see(key)
        if status != 200:
            return seen, status  # a slip of another centre of this hub is no business of this hall
        answer, status = self._ask("POST", f"/t/{key}/{DOES[what]}", lang, request_id)
        return (answer, status) if status != 200 else self.see(key)

    def _ask(
        self, method: str, path: str, lang: str, request_id: str | None = None
    ) -> tuple[dict[str, Any], int]:
        try:
            answer = ask_hub(
                method,
                f"{self._hub}{path}",
                ASK_S,
                headers={"Accept": "application/json", "Accept-Language": lang},
                json=None if request_id is None else {"request_id": request_id},
                allow_redirects=False,
            )
            content = answer.json()
        except (requests.RequestException, ValueError) as error:
            # its text would hold the address, and so the key
            raise HubAway(type(error).__name__, in_doubt=request_id is not None) from None
        status = answer.status_code
        understood = isinstance(content, dict) and isinstance(content.get("ok"), bool)
        if not understood or status == 429 or status >= 500:
            raise HubAway(f"status {status}", in_doubt=request_id is not None)
        return content, status
