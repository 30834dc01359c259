"""Why something was done, in codes: what the journal keeps for good is nobody's free text, which
may name people. Words belong in a ticket's note, which is erased with it.
"""

#: Why somebody gives a ticket up: staff, or its holder by the key on the slip.
BY_STAFF = ("left", "mistake", "duplicate", "wrong_field", "done_elsewhere", "other")
BY_HOLDER = "citizen"
#: Nobody holds it: a stolen token took it, and the field's cap has room for it again.
TAKEN_BACK = "taken_back"
CANCEL_REASONS = frozenset((*BY_STAFF, BY_HOLDER))

#: Why a slip did not come out, or that it was a second paper (docs/kiosk-api.md).
PRINT_REASONS = frozenset(
    (
        "paper_out",
        "cover_open",
        "error",
        "offline",
        "cut_off",
        "no_answer",
        "unconfirmed",
        "late",
        "restart",
        "not_drawn",
        "reprint",
    )
)
OTHER = "other"


def print_reason(reason: str | None) -> str | None:
    """What a kiosk says of a slip, as a code; anything that is none is `other`."""
    return reason if reason is None or reason in PRINT_REASONS else OTHER
