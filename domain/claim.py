"""A number kept from home: its life, and its row as a fold of facts.

It is no ticket before somebody is at the door: no number is printed or counted for it.
"""

from dataclasses import dataclass, replace

from .day import MINUTE
from .facts.bookings import ClaimArrived, ClaimFact, ClaimGone, ClaimHeld
from .ticket import WrongState

#: Somebody should be at the door so long before the first of the told hours.
ARRIVE_EARLY_MINUTES = 5
HELD, TICKET, GONE = "HELD", "TICKET", "GONE"


@dataclass(frozen=True, slots=True)
class Claim:
    """The row of a number kept from home, as far as the journal says it.

    taken_at: when it was kept. told_low, told_high: the minutes that were told then. expires_at:
    when it is gone unless somebody checks in. ticket: the number it came to.
    """

    id: str
    field: str
    service: str | None
    state: str
    lang: str
    taken_at: int
    told_low: int
    told_high: int
    expires_at: int
    ended_at: int | None = None
    ticket: str | None = None


def apply_claim(row: Claim | None, fact: ClaimFact) -> Claim:
    """The claim after `fact`; `row` is None before its first. Pure.

    Raises WrongState for what cannot happen to it.
    """
    if isinstance(fact, ClaimHeld):
        return Claim(
            fact.claim,
            str(fact.field),
            fact.service,
            HELD,
            fact.lang,
            fact.at,
            fact.told_low,
            fact.told_high,
            fact.expires_at,
        )
    if row is None or row.state != HELD:
        raise WrongState(f"{fact.kind} is not possible in state {row.state if row else None}")
    match fact:
        case ClaimArrived():
            return replace(row, state=TICKET, ended_at=fact.at, ticket=fact.ticket_id)
        case ClaimGone():
            return replace(row, state=GONE, ended_at=fact.at)
    return row


def place_of(taken_at: int, checked_in: int, head_start_minutes: int) -> int:
    """The place in line of somebody who kept a number from home: when they kept it, but at most so
    many minutes before they were at the door.
    """
    return max(taken_at, checked_in - head_start_minutes * MINUTE)


def told_before_opening(opens_in_ms: int, held: int, kept_an_hour: float) -> tuple[int, int]:
    """The minutes that are told to somebody who keeps a number before the doors open: nobody is
    called before they do, and the numbers kept so are called among those of the door's line, so
    many an hour. Outward to five minutes.
    """
    opens = opens_in_ms / MINUTE
    last = opens + 60 * (held + 1) / max(kept_an_hour, 1.0)
    return int(opens // 5) * 5, -int(-last // 5) * 5


def is_room(share: float, expected_calls: float, held: int) -> bool:
    """Whether one more of an hour's numbers may be kept from home; the rest is the door's."""
    return held + 1 <= share * expected_calls
