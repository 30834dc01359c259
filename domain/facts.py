"""Facts: what happened, in the past tense.

One fact is one row of the journal; each kind lists the keys its data may hold.
"""

from dataclasses import dataclass
from dataclasses import field as of

#: kind → (the keys its data may carry, one sentence for the documentation)
KINDS = {
    "issued": (
        (
            "service",
            "lang",
            "priority",
            "credit_ms",
            "since",
            "line_at",
            "device",
            "issued_at",
            "n",
            "dossiers",
        ),
        "A ticket was given out.",
    ),
    "printed": (("ok", "reason"), "The kiosk reported what became of the slip."),
    "called": (("clerk", "calls", "reason", "why"), "A ticket was called to a counter."),
    "recalled": (("calls",), "The ticket at hand was called again."),
    "started": ((), "The person came and the service began."),
    "finished": (("outcome", "services"), "The visit ended."),
    "missed": ((), "Nobody came to the call."),
    "requeued": (("since", "line_at", "place"), "The ticket was put back in line."),
    "parked": (
        ("reason", "remind_at"),
        "The ticket was set aside while the person fetches something.",
    ),
    "transferred": (
        (
            "field",
            "to_counter",
            "to_clerk",
            "come_back",
            "back_clerk",
            "since",
            "line_at",
            "service",
            "then",
            "outcome",
            "services",
        ),
        (
            "The ticket was sent to another field, counter or clerk, or on to the next service of"
            " its visit; its number unchanged."
        ),
    ),
    "service_added": (("service",), "A further service was put on the visit."),
    "service_dropped": (("service",), "A further service was taken off the visit."),
    "service_begun": (
        ("field", "service", "then", "outcome", "services"),
        "One service of the visit ended and the next began at the same counter.",
    ),
    "noted": (("on",), "A note was written or removed; what it says is not in the journal."),
    "cancelled": (("reason",), "The ticket was given up."),
    "expired": ((), "The day closed while the ticket was open."),
    "undone": (
        ("undoes", "restore", "verb"),
        "The named facts were taken back; restore holds the values from before them.",
    ),
    "counter_opened": (("clerk",), "A clerk opened the counter."),
    "counter_paused": (("clerk", "reason"), "The counter went on a break."),
    "counter_resumed": (("clerk",), "The counter came back from its break."),
    "counter_closed": (("clerk", "reason"), "The counter closed."),
    "counter_assigned": (
        ("fields", "overflow", "mode"),
        "The counter got other fields until the day closes; without fields the file's again.",
    ),
    "next_wanted": (("on",), "The counter began or ended to wait for the next arrival."),
    "field_closed": (("message",), "A field gives no new numbers until the day closes."),
    "field_reopened": ((), "A field gives numbers again."),
    "issuing_stopped": ((), "No new numbers; the line is finished."),
    "issuing_resumed": ((), "Numbers are given again."),
    "day_opened": (("by_hand",), "The service day opened."),
    "day_closed": (("why",), "The service day closed; nothing may be issued on it any more."),
    "centre_loaded": (("version",), "A new profile of the centre came into force."),
    "announced": (
        ("announcement",),
        "Staff announced something to the hall; what it says is not in the journal.",
    ),
    "announcement_withdrawn": (
        ("announcement",),
        "An announcement was taken down before its time.",
    ),
    "block_leased": (
        ("device", "first", "last", "journal"),
        (
            "A kiosk was given numbers to use while it cannot reach the hub; `journal` is the"
            " kiosk's journal file they are good in."
        ),
    ),
    "joined": (
        ("issued_at", "since", "line_at", "service", "lang", "priority", "credit_ms"),
        (
            "A kiosk brought the ticket that a clerk had called by hand; its true time and wish are"
            " known now."
        ),
    ),
    "reprint_asked": (("device",), "Staff asked a kiosk for a second paper, marked as such."),
    "screens_changed": (
        ("what", "device"),
        "What the screens of the hall show was changed: playlist, media or a device.",
    ),
    "emergency_raised": (
        (),
        "A manager put an emergency text on every screen (the text is not in the journal).",
    ),
    "emergency_ended": ((), "The emergency text was taken down."),
}

#: The facts that change a counter's row, and those that change the service day's; the rest are
#: about tickets, or change no row.
OF_COUNTER = frozenset(
    ("counter_opened", "counter_paused", "counter_resumed", "counter_closed", "undone")
)
OF_DAY = frozenset(
    (
        "day_opened",
        "day_closed",
        "counter_assigned",
        "next_wanted",
        "field_closed",
        "field_reopened",
        "issuing_stopped",
        "issuing_resumed",
    )
)


@dataclass(frozen=True, slots=True)
class Fact:
    """One row of the journal.

    `at` is in milliseconds since 1970 UTC; `act` is the request id that all facts of one act share.
    """

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
