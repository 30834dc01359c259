"""Renewing the access token of a provider whose refresh token is good once: asked for ahead of its
time, by one process alone, and on the disk before it is used.
"""

import json
from collections.abc import Mapping
from typing import Any

from ..centre.models.delivery import MessageProvider, Renewal
from ..outside_keys import KeyTrouble, OutsideKeys
from .filling import filled, in_form
from .http import Answer, NotAllowed, NotSent, Outside, Unanswered
from .tokens import TokenFile, Tokens

#: Renewed when a fifth of its time is left, so that a refusal is mended while messages still go.
AHEAD = 0.2
#: A renewal that did not come about is tried again after so long.
PAUSE_MS = 60_000
#: How long an access token is good where its provider does not say so.
USUAL_S = 3600
#: Answers after which the same refresh token may still be taken.
LATER = (408, 425, 429)


class NoToken(Exception):
    """There is no access token that is good; the text is an error code."""


class Renewals:
    """The access tokens of all providers of a house."""

    def __init__(self, outside: Outside, keys: OutsideKeys) -> None:
        self._outside, self._keys = outside, keys

    def file_of(self, centre: str, provider: str) -> TokenFile:
        """Where the tokens of a provider are kept."""
        return TokenFile(self._keys.folder.parent, centre, provider)

    def trouble(self, centre: str, provider: MessageProvider) -> tuple[str, int] | None:
        """`(why, since when)` where a provider takes the refresh token no more; None while all is
        well, or before there is one.
        """
        try:
            kept = self.file_of(centre, provider.code).read()
        except KeyTrouble:
            return None
        return (kept.refused, kept.refused_at) if kept.refused else None

    def access(self, centre: str, provider: MessageProvider, now: int, spent: str = "") -> str:
        """The access token to send with; renewed first where its time is nearly over, or where it
        is the one the provider took no more (`spent`). Raises NoToken, KeyTrouble.
        """
        file = self.file_of(centre, provider.code)
        kept = file.read()
        if _is_fresh(kept, now, spent):
            return kept.access
        with file.alone():
            kept = file.read()
            if not _is_fresh(kept, now, spent):
                kept = self._renewed(file, kept, centre, provider, now)
        if kept.access and kept.access != spent and now < kept.until:
            return kept.access
        raise NoToken("token_refused" if kept.refused else "token_later")

    def _renewed(
        self, file: TokenFile, kept: Tokens, centre: str, provider: MessageProvider, now: int
    ) -> Tokens:
        rules = provider.renewal
        assert rules is not None, "asked for such providers only"
        if kept.refused or (kept.failed_at and now - kept.failed_at < PAUSE_MS):
            return kept
        unanswered = bool(kept.asked_at)
        # before it is asked: whoever comes after a death in the midst knows of it
        kept = file.note(kept, asked_at=now)
        try:
            answer = self._ask(rules, kept, centre, provider)
        except Unanswered:
            return file.note(kept, failed_at=now)
        except (NotSent, NotAllowed, KeyTrouble):
            return file.note(kept, failed_at=now, asked_at=now if unanswered else 0)
        given = _given(rules, answer)
        if given is not None:
            access, refresh, seconds = given
            renew_at = now + round(seconds * (1 - AHEAD) * 1000)
            renewed = Tokens(refresh, access, now + seconds * 1000, renew_at)
            file.write(renewed)
            return renewed
        if answer.status >= 500 or answer.status in LATER:
            return file.note(kept, failed_at=now)
        why = "spent" if unanswered else _why(answer)
        return file.note(kept, refused=why, refused_at=now)

    def _ask(self, rules: Renewal, kept: Tokens, centre: str, provider: MessageProvider) -> Answer:
        values = {"refresh": kept.refresh}
        if provider.secret:
            values["secret"] = self._keys.secret(f"{centre}:{provider.code}")
        headers = {row.name: filled(row.value, values) for row in rules.headers}
        kind = "application/x-www-form-urlencoded"
        body = filled(rules.body, values, in_form).encode()
        return self._outside.post(rules.url, body, {"Content-Type": kind, **headers})


def _is_fresh(kept: Tokens, now: int, spent: str) -> bool:
    return bool(kept.access) and kept.access != spent and now < kept.renew_at


def _given(rules: Renewal, answer: Answer) -> tuple[str, str, int] | None:
    """`(access, refresh, seconds)` of an answer, or None where it gives none."""
    content = _content(answer)
    access, refresh = content.get(rules.access), content.get(rules.refresh)
    if answer.status >= 300 or not access or not refresh:
        return None
    lasts = str(content.get(rules.lasts, ""))
    return str(access), str(refresh), int(lasts) if lasts.isdecimal() else USUAL_S


def _why(answer: Answer) -> str:
    """What the provider said, as a short code: no token stands in it."""
    error = _content(answer).get("error")
    if isinstance(error, int | str) and len(str(error)) <= 20:
        return str(error)
    return str(answer.status)


def _content(answer: Answer) -> Mapping[str, Any]:
    try:
        content = json.loads(answer.body)
    except ValueError:
        return {}
    return content if isinstance(content, dict) else {}
