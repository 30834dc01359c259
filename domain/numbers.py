"""Ticket numbers: a prefix and a count from 001 every service day, per field."""

from typing import NamedTuple

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


def number(ticket_format, prefix, n):
    """The number as people see it: number("{prefix}{n:03d}", "A", 12) == "A012"."""
    return ticket_format.format(prefix=prefix, n=n)


def following(n):
    """The count that follows `n` on the hub (800 → 1000)."""
    return OFFLINE_LAST + 1 if OFFLINE_FIRST <= n + 1 <= OFFLINE_LAST else n + 1


def count_of(text, prefix):
    """The count inside a number, or None when it is not one of this prefix."""
    digits = text[len(prefix) :] if text.startswith(prefix) else ""
    return int(digits) if digits.isdigit() else None
