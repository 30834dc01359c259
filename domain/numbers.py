"""Ticket numbers: a prefix and a count from 001 every service day, per field."""

import re
import unicodedata
from collections.abc import Collection
from functools import lru_cache
from string import Formatter
from typing import NamedTuple

#: How a number is written where the centre's file does not say.
USUAL_FORMAT = "{prefix}{n:03d}"

#: Numbers a cut-off kiosk gives out lie in this range, so that everyone sees which ones they are;
#: the hub's own count steps over it.
OFFLINE_FIRST, OFFLINE_LAST = 801, 999
#: How many numbers a kiosk holds ahead per field, unless the centre's file says else (limits:
#: offline_numbers).
BLOCK_SIZE = 20
#: A centre's range for its kiosks begins here or later; below it the hub's own count need not look
#: out for theirs.
LEAST_FIRST = 101


class KioskNumbers(NamedTuple):
    """The numbers kiosks hold for the time without the hub: first to last, `block` at a time."""

    first: int = OFFLINE_FIRST
    last: int = OFFLINE_LAST
    block: int = BLOCK_SIZE


def number(ticket_format: str, prefix: str, n: int) -> str:
    """The number as people see it: number("{prefix}{n:03d}", "A", 12) == "A012"."""
    return ticket_format.format(prefix=prefix, n=n)


def is_format(ticket_format: object) -> bool:
    """Whether numbers can be written in a format, and read back from it."""
    if not isinstance(ticket_format, str):
        return False
    try:
        return all(
            count_of(number(ticket_format, prefix, n), prefix, ticket_format) == n
            and count_of(number(ticket_format, prefix, n), other, ticket_format) is None
            for prefix, other in (("A", "B"), ("AB", "A"))
            for n in (1, 12, 801, 1234)
        )
    except (KeyError, IndexError, ValueError, AttributeError):
        return False


def count_of(text: str, prefix: str, ticket_format: str = USUAL_FORMAT) -> int | None:
    """The count inside a number, or None when it is not one of this prefix.

    A number in the usual format is understood too: kiosks that know no other write it so.
    """
    for pattern in (_pattern(ticket_format, prefix), _pattern(USUAL_FORMAT, prefix)):
        match = pattern.fullmatch(text)
        if match is not None:
            return int(match["n"])
    return None


def typed_number(typed: str, ticket_format: str, prefixes: Collection[str]) -> str | None:
    """The number somebody means who typed "a1", "A 001" or "a-001", as the centre writes it; None
    when it begins with no prefix of the centre.
    """
    text = unicodedata.normalize("NFC", typed).strip().upper()
    match = re.fullmatch(r"(?P<prefix>[^\W\d_]+)[\s.\-]*(?P<n>[0-9]{1,9})", text)
    if match is None or match["prefix"] not in prefixes:
        return None
    return number(ticket_format, match["prefix"], int(match["n"]))


def ways_to_write(typed: str, ticket_format: str, prefixes: Collection[str]) -> list[str]:
    """How a number that somebody typed may be written: as it is, then as the centre writes it."""
    number_meant = typed_number(typed, ticket_format, prefixes)
    return list(dict.fromkeys([typed.strip().upper(), *([number_meant] if number_meant else [])]))


@lru_cache(maxsize=512)
def _pattern(ticket_format: str, prefix: str) -> re.Pattern[str]:
    parts, counted = [], False
    for literal, name, _, _ in Formatter().parse(ticket_format):
        parts.append(re.escape(literal))
        if name == "prefix":
            parts.append(re.escape(prefix))
        elif name == "n":
            parts.append("(?P=n)" if counted else "(?P<n>[0-9]{1,9})")
            counted = True
        elif name is not None:
            raise ValueError(f"{ticket_format!r} names {name!r}; it may name prefix and n")
    if not counted:
        raise ValueError(f"{ticket_format!r} does not name n")
    return re.compile("".join(parts))
