"""`luot hub`: the web server. `luot settings`: what can be set."""

import fcntl
import os
import resource
import sys
import time
from pathlib import Path

import click

from .. import config
from .options import data_option, one_line_errors

FILES_NEEDED = 20_000
#: A hub that was killed holds the folder until its worker has noticed, about a second.
LOCK_PATIENCE_S = 6
#: Lies in a data folder whose parts a restore was changing over when it was cut short
#: (store/archive.py, which would cost this command's start a tenth of a second).
UNFINISHED = "restore-unfinished"
#: A backup that the browser sent on the first run (web/first_run.py): restored at this start.
SENT_BACKUP = "first-run-backup.tar"


@click.command()
@data_option
@click.option("--host", help="Address to listen on; 127.0.0.1 unless LUOT_HOST says else.")
@click.option(
    "--port",
    type=click.IntRange(1, 65535),
    help="Port to listen on; 8100 unless LUOT_PORT says else.",
)
@one_line_errors
def hub(data: str | None, host: str | None, port: int | None) -> None:
    """Run the hub: pages, HTTP API and sockets on one port, until it is stopped."""
    serve(data, host, port, "server.app:create_app()")


def serve(data: str | None, host: str | None, port: int | None, application: str) -> None:
    """Become gunicorn with this application, once nobody else works in the data folder."""
    settings = config.load(data=data, host=host, port=port)
    Path(settings.data).mkdir(parents=True, exist_ok=True)
    if not settings.database_url:
        _hold(Path(settings.data) / "hub.lock")
    if (Path(settings.data) / SENT_BACKUP).exists():
        from .restoring import restore_sent

        restore_sent(settings)
    if (Path(settings.data) / UNFINISHED).exists():
        sys.exit(
            f"luot: a restore into {settings.data} was cut short; run the same `luot restore FILE`"
            " once more, then start the hub"
        )
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(FILES_NEEDED, hard)), hard))
    root = Path(__file__).resolve().parents[2]
    environment = {
        **os.environ,
        "LUOT_DATA": str(Path(settings.data).resolve()),
        "LUOT_HOST": settings.host,
        "LUOT_PORT": str(settings.port),
        "LUOT_ASYNC_MODE": settings.async_mode,
        # the workers read these before there is an app
        "LUOT_LOG_FORMAT": settings.log_format,
        "LUOT_TRUSTED_PROXIES": str(settings.trusted_proxies),
        "LUOT_HEAD_SECONDS": str(settings.head_seconds),
        "LUOT_MAX_CONNECTIONS_PER_ADDRESS": str(settings.max_connections_per_address),
    }
    environment["PYTHONPATH"] = os.pathsep.join(
        filter(None, [str(root), os.environ.get("PYTHONPATH", "")])
    )
    os.execve(
        sys.executable,
        [
            sys.executable,
            "-P",
            "-m",
            "server.gunicorn_process",
            "--config",
            str(root / "server" / "gunicorn_conf.py"),
            application,
        ],
        environment,
    )


def _hold(file: Path) -> None:
    """Hold the data folder for this hub; the lock lives as long as gunicorn and its worker."""
    descriptor = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
    os.set_inheritable(descriptor, True)
    deadline = time.monotonic() + LOCK_PATIENCE_S
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if time.monotonic() > deadline:
                sys.exit(
                    f"luot: another hub works in {file.parent}; stop it, or give this one its own"
                    " folder with --data"
                )
            time.sleep(0.1)


@click.command()
@data_option
@one_line_errors
def settings(data: str | None) -> None:
    """List every setting with its value and what it means."""
    in_force = config.load(data=data)
    for setting in config.SETTINGS:
        value = getattr(in_force, setting.name)
        mark = "" if value == setting.default else "  (set)"
        click.echo(f"LUOT_{setting.name.upper()} = {value!r}{mark}\n    {setting.help}")
