"""The paired kiosk's own secret while it runs: renewed by itself, given up when the hub says so."""

import logging
from collections.abc import Callable

import requests

from kiosk import credential as kept
from kiosk.credential import RENEW_AFTER_MS, Credential
from kiosk.hub_http import ask_hub
from kiosk.hub_link import FETCH_S, HubLink
from kiosk.pairing import is_shut_off
from kiosk.settings import Settings

log = logging.getLogger(__name__)
#: So long after a try that failed it is tried again.
AGAIN_AFTER_MS = 60_000


class OwnToken:
    """The secret a kiosk was paired with; does nothing for a kiosk whose settings hold a token."""

    def __init__(
        self,
        settings: Settings,
        credential: Credential | None,
        link: HubLink,
        now_ms: Callable[[], int],
    ) -> None:
        self._settings, self._credential = settings, credential
        self._link, self._now_ms = link, now_ms
        self._tried = 0

    def is_shut_off(self) -> bool:
        """Whether the hub, which does not let this kiosk in, says that its secret is good no more.
        One that was about to be followed by another tries that first.
        """
        held = self._credential
        if held is None:
            return False
        if is_shut_off(self._settings.hub, held):
            kept.forget(self._settings.data)
            return True
        if held.following:
            following = self._link.token == held.token
            self._link.token = held.following if following else held.token
        return False

    def renew_in_time(self) -> None:
        """Make a new secret once this one is old enough. It is on the disk before the hub hears of
        it, and alone there once the hub has taken it.
        """
        held = self._credential
        if held is None or not self._link.up:
            return
        now = self._now_ms()
        is_due = bool(held.following) or now - held.since >= RENEW_AFTER_MS
        if not is_due or abs(now - self._tried) < AGAIN_AFTER_MS:
            return
        self._tried = now
        held = held.with_following()
        kept.keep(self._settings.data, held)
        self._credential = held
        try:
            answer = ask_hub(
                "POST",
                f"{self._settings.hub}/api/v1/pairing/renew",
                FETCH_S,
                json={"claim": held.following},
                headers={"Authorization": f"Bearer {self._link.token}"},
            )
        except requests.RequestException as error:
            log.info("the secret was not renewed: %s", error)
            return
        # 409: the secret to follow is in force already, its answer was lost
        if answer.status_code not in (200, 409):
            log.warning("the hub did not renew the secret: HTTP %s", answer.status_code)
            return
        self._credential = held.settled(held.following, self._now_ms())
        kept.keep(self._settings.data, self._credential)
        self._link.use(self._credential.token)
        log.info("this kiosk renewed its secret")
