"""`luot person`: what is kept of somebody outside, and its erasure; `luot renew-key`: the key it is
sealed by.
"""

import json
import os
import sys
from pathlib import Path

import click

from ..accounts.access_log import AccessLog
from ..acts.person import WrongCode, erase_person, export_person
from ..clock import now_ms
from ..store import sealed_secrets
from .common import centre_option, context_of, data_option, one_line_errors, only_centre, opened

#: Who did it, as the access log has it.
BY = "hub:command"


@click.command("person")
@click.argument("address")
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="File of the export, for them."
)
@click.option("--erase", "code", metavar="CODE", help="Erase it; the code stands in the export.")
@data_option
@centre_option
@one_line_errors
def person(
    address: str, out: Path | None, code: str | None, data: str | None, centre: str | None
) -> None:
    """Say what is kept of whoever gave ADDRESS (a phone number, a mail address), or erase it.

    Export it first (--out FILE), hand it to the person, then erase with the code in it.
    """
    settings, store = opened(data)
    of = only_centre(store, centre)
    context, log = context_of(settings, store), AccessLog(store, now_ms)
    if code is not None:
        try:
            gone = erase_person(context, of, address, code, BY)
        except WrongCode:
            sys.exit(
                "luot: this code is not that of what is kept now; nothing was erased: export it"
                " again with --out FILE"
            )
        click.echo(f"{of}: {gone} contacts erased")
        return
    export = export_person(context, of, address)
    log.looked(of, BY, "", f"person:{len(export['contacts'])}")
    text = json.dumps(export, ensure_ascii=False, indent=2)
    if out is None:
        click.echo(text)
        return
    with os.fdopen(os.open(out, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text + "\n")
    click.echo(f"{of}: {len(export['contacts'])} contacts written to {out}")


@click.command("renew-key")
@data_option
@one_line_errors
def renew_key(data: str | None) -> None:
    """Make a new key of the house and seal by it anew what only the hub may read: second factors,
    and how citizens are reached. A running hub takes it up at once. Copy house.key to where it is
    kept besides.
    """
    _, store = opened(data)
    sealed = sealed_secrets.renew_key(store)
    click.echo(f"{store.house_key.path}: a new key; {sealed} texts sealed anew; copy it away")
