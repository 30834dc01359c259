"""Who may do what: one table, held against every route and verb by a test.

What is not here is refused.
"""

from typing import Protocol

COUNTER = frozenset(
    (
        "open",
        "pause",
        "resume",
        "close",
        "call_next",
        "call",
        "recall",
        "start",
        "park",
        "transfer",
        "miss",
        "requeue",
        "finish",
        "cancel",
        "undo",
        "reprint",
        "note",
        "walk_direct",
        "store_next",
        "break_after",
        "add_service",
        "drop_service",
        "change_field",
        "see:counter",
        "see:catalogue",
    )
)
#: Whoever opens the hall may have to say what time it is; the centre's file may name fewer.
CLOCK = frozenset(("see:clock", "confirm_clock"))
#: Decisions about the hall of today.
HALL = frozenset(
    (
        "assign",
        "take_alert",
        "end_alert",
        "take_back",
        "close_field",
        "reopen_field",
        "stop_issuing",
        "resume_issuing",
        "see:lines",
    )
)

#: Booked times and numbers kept from home: one's own by its code, or anybody's who asks staff.
BOOKING = frozenset(
    (
        "book",
        "confirm_booking",
        "move_booking",
        "cancel_booking",
        "reach_ahead",
        "check_in",
        "keep_number",
        "join_claim",
        "give_back_claim",
        "ask_draw",
    )
)

#: What is one's own: password, second factor, sessions.
OWN = frozenset(("account",))

#: What runs the hall of today and tells how it was.
MANAGER = (
    COUNTER
    | HALL
    | CLOCK
    | OWN
    | BOOKING
    | {
        "see:bookings",
        "draws",
        "answer_help",
        "voices",
        "announce",
        "played",
        "status",
        "issue",
        "let_pass",
        "see:kiosk",
        "see:board",
        "see:manager",
        "see:ticket",
        "journal",
        "reports",
        "sign_report",
        "see:delivery",
        "send_again",
        "open_day",
        "close_day",
        "reopen_day",
        "devices",
        "playlist",
        "emergency",
        "see:settings",
    }
)

#: role → what it may do. Devices: kiosk, board, counter, manager (a program). Staff: clerk,
#: greeter, viewer (of reports), manager, admin.
RIGHTS = {
    "kiosk": frozenset(
        (
            "issue",
            "printed",
            "status",
            "upload",
            "forsake",
            "help",
            "person",
            "see:kiosk",
            "see:catalogue",
            "see:ticket",
            "check_in",
            "join_claim",
            "find_visits",
            "door_key",
        )
    ),
    "board": frozenset(("played", "status", "see:board", "door_key", "rate")),
    "counter": COUNTER | {"played", "status", "see:board", "see:ticket"},
    "clerk": (
        COUNTER
        | CLOCK
        | OWN
        | BOOKING
        | {"answer_help", "issue", "see:lines", "played", "status", "see:board", "see:ticket"}
    ),
    "greeter": CLOCK
    | OWN
    | BOOKING
    | frozenset(
        (
            "answer_help",
            "announce",
            "played",
            "status",
            "issue",
            "cancel",
            "requeue",
            "reprint",
            "let_pass",
            "change_field",
            "see:kiosk",
            "see:catalogue",
            "see:board",
            "see:counter",
            "see:ticket",
            "see:lines",
        )
    ),
    "manager": MANAGER,
    "admin": MANAGER
    | {
        *("media", "access_log", "procedures", "settings", "people", "doctor", "audit"),
        "person_request",
    },
    #: Reads reports and takes their files, and changes nothing.
    "viewer": OWN | {"reports"},
    #: Looks after what all centres of a province share, and nothing else.
    "province": OWN | {"base"},
    #: Whoever came in by a one-time code: chooses a password, and nothing else.
    "newcomer": OWN,
    #: Whoever holds a slip: the id on it is the key, to that one ticket.
    "citizen": frozenset(("give_back", "let_pass", "rejoin", "reach_me", "forget_me", "rate"))
    | BOOKING,
    "hub": frozenset(),
}
STAFF_ROLES = ("clerk", "greeter", "viewer", "manager", "admin", "province")
DEVICE_ROLES = ("kiosk", "board", "counter", "manager")


class Acting(Protocol):
    """Whoever acts, as far as rights ask: its role, and the counter it is bound to."""

    @property
    def role(self) -> str:
        """A key of RIGHTS."""

    @property
    def counter(self) -> str | None:
        """The counter a counter's device stands at, or a session is bound to; else None."""


def may(actor: Acting, what: str, counter: object = None) -> bool:
    """Whether `actor` may do `what`; a counter's device, and who came in by a PIN at a counter's
    machine, only at that counter.
    """
    if what not in RIGHTS.get(actor.role, ()):
        return False
    return not (
        (actor.role == "counter" or actor.role in STAFF_ROLES)
        and counter is not None
        and actor.counter is not None
        and str(counter) != actor.counter
    )
