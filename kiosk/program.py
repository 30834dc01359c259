"""One touch kiosk, run until it is told to stop (`python -m kiosk`)."""

import logging
import logging.handlers
import os
import sqlite3
import sys
import threading
import time
from dataclasses import replace
from typing import Any

import click
import waitress

from kiosk import VERSION
from kiosk import credential as credentials
from kiosk.app import Kiosk
from kiosk.credential import Credential
from kiosk.ending import when_told_to_end
from kiosk.pairing import Pairing
from kiosk.printer_address import read_address
from kiosk.settings import SETTINGS, SettingError, Settings, read_settings
from kiosk.watchdog import Watchdog
from kiosk.web import Entrance, make_pairing_web, make_web

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
        credential = None if settings.token else credentials.kept_in(settings.data)
        unpaired = not settings.token and credential is None
        read_address(settings.printer)  # a mistake is told now, not once the kiosk is paired
        kiosk = None if unpaired else Kiosk(paired(settings, credential), credential)
    except (SettingError, OSError, sqlite3.Error) as wrong:
        raise click.ClickException(str(wrong)) from wrong
    entrance = Entrance()
    try:
        server = waitress.create_server(
            entrance,
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
    told_to_end = threading.Event()
    running: list[Kiosk] = []

    def end() -> None:
        told_to_end.set()
        for each in running:
            each.ended.set()

    when_told_to_end(end)
    serving = threading.Thread(target=server.run, name="page", daemon=True)
    while not told_to_end.is_set():
        if kiosk is None:
            kiosk = _paired(settings, entrance, serving, told_to_end)
            if kiosk is None:
                break
        running[:] = [kiosk]
        if told_to_end.is_set():
            kiosk.ended.set()
        entrance.web = make_web(kiosk)
        kiosk.start()
        log.info(
            "page at http://%s:%s/ for %s of %s",
            server.effective_host,
            server.effective_port,
            kiosk.settings.device,
            kiosk.settings.centre,
        )
        _serve(serving)
        kiosk.watchdog.start()
        while not kiosk.ended.wait(3600):
            pass
        if not kiosk.shut_off:
            break
        kiosk.watchdog.stop(for_good=False)
        kiosk.stop()
        kiosk = None
    _end(server, kiosk)
    if kiosk is not None and kiosk.again:
        log.info("beginning anew")
        os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])
    # what has to be kept is on the disk; a thread that still hangs on a dead line must not hold the
    # program until systemd kills it
    logging.shutdown()
    os._exit(0)


def paired(settings: Settings, credential: Credential | None) -> Settings:
    """The settings with what a kiosk was told when it was paired; a token of the settings' own
    comes first.
    """
    if credential is None:
        return settings
    return replace(
        settings,
        token=credential.token,
        centre=credential.centre,
        device=credential.device,
    )


def _serve(serving: threading.Thread) -> None:
    if not serving.is_alive():
        serving.start()


def _paired(
    settings: Settings, entrance: Entrance, serving: threading.Thread, told_to_end: threading.Event
) -> Kiosk | None:
    """The kiosk once somebody at the hub has said which one it is; None when told to end before."""
    pairing = Pairing(settings, told_to_end, lambda: int(time.time() * 1000))
    entrance.web = make_pairing_web(pairing)
    pairing.start()
    _serve(serving)
    watchdog = Watchdog(list)
    watchdog.start()
    log.info("this kiosk is not paired; it shows its code at its page")
    credential = pairing.wait()
    watchdog.stop(for_good=False)
    if credential is None:
        return None
    credentials.keep(settings.data, credential)
    return Kiosk(paired(settings, credential), credential)


def _end(server: Any, kiosk: Kiosk | None) -> None:
    """Closes the page and lets a slip at hand come out; within ten seconds, whatever part does not
    answer.
    """

    def work() -> None:
        server.close()
        if kiosk is not None:
            kiosk.watchdog.stop(for_good=not kiosk.again)
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
