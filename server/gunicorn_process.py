"""gunicorn, as `luot hub` becomes it: `python -m server.gunicorn_process --config FILE APP`."""

import signal


def main() -> None:
    """Run gunicorn until it is stopped.

    Until it listens to signals itself, Ctrl-C ends the process at once: Python's own way, an
    exception wherever it happens to be, is lost when that is a callback (eventlet's patching looks
    through every object there is), and the hub would go on as if nobody had said anything.
    """
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    from gunicorn.app.wsgiapp import run

    run(prog="gunicorn")


if __name__ == "__main__":
    main()
