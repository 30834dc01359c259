"""A draw that anybody can check: who has a place of a scarce day.

Before requests open, the fingerprint of a secret is published, and which public figure will be used
(one that is fixed only after they close); when they close, the fingerprint of the list; then the
secret and the figure. The order follows from all three, so neither an applicant nor the centre can
aim at it.
"""

import hashlib
import hmac
from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Any


def fingerprint(text: str) -> str:
    """The SHA-256 of a text, as hexadecimal figures."""
    return hashlib.sha256(text.encode()).hexdigest()


def list_of(tags: Iterable[str]) -> list[str]:
    """The applicants' tags as they are fingerprinted: each once, in order, without spaces round it.

    Raises ValueError for a tag that stands twice (its text is the tag).
    """
    plain = [tag.strip() for tag in tags if tag.strip()]
    ordered = sorted(plain)
    for tag, following in pairwise(ordered):
        if tag == following:
            raise ValueError(tag)
    return ordered


def list_fingerprint(tags: Iterable[str]) -> str:
    """The fingerprint of the list: of its tags in order, a line each."""
    return fingerprint("\n".join(list_of(tags)))


def order_of(secret: str, value: str, tags: Iterable[str]) -> list[str]:
    """The tags in the order in which they have a place: by the HMAC-SHA256, with the secret as its
    key, of "fingerprint of the list|public value|tag".
    """
    listed = list_of(tags)
    head = f"{list_fingerprint(listed)}|{value.strip()}|"
    key = secret.encode()
    return sorted(
        listed, key=lambda tag: hmac.new(key, (head + tag).encode(), hashlib.sha256).digest()
    )


def mistakes_of(record: Mapping[str, Any]) -> list[str]:
    """What of a published record does not agree, by name: "secret", "list", "order", "places" or
    "form"; nothing where it is right.
    """
    try:
        secret, tags = str(record["secret"]), [str(tag) for tag in record["tags"]]
        order = [str(tag) for tag in record["order"]]
        checks = {
            "secret": fingerprint(secret) == record["secret_hash"],
            "list": list_fingerprint(tags) == record["list_hash"],
            "order": order_of(secret, str(record["value"]), tags) == order,
            "places": list(record["won"]) == order[: int(record["places"])],
        }
    except (KeyError, TypeError, ValueError):
        return ["form"]
    return [name for name, right in checks.items() if not right]
