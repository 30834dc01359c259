"""Text messages and chat messages by a provider's HTTP interface, which the centre's document
describes: the same lines for an SMS gateway and for a Zalo official account.
"""

import json
from typing import Any

from ..centre.models.delivery import MessageProvider, Renewal
from ..outside_keys import KeyTrouble, OutsideKeys
from ..store import contacts
from .answers import meaning
from .filling import filled, in_form, in_json
from .http import NotAllowed, NotSent, Outside, Unanswered
from .job import Job
from .outcome import SENT, Ended, Outcome
from .renewal import NoToken, Renewals

#: What stands before a telephone number of the country for the rest of the world.
COUNTRY = "84"


class Messages:
    """Sends by whichever provider of the centre serves the contact's kind."""

    def __init__(self, outside: Outside, keys: OutsideKeys) -> None:
        self._outside, self._keys = outside, keys
        self.renewals = Renewals(outside, keys)

    def send(self, job: Job) -> Outcome:
        """One attempt."""
        provider = provider_of(job)
        if provider is None:
            return Outcome(Ended.GONE, "no_receiver")
        try:
            outcome, expired = self._attempt(job, provider, "")
            # the token's time was over before we knew: certainly not sent, so once more at once
            return self._attempt(job, provider, expired)[0] if expired else outcome
        except KeyTrouble:
            return Outcome(Ended.NOT_SENT, "no_secret")
        except NoToken as trouble:
            return Outcome(Ended.NOT_SENT, str(trouble))
        except NotAllowed as refused:
            return Outcome(Ended.REFUSED, str(refused))
        except NotSent as error:
            return Outcome(Ended.NOT_SENT, str(error))
        except Unanswered as error:
            return Outcome(Ended.PERHAPS, str(error))

    def _attempt(self, job: Job, provider: MessageProvider, spent: str) -> tuple[Outcome, str]:
        """How it ended, and the access token that the provider took no more ("" for none). spent:
        the one it took no more just before.
        """
        centre, token = job.document.code, ""
        values = {
            "address": job.address,
            "phone": international(job.address),
            "id": job.id,
            "title": job.title,
            "text": job.body,
            "lang": job.lang,
        }
        if provider.renewal is not None:
            token = values["token"] = self.renewals.access(centre, provider, job.now, spent)
        if provider.secret:
            values["secret"] = self._keys.secret(f"{centre}:{provider.code}")
        headers = {row.name: filled(row.value, values) for row in provider.headers}
        as_json = provider.body.lstrip().startswith(("{", "["))
        body = filled(provider.body, values, in_json if as_json else in_form)
        kind = "application/json" if as_json else "application/x-www-form-urlencoded"
        answer = self._outside.post(
            filled(provider.url, values, in_form), body.encode(), {"Content-Type": kind, **headers}
        )
        outcome = meaning(answer)
        if provider.result and outcome is SENT:
            outcome = _by_body(provider, provider.result, answer.body)
        if provider.renewal is None or spent or not _is_expired(provider.renewal, outcome):
            return outcome, ""
        return outcome, token


def provider_of(job: Job) -> MessageProvider | None:
    """The provider of the centre that serves the contact's kind, or None."""
    providers = job.document.delivery.messages
    return next((row for row in providers if row.kind == job.channel), None)


def international(address: str) -> str:
    """A telephone number as gateways want it, "84912345678"; anything else as it is."""
    digits = contacts.plain(address).lstrip("+")
    if not digits.isdecimal():
        return address
    return f"{COUNTRY}{digits[1:]}" if digits.startswith("0") else digits


def _is_expired(rules: Renewal, outcome: Outcome) -> bool:
    return outcome.error.rpartition(" ")[2] in rules.expired


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
