"""`luot first-run`: a new code that opens the setting up of this hub in the browser."""

import os
import sys
from pathlib import Path

import click

from .. import config
from ..accounts.first_run import CODE_FILE, FirstRun
from ..accounts.identity import Identity
from ..texts import on_terminal
from .common import context_of, data_option, one_line_errors, opened


@click.command("first-run")
@data_option
@one_line_errors
def first_run(data: str | None) -> None:
    """Print a new one-time code that opens the setting up of this hub in the browser, good for 30
    minutes. Only for a hub without an administrator.
    """
    settings, store = opened(data)
    identity = Identity(context_of(settings, store), settings.session_hours, settings.idle_minutes)
    code = FirstRun(identity, settings.data).offer()
    if code is None:
        sys.exit(
            "luot: this hub has an administrator; log in at its address, or give that person a new"
            " password with `luot user NAME`"
        )
    click.echo(code)


def tell_code(settings: config.Settings, address: str) -> None:
    """Where a new hub is set up: on a terminal the code itself, which is then nowhere else; under
    systemd the file that only the hub's user reads.
    """
    file = Path(settings.data) / CODE_FILE
    try:
        code = file.read_text().strip()
    except FileNotFoundError:
        return
    page = f"{settings.public_url or address}/first-run"
    if sys.stderr.isatty() and "INVOCATION_ID" not in os.environ:
        file.unlink(missing_ok=True)
        click.echo(
            f"\n  {on_terminal('first_run', 'open')}: {page}\n"
            f"  {on_terminal('first_run', 'code')}: {code}\n",
            err=True,
        )
        return
    click.echo(
        f"this hub is new: open {page} and type the code in {file} (30 minutes;"
        " `luot first-run` makes another)",
        err=True,
    )
