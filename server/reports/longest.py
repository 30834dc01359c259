"""The longest waits of a report, each with what was going on while it lasted."""

from typing import Any

from .reading import Reading
from .reasons import Reasons

#: So many are listed.
MOST = 12


def longest_waits(reading: Reading) -> list[dict[str, Any]]:
    """The longest waits within opening hours first, as `Reasons.of` tells each."""
    reasons = Reasons(reading)
    legs = [(visit, leg) for visit in reading.seen for leg in visit.legs if leg.length is not None]
    hurt = sorted(legs, key=lambda pair: (-(pair[1].open_length or 0), -(pair[1].length or 0)))
    return [reasons.of(visit, leg) for visit, leg in hurt[:MOST] if leg.length]
