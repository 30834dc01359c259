"""How one attempt to send something ended."""

from dataclasses import dataclass
from enum import StrEnum


class Ended(StrEnum):
    """sent: the receiver took it. not_sent: it certainly did not, and may later. perhaps: it may
    have. refused: it will never take this one. gone: it takes nothing more at all.
    """

    SENT = "sent"
    NOT_SENT = "not_sent"
    PERHAPS = "perhaps"
    REFUSED = "refused"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Outcome:
    """error: a code of `ui/texts/*/delivery.json` with its figure ("status 503"), never an address.
    again_after_ms: what the receiver asked for.
    """

    ended: Ended
    error: str = ""
    again_after_ms: int = 0


SENT = Outcome(Ended.SENT)
