"""Web pushes to phones that asked for them: encrypted for one browser (RFC 8291), signed by the
house's own key (RFC 8292).
"""

import base64
import hashlib
import json
from collections.abc import Sequence
from urllib.parse import urlsplit

from http_ece import ECEException
from py_vapid import Vapid02
from pywebpush import WebPusher, WebPushException

from domain.notices import KINDS

from ..outside_keys import OutsideKeys
from .answers import meaning
from .http import NotAllowed, NotSent, Outside, Unanswered
from .job import Job
from .outcome import Ended, Outcome

#: Below this a sleeping phone loses the push.
LEAST_TTL_S = 30
#: A signature is good for so long.
SIGNED_FOR_S = 12 * 3600


class WebPush:
    """services: the endings of the hosts a subscription may name; contact: whom a push service may
    write to, a mailto: or https: address.
    """

    def __init__(
        self, outside: Outside, keys: OutsideKeys, services: Sequence[str], contact: str
    ) -> None:
        self._outside, self._keys, self._services = outside, keys, tuple(services)
        self._contact = contact
        self._vapid: Vapid02 | None = None

    def send(self, job: Job) -> Outcome:
        """One attempt. The receiver knows ours by its topic: a second push replaces the first."""
        try:
            subscription = json.loads(job.address)
            endpoint = str(subscription["endpoint"])
            if not self._is_service(endpoint):
                return Outcome(Ended.GONE, "no_push_service")
            body = WebPusher(subscription).encode(_message(job).encode())["body"]
        except (ValueError, KeyError, TypeError, WebPushException, ECEException):
            return Outcome(Ended.GONE, "bad_subscription")
        headers = {
            **self._signature(endpoint, job.now // 1000),
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(max(LEAST_TTL_S, job.useful_ms // 1000)),
            "Urgency": "high" if job.kind in KINDS and KINDS[job.kind].urgent else "normal",
            "Topic": topic_of(job),
        }
        try:
            return meaning(self._outside.post(endpoint, body, headers), gone=(404, 410))
        except NotAllowed as refused:
            return Outcome(Ended.GONE, str(refused))
        except NotSent as error:
            return Outcome(Ended.NOT_SENT, str(error))
        except Unanswered as error:
            return Outcome(Ended.PERHAPS, str(error))

    def _is_service(self, endpoint: str) -> bool:
        host = urlsplit(endpoint).hostname or ""
        return any(host == name or host.endswith(f".{name}") for name in self._services)

    def _signature(self, endpoint: str, now_s: int) -> dict[str, str]:
        if self._vapid is None:
            self._vapid = Vapid02.from_pem(self._keys.vapid_pem())
        parts = urlsplit(endpoint)
        claims = {
            "aud": f"{parts.scheme}://{parts.netloc}",
            "sub": self._contact,
            "exp": now_s + SIGNED_FOR_S,
        }
        signed: dict[str, str] = self._vapid.sign(claims)
        return signed


def topic_of(job: Job) -> str:
    """32 letters that are the same for every try of one notice, and tell nothing about it."""
    digest = hashlib.sha256(job.id.encode()).digest()[:24]
    return base64.urlsafe_b64encode(digest).decode()


def _message(job: Job) -> str:
    return json.dumps(
        {
            "kind": job.kind,
            "title": job.title,
            "body": job.body,
            "lang": job.lang,
            "path": job.path,
            "cancel": job.data.get("cancel"),
            "cancel_words": job.words.get("cancel", ""),
            "number": job.data.get("number"),
        },
        ensure_ascii=False,
    )
