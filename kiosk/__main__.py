"""`python -m kiosk`: runs one touch kiosk until it is told to stop; `slip` draws a slip."""

import signal
import sys


def run() -> None:
    """Until the kiosk listens to signals itself, Ctrl-C ends the process at once and quietly.

    Python's own way, an exception wherever it happens to be, prints what it was loading, and is
    lost when that is a callback: the kiosk would go on as if nobody had said anything.
    """
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    if sys.argv[1:2] == ["slip"]:
        from kiosk.preview import draw

        draw()
        return
    from kiosk.program import main

    main(prog_name="python -m kiosk")


if __name__ == "__main__":
    run()
