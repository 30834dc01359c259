"""The simulated people, as a demo starts them: `python -m server.demo.people_process FILE`."""

import signal
import sys


def main() -> None:
    """Run them until they are told to end.

    Until they listen to signals themselves, Ctrl-C ends the process at once and quietly, as in
    server/gunicorn_process.py.
    """
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    from . import people

    sys.exit(people.main(sys.argv[1]))


if __name__ == "__main__":
    main()
