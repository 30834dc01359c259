"""What an HTTP answer means for what was sent."""

from .http import Answer
from .outcome import SENT, Ended, Outcome

#: A receiver is not waited for longer than this, whatever it asks.
LONGEST_PAUSE_MS = 3_600_000


def meaning(answer: Answer, gone: tuple[int, ...] = (410,)) -> Outcome:
    """The outcome of an answer by its status alone; `gone` are those after which the receiver takes
    nothing more.
    """
    status = answer.status
    error = f"status {status}"
    if 200 <= status < 300:
        return SENT
    if status in gone:
        return Outcome(Ended.GONE, error)
    if 300 <= status < 400:
        return Outcome(Ended.REFUSED, "redirect")
    if status in (408, 425, 429, 503):
        return Outcome(Ended.NOT_SENT, error, _asked_pause(answer))
    if status >= 500:
        # it failed in the middle of something: what it had done by then it did not say
        return Outcome(Ended.PERHAPS, error)
    return Outcome(Ended.REFUSED, error)


def _asked_pause(answer: Answer) -> int:
    seconds = answer.headers.get("retry-after", "")
    return min(int(seconds) * 1000, LONGEST_PAUSE_MS) if seconds.isdecimal() else 0
