"""Who may still come to a counter that is closed, as far as a hall can know."""

from domain.day import MINUTE
from domain.estimate import OpenTime

from .learned import Learned

#: The chance that a clerk who worked before a break is back after it.
COMES_BACK = 0.95
#: So long after an opening somebody who is late may still come.
LATE_MS = 15 * MINUTE


def chance_to_come(
    learned: Learned, counter: str, has_worked: bool, open_time: OpenTime, now: int
) -> float:
    """The chance that somebody opens a closed counter at the next opening, or a little after the
    one that has just been.
    """
    opened = [since for since, to in open_time.windows if since <= now < min(to, since + LATE_MS)]
    opens = opened[0] if opened else open_time.opens(now)
    if opens is None or (opens <= now and not opened):
        return 0.0
    if has_worked:
        return COMES_BACK
    if opens != open_time.windows[0][0]:
        return 0.0
    come = learned.comes(counter)
    if not opened:
        return come
    # the longer nobody has come the less likely somebody will
    still = 1 - (now - opens) / LATE_MS
    return come * still / (come * still + 1 - come) if come < 1 else still
