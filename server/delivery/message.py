"""Text messages and chat messages by a provider's HTTP interface, which the centre's document
describes: the same lines for an SMS gateway and for a Zalo official account.
"""

import json
from typing import Any
from urllib.parse import quote

from ..centre.models.delivery import MessageProvider
from ..outside_keys import KeyTrouble, OutsideKeys
from .answers import meaning
from .http import NotAllowed, NotSent, Outside, Unanswered
from .job import Job
from .outcome import SENT, Ended, Outcome


class Messages:
    """Sends by whichever provider of the centre serves the contact's kind."""

    def __init__(self, outside: Outside, keys: OutsideKeys) -> None:
        self._outside, self._keys = outside, keys

    def send(self, job: Job) -> Outcome:
        """One attempt."""
        provider = provider_of(job)
        if provider is None:
            return Outcome(Ended.GONE, "no_receiver")
        values = {
            "address": job.address,
            "id": job.id,
            "title": job.title,
            "text": job.body,
            "lang": job.lang,
        }
        try:
            if provider.secret:
                name = f"{job.document.code}:{provider.code}"
                values["secret"] = self._keys.secret(name)
            headers = {row.name: filled(row.value, values) for row in provider.headers}
            as_json = provider.body.lstrip().startswith(("{", "["))
            body = filled(provider.body, values, _in_json if as_json else _in_form)
            kind = "application/json" if as_json else "application/x-www-form-urlencoded"
            answer = self._outside.post(
                filled(provider.url, values, _in_form),
                body.encode(),
                {"Content-Type": kind, **headers},
            )
        except KeyTrouble:
            return Outcome(Ended.NOT_SENT, "no_secret")
        except NotAllowed as refused:
            return Outcome(Ended.REFUSED, str(refused))
        except NotSent as error:
            return Outcome(Ended.NOT_SENT, str(error))
        except Unanswered as error:
            return Outcome(Ended.PERHAPS, str(error))
        outcome = meaning(answer)
        if outcome is not SENT or not provider.result:
            return outcome
        return _by_body(provider, provider.result, answer.body)


def provider_of(job: Job) -> MessageProvider | None:
    """The provider of the centre that serves the contact's kind, or None."""
    providers = job.document.delivery.messages
    return next((row for row in providers if row.kind == job.channel), None)


def filled(text: str, values: dict[str, str], write: Any = str) -> str:
    """A text of the document with its {places} filled; other braces stay as they are."""
    for name, value in values.items():
        text = text.replace(f"{{{name}}}", write(value))
    return text


def _in_json(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)[1:-1]


def _in_form(value: str) -> str:
    return quote(value, safe="")


def _by_body(provider: MessageProvider, result: str, body: bytes) -> Outcome:
    """Providers that say every failure with status 200: the field `result` tells."""
    try:
        value: Any = json.loads(body)
        for step in result.split("."):
            value = value[int(step)] if isinstance(value, list) else value[step]
    except (ValueError, KeyError, IndexError, TypeError):
        return Outcome(Ended.PERHAPS, "unread_answer")
    if str(value) in provider.good:
        return SENT
    error = f"answer {str(value)[:20]}"
    ended = Ended.NOT_SENT if str(value) in provider.again else Ended.REFUSED
    return Outcome(ended, error)
