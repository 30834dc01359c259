"""Facts: what happened, in the past tense. One fact is one row of the journal; each kind lists the keys its data may hold."""

from dataclasses import dataclass
from dataclasses import field as of

#: kind → (the keys its data may carry, one sentence for the documentation)
KINDS = {
    "issued": (("service", "lang", "priority", "credit_ms", "since", "line_at", "device", "issued_at", "n"), "A ticket was given out."),
    "printed": (("ok", "reason"), "The kiosk reported what became of the slip."),
    "called": (("clerk", "calls", "reason", "why"), "A ticket was called to a counter."),
    "recalled": (("calls",), "The ticket at hand was called again."),
    "started": ((), "The person came and the service began."),
    "finished": (("outcome", "services"), "The visit ended."),
    "missed": ((), "Nobody came to the call."),
    "requeued": (("since", "line_at", "place"), "The ticket was put back in line."),
    "parked": (("reason",), "The ticket was set aside while the person fetches something."),
    "transferred": (("field", "to_counter", "to_clerk", "come_back", "since", "line_at"), "The ticket was sent to another field or counter, its number unchanged."),
    "cancelled": (("reason",), "The ticket was given up."),
    "expired": ((), "The day closed while the ticket was open."),
    "undone": (("undoes", "restore", "verb"), "The named facts were taken back; restore holds the values from before them."),
    "counter_opened": (("clerk",), "A clerk opened the counter."),
    "counter_paused": (("clerk", "reason"), "The counter went on a break."),
    "counter_resumed": (("clerk",), "The counter came back from its break."),
    "counter_closed": (("clerk", "reason"), "The counter closed."),
    "day_opened": (("by_hand",), "The service day opened."),
    "day_closed": (("why",), "The service day closed; nothing may be issued on it any more."),
    "centre_loaded": (("version",), "A new profile of the centre came into force."),
    "block_leased": (("device", "first", "last", "journal"), "A kiosk was given numbers to use while it cannot reach the hub; `journal` is the kiosk's journal file they are good in."),
    "joined": (("issued_at", "since", "line_at", "service", "lang", "priority", "credit_ms"), "A kiosk brought the ticket that a clerk had called by hand; its true time and wish are known now."),
    "reprint_asked": (("device",), "Staff asked a kiosk for a second paper, marked as such."),
}


@dataclass(frozen=True, slots=True)
class Fact:
    """One row of the journal. `at` is in milliseconds since 1970 UTC; `act` is the request id that all facts of one act share."""

    kind: str
    at: int
    day: str
    act: str
    actor: str
    ticket: str | None = None
    number: str | None = None
    field: str | None = None
    counter: str | None = None
    data: dict = of(default_factory=dict)
    seq: int = 0

    def __post_init__(self):
        allowed = KINDS.get(self.kind)
        if allowed is None:
            raise ValueError(f"unknown fact {self.kind!r}")
        strange = set(self.data) - set(allowed[0])
        if strange:
            raise ValueError(f"fact {self.kind!r} may not carry {sorted(strange)}")
