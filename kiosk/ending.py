"""What is done when this program is told to end."""

import os
import signal
import threading
from collections.abc import Callable


def when_told_to_end(act: Callable[[], object]) -> None:
    """Does `act` once, in a thread of its own, at the first SIGTERM or SIGINT.

    Nothing is done in a handler, which runs in the midst of whatever the main thread is doing: one
    that set an Event which the main thread was just beginning to wait for stood still for good,
    holding the lock it wanted; and one that was due while the main thread went to sleep in a lock
    did not run at all. The interpreter itself writes the signal's number into a pipe, at once and
    from whatever thread the signal came to.
    """
    ended, tell = os.pipe()
    os.set_blocking(tell, False)
    signal.set_wakeup_fd(tell, warn_on_full_buffer=False)
    for sent in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sent, lambda *_: None)

    def wait() -> None:
        while not set(os.read(ended, 64)) & {signal.SIGTERM, signal.SIGINT}:
            pass
        act()

    threading.Thread(target=wait, name="told-to-end", daemon=True).start()
