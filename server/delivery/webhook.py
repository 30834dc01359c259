"""Webhooks by the Standard Webhooks specification."""

import json
from datetime import UTC, datetime

from standardwebhooks import Webhook

from ..outside_keys import OutsideKeys
from .answers import meaning
from .http import NotAllowed, NotSent, Outside, Unanswered
from .job import Job
from .outcome import Ended, Outcome


class Webhooks:
    """Tells programs outside of facts."""

    def __init__(self, outside: Outside, keys: OutsideKeys) -> None:
        self._outside, self._keys = outside, keys

    def send(self, job: Job) -> Outcome:
        """One attempt. The receiver knows it by `webhook-id`, which is the same for every try."""
        code = job.receiver.partition(":")[2]
        url = next((hook.url for hook in job.document.delivery.webhooks if hook.code == code), None)
        if url is None:
            return Outcome(Ended.GONE, "no_receiver")
        body = json.dumps(
            {
                "type": f"luot.{job.kind}",
                "timestamp": _iso(int(job.data["at"])),
                "centre": job.document.code,
                "data": {key: value for key, value in job.data.items() if key != "at"},
            },
            ensure_ascii=False,
        )
        try:
            headers = self._headers(job, code, body)
            answer = self._outside.post(url, body.encode(), headers)
        except NotAllowed as refused:
            return Outcome(Ended.REFUSED, str(refused))
        except NotSent as error:
            return Outcome(Ended.NOT_SENT, str(error))
        except Unanswered as error:
            return Outcome(Ended.PERHAPS, str(error))
        return meaning(answer)

    def _headers(self, job: Job, code: str, body: str) -> dict[str, str]:
        name = f"msg_{job.id}"
        at = _utc(job.now)
        secrets = self._keys.webhook_secrets(f"{job.document.code}:{code}", job.now)
        return {
            "Content-Type": "application/json",
            "User-Agent": "luot-webhook",
            "webhook-id": name,
            "webhook-timestamp": str(job.now // 1000),
            # both while a secret is being changed: whoever checks by the one or the other is served
            "webhook-signature": " ".join(
                Webhook(secret).sign(name, at, body) for secret in secrets
            ),
        }


def _utc(at: int) -> datetime:
    return datetime.fromtimestamp(at // 1000, UTC)


def _iso(at: int) -> str:
    return _utc(at).isoformat().replace("+00:00", "Z")
