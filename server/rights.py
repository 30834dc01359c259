"""Who may do what: one table, held against every route and verb by a test. What is not here is refused."""

COUNTER = frozenset(("open", "pause", "resume", "close", "call_next", "call", "recall", "start", "park", "transfer", "miss", "requeue", "finish", "cancel", "undo", "reprint", "see:counter"))

#: role → what it may do. Devices: kiosk, board, counter, manager (a program). Staff: clerk, greeter, manager, admin.
RIGHTS = {
    "kiosk": frozenset(("issue", "printed", "status", "upload", "forsake", "help", "see:kiosk", "see:ticket")),
    "board": frozenset(("played", "status", "see:board")),
    "counter": COUNTER | {"see:board", "see:ticket"},
    "clerk": COUNTER | {"see:board", "see:ticket"},
    "greeter": frozenset(("issue", "cancel", "requeue", "reprint", "see:kiosk", "see:board", "see:counter", "see:ticket")),
    "manager": COUNTER | {"issue", "see:kiosk", "see:board", "see:manager", "see:ticket", "journal", "reports", "open_day", "close_day", "devices", "playlist", "emergency"},
    "admin": COUNTER | {"issue", "see:kiosk", "see:board", "see:manager", "see:ticket", "journal", "reports", "open_day", "close_day", "devices", "playlist", "emergency", "media"},
    "hub": frozenset(),
}
STAFF_ROLES = ("clerk", "greeter", "manager", "admin")
DEVICE_ROLES = ("kiosk", "board", "counter", "manager")


def may(actor, what, counter=None):
    """Whether `actor` may do `what`; a counter's device only at its own counter."""
    if what not in RIGHTS.get(actor.role, ()):
        return False
    return not (actor.role == "counter" and counter is not None and actor.counter is not None and str(counter) != actor.counter)
