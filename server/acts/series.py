"""A field's series of numbers: the hub's own count, and the blocks kiosks hold of it."""

from typing import Any

from domain import numbers
from domain.centre import Field

from ..store import journal, lines
from .act import Act


def own_number(act: Act, field: Field) -> int | None:
    """The hub's next count of a field, or None when its cap is reached.

    Steps over the kiosks' range, and over blocks leased before a profile moved that range.
    """
    low, high, _ = act.centre.kiosk_numbers
    here = (act.tx.conn, act.tx.centre, act.today.date, field.prefix)
    n = lines.take_number(*here, field.cap, low, high + 1)
    while n is not None and n >= numbers.LEAST_FIRST:
        series = lines.series_of(*here)
        if series is None or n > series.leased:
            return n
        leases = journal.leases(act.tx.conn, act.tx.centre, act.today.date, field=field.prefix)
        block = next((lease for lease in leases if lease.first <= n <= lease.last), None)
        if block is None:
            return n
        lines.change_series(*here, last=block.last, issued=series.issued - 1)
        n = lines.take_number(*here, field.cap, low, high + 1)
    return n


def left_of(lease: journal.Lease, ticket_format: str, used: list[str]) -> int:
    """How many numbers of a block are left after the last one the hub has seen; `used` are the
    numbers its kiosk gave out that day.
    """
    counts = [numbers.count_of(number, lease.field, ticket_format) for number in used]
    mine = [n for n in counts if n is not None and lease.first <= n <= lease.last]
    return lease.last - max(mine, default=lease.first - 1)


def shown_block(
    lease: journal.Lease, date: str, ticket_format: str, used: list[str]
) -> dict[str, Any]:
    """A block as its kiosk sees it; `used` is the last of its numbers that the hub has seen, or
    null.
    """
    left = left_of(lease, ticket_format, used)
    return {
        "field": lease.field,
        "day": date,
        "first": lease.first,
        "last": lease.last,
        "journal": lease.journal,
        "used": lease.last - left if left <= lease.last - lease.first else None,
    }
