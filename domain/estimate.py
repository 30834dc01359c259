"""How long a person will probably wait: people ahead × the field's recent time between calls, as an
honest range.
"""

from math import ceil, floor, sqrt

STEP = 5
#: How many calls at the configured pace the recent ones are mixed with, so that two quick calls do
#: not promise an empty hall.
CONFIGURED_CALLS = 3
MINUTE = 60_000


def pace(calls, configured_minutes, open_counters):
    """Minutes between two calls of a field while somebody waits.

    `calls`: [(called_at, waited_since)] of the last hour in order of time, in milliseconds.

    The time that counts before a call runs from the call before it, or from when that person joined
    if later (waits.md §4, inter-call). With few calls the
    configured minutes, shared by the open counters, carry the weight of three calls.
    """
    busy, before = 0, 0
    for called_at, since in calls:
        busy += max(0, called_at - max(before, since))
        before = called_at
    configured = configured_minutes / max(1, open_counters)
    return (busy / MINUTE + CONFIGURED_CALLS * configured) / (len(calls) + CONFIGURED_CALLS)


def wait_range(ahead, minutes_a_call, opens_in=0):
    """`{"low", "high"}` in minutes, rounded outward to 5, for `ahead` people; `opens_in` minutes
    until the counters open are added.

    The wait for n calls spreads like 1/√n of its mean (Erlang), so the range runs from 0.7 to 1.4
    deviations about it: about the 25th and the 92nd percentile
    (waits.md §5: announce high, since a wait longer than promised does the harm). Never a point:
    high is at least low + 5.
    """
    mean = ahead * minutes_a_call
    spread = mean / sqrt(ahead) if ahead else 0
    low = max(0, floor((opens_in + mean - 0.7 * spread) / STEP) * STEP)
    high = max(low + STEP, ceil((opens_in + mean + 1.4 * spread) / STEP) * STEP)
    return {"low": low, "high": high}
