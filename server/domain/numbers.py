"""Ticket numbers: a prefix and a count from 001 every service day, per field."""

#: Numbers a cut-off kiosk gives out lie in this range, so that everyone sees which ones they are; the hub's own count steps over it.
OFFLINE_FIRST, OFFLINE_LAST = 801, 999
#: How many numbers a kiosk holds ahead per field: an hour of a busy field.
BLOCK_SIZE = 20


def number(ticket_format, prefix, n):
    """The number as people see it: number("{prefix}{n:03d}", "A", 12) == "A012"."""
    return ticket_format.format(prefix=prefix, n=n)


def following(n):
    """The count that follows `n` on the hub (800 → 1000)."""
    return OFFLINE_LAST + 1 if OFFLINE_FIRST <= n + 1 <= OFFLINE_LAST else n + 1


def count_of(text, prefix):
    """The count inside a number, or None when it is not one of this prefix."""
    digits = text[len(prefix):] if text.startswith(prefix) else ""
    return int(digits) if digits.isdigit() else None
