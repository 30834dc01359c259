"""A kiosk that was never paired, or was shut off: it shows a code until somebody says at the hub
which kiosk it is.

The secret is made here and stays here; the hub keeps its hash (server/accounts/pairing_codes.py).
"""

import logging
import threading
from typing import Any

import requests

from kiosk import VERSION
from kiosk.credential import Credential, new_secret
from kiosk.hub_http import ask_hub
from kiosk.settings import Settings
from kiosk.words import Words

log = logging.getLogger(__name__)
ASK_S, PATIENCE_S, CROWDED_S = 2.0, 5.0, 30.0


def state_of(hub: str, secret: str) -> dict[str, Any]:
    """What became of a secret, as the hub says it. Raises RequestException, ValueError."""
    answer = ask_hub(
        "GET",
        f"{hub}/api/v1/pairing",
        PATIENCE_S,
        headers={"Authorization": f"Bearer {secret}"},
    )
    answer.raise_for_status()
    state: dict[str, Any] = answer.json()
    return state


def is_shut_off(hub: str, credential: Credential) -> bool:
    """Whether the hub says that none of a kiosk's secrets opens it any more. False while it does
    not answer.
    """
    try:
        return all(state_of(hub, secret)["state"] == "gone" for secret in credential.tokens)
    except (requests.RequestException, ValueError, KeyError):
        return False


class Pairing:
    """Asks for a code and waits until it is typed at the hub. `start()` it; `wait()` for it."""

    def __init__(self, settings: Settings, ended: threading.Event, now_ms: Any) -> None:
        self.settings, self.words = settings, Words(settings.ui / "texts", "kiosk")
        self._ended, self._now_ms = ended, now_ms
        self._secret = new_secret()
        self._done = threading.Event()
        self.code, self.trouble = "", ""
        self.credential: Credential | None = None
        self._thread = threading.Thread(target=self._ask_on, name="pairing", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def wait(self) -> Credential | None:
        """The credential once this kiosk is paired; None when the program ends before."""
        self._done.wait()
        return self.credential

    def state(self) -> dict[str, Any]:
        """What the screen shows: the code, or why there is none."""
        return {"ok": True, "code": self.code, "trouble": self.trouble, "hub": self.settings.hub}

    def status(self) -> dict[str, Any]:
        """How the machine is, as staff and scripts read it."""
        return {
            "ok": True,
            "version": VERSION,
            "device": self.settings.device,
            "hub": "unpaired",
            "hub_error": self.trouble or None,
            "code": self.code,
        }

    def picture(self) -> bytes | None:
        """The QR of the code, drawn by the hub, which knows whether phones reach it; else None."""
        if not self.code:
            return None
        try:
            answer = ask_hub(
                "GET",
                f"{self.settings.hub}/api/v1/pairing/qr.svg",
                PATIENCE_S,
                params={"code": self.code},
            )
        except requests.RequestException:
            return None
        return answer.content if answer.status_code == 200 else None

    def _ask_on(self) -> None:
        while not self._ended.is_set():
            pause = self._ask()
            if self.credential is not None:
                break
            self._ended.wait(pause)
        self._done.set()

    def _ask(self) -> float:
        """Once; the seconds until the next time."""
        try:
            return self._follow() if self.code else self._begin()
        except (requests.RequestException, ValueError, KeyError, TypeError) as error:
            log.info("no word of the hub about pairing: %s", error)
            self.trouble = "no_hub"
            return PATIENCE_S

    def _begin(self) -> float:
        settings = self.settings
        asked = {
            "claim": self._secret,
            "kind": "kiosk",
            "name": settings.device,
            "version": VERSION,
            "printer": settings.printer[:120],
        }
        answer = ask_hub("POST", f"{settings.hub}/api/v1/pairing", PATIENCE_S, json=asked)
        if answer.status_code == 429:
            self.trouble = "too_many"
            return CROWDED_S
        if answer.status_code == 409:  # this secret is a token already, or used up
            self.code = "?"
            return 0.0
        answer.raise_for_status()
        self.code, self.trouble = str(answer.json()["code"]), ""
        return ASK_S

    def _follow(self) -> float:
        state = state_of(self.settings.hub, self._secret)
        self.trouble = ""
        if state["state"] == "paired":
            self.credential = Credential(
                self._secret, state["centre"], state["name"], self._now_ms()
            )
        elif state["state"] == "gone":
            self._secret, self.code = new_secret(), ""
            return 0.0
        else:
            self.code = str(state["code"])
        return ASK_S
