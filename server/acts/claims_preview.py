"""What somebody at home is told before they keep a number: when they would be called, and whether
there is room. Reads only; what is promised is decided by the act itself (claims.py).
"""

from dataclasses import dataclass

from domain.booking_rules import ClaimRules
from domain.centre import Centre
from domain.claim import is_room
from domain.day import MINUTE
from domain.estimate import Promise

from ..store import claims
from .act import ActContext
from .claims import HOUR


@dataclass(frozen=True, slots=True)
class Preview:
    """What a number kept now would be told.

    minutes: from now to the call, None where nobody can say. room: whether one more may be
    kept in this hour. at: the moment of the preview; expires_at: when it would be gone (ms).
    """

    at: int
    minutes: tuple[int, int] | None
    expires_at: int | None
    room: bool


def preview(context: ActContext, centre: Centre, rules: ClaimRules, prefix: str) -> Preview:
    """The preview of a field's numbers kept at this moment."""
    now = context.clock()
    pace = context.estimates.field_paces(centre, now).minutes.get(prefix, 0.0)
    with context.store.read() as conn:
        held = claims.held_count(conn, centre.code, prefix, now - HOUR)
        _, made = context.estimates.for_newcomer(
            conn, centre, centre.date_of(now), prefix, None, now
        )
    room = pace > 0 and is_room(rules.share, 60 / pace, held)
    if not isinstance(made.promise, Promise):
        return Preview(now, None, None, room)
    low, high = made.promise.low, made.promise.high
    return Preview(now, (low, high), now + (high + rules.expire_minutes) * MINUTE, room)
