"""What the first version told, kept as a peer for the estimates of today."""

from bisect import bisect_left
from math import ceil, floor, sqrt

from domain.day import MINUTE
from domain.estimate import STEP, Promise
from domain.scoring import Estimate
from domain.simulation import Moment

CONFIGURED_CALLS = 3
HOUR_MS = 60 * MINUTE


def old_rule(moment: Moment, prefix: str, line_at: int) -> Estimate:
    """People ahead × the pace of the last hour, charged with the whole wait of its first call; the
    range spreads like the luck of single services.
    """
    calls = moment.calls[prefix]
    lately = calls[bisect_left(calls, (moment.now - HOUR_MS,)) :]
    own = [place for place in moment.places if place.staffed and prefix in place.counter.fields]
    busy, before = 0, 0
    for called_at, since in lately:
        busy += max(0, called_at - max(before, since))
        before = called_at
    configured = moment.centre.fields[prefix].minutes / max(1, len(own))
    pace = (busy / MINUTE + CONFIGURED_CALLS * configured) / (len(lately) + CONFIGURED_CALLS)
    ahead = moment.before(prefix, line_at)
    opens = moment.open_time.opens(moment.now)
    opens_in = (opens - moment.now) / MINUTE if opens is not None else 0.0
    mean = ahead * pace
    spread = mean / sqrt(ahead) if ahead else 0.0
    low = max(0, floor((opens_in + mean - 0.7 * spread) / STEP) * STEP)
    high = max(low + STEP, ceil((opens_in + mean + 1.4 * spread) / STEP) * STEP)
    return Estimate(Promise(low, high), opens_in + mean)
