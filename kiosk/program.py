"""One touch kiosk, run until it is told to stop (`python -m kiosk`)."""

import logging
import logging.handlers
import os
import sqlite3
import sys
import threading
from typing import Any

import click
import waitress

from kiosk import VERSION
from kiosk.app import Kiosk
from kiosk.ending import when_told_to_end
from kiosk.settings import SETTINGS, SettingError, read_settings
from kiosk.web import make_web

THREADS = 12
END_S = 9.0
LOG_BYTES, LOG_FILES = 1_000_000, 4
log = logging.getLogger("kiosk")
SENTENCE = {setting.name: setting.sentence for setting in SETTINGS}


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--hub", metavar="URL", help=SENTENCE["hub"])
@click.option("--token", metavar="TOKEN", help=SENTENCE["token"])
@click.option("--centre", metavar="CODE", help=SENTENCE["centre"])
@click.option("--device", metavar="NAME", help=SENTENCE["device"])
@click.option("--host", metavar="ADDRESS", help=SENTENCE["host"])
@click.option("--port", metavar="PORT", help=SENTENCE["port"])
@click.option("--printer", metavar="ADDRESS", help=SENTENCE["printer"])
@click.option("--data", metavar="DIR", help=SENTENCE["data"])
@click.option(
    "--settings",
    "show",
    is_flag=True,
    help="Print every setting with its default and one sentence, then end.",
)
@click.version_option(VERSION, prog_name="kiosk")
def main(show: bool, **flags: Any) -> None:
    """The touch kiosk: serves its page on loopback, gives numbers with or without the hub, prints
    slips.
    """
    if show:
        for setting in SETTINGS:
            click.echo(
                f"LUOT_KIOSK_{setting.name.upper():<12} {setting.default:<24} {setting.sentence}"
            )
        return
    try:
        settings = read_settings(**flags)
        _log(settings.log, settings.log_file)
        kiosk = Kiosk(settings)
    except (SettingError, OSError, sqlite3.Error) as wrong:
        raise click.ClickException(str(wrong)) from wrong
    try:
        server = waitress.create_server(
            make_web(kiosk),
            host=settings.host,
            port=settings.port,
            threads=THREADS,
            ident=None,
            clear_untrusted_proxy_headers=True,
        )
    except OSError as wrong:
        raise click.ClickException(
            f"port {settings.port} on {settings.host} cannot be used: {wrong}; choose another with"
            " --port"
        ) from wrong
    when_told_to_end(kiosk.ended.set)
    kiosk.start()
    log.info(
        "page at http://%s:%s/ for %s of %s",
        server.effective_host,
        server.effective_port,
        settings.device,
        settings.centre,
    )
    threading.Thread(target=server.run, name="page", daemon=True).start()
    kiosk.watchdog.start()
    while not kiosk.ended.wait(3600):
        pass
    kiosk.watchdog.stop(for_good=not kiosk.again)
    _end(server, kiosk)
    if kiosk.again:
        log.info("beginning anew")
        os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])
    # what has to be kept is on the disk; a thread that still hangs on a dead line must not hold the
    # program until systemd kills it
    logging.shutdown()
    os._exit(0)


def _end(server: Any, kiosk: Kiosk) -> None:
    """Closes the page and lets a slip at hand come out; within ten seconds, whatever part does not
    answer.
    """

    def work() -> None:
        server.close()
        kiosk.stop()

    ending = threading.Thread(target=work, name="ending", daemon=True)
    ending.start()
    ending.join(END_S)
    if ending.is_alive():
        log.warning("a part did not end within %.0f s; ending without it", END_S)


def _log(level: str, file: str) -> None:
    # libraries speak up only when something is wrong (python-escpos reports every connection)
    logging.basicConfig(
        stream=sys.stderr,
        level=logging.WARNING,
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
        force=True,
    )
    logging.getLogger("kiosk").setLevel(level.upper())
    if file:
        kept = logging.handlers.RotatingFileHandler(
            file, maxBytes=LOG_BYTES, backupCount=LOG_FILES - 1, encoding="utf-8"
        )
        kept.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
        logging.getLogger().addHandler(kept)
