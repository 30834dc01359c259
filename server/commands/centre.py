"""`luot centre`: a centre's document out as a file, and where it is changed."""

import sys
from pathlib import Path

import click

from .. import acts
from ..acts.procedure_list import document_in_force
from ..centre import read_stored
from ..centre.yaml_file import written
from .common import (
    as_admin,
    centre_option,
    context_of,
    data_option,
    one_line_errors,
    only_centre,
    opened,
    or_exit,
    press,
)


@click.command()
@data_option
@centre_option
@click.option(
    "--out",
    metavar="FILE",
    type=click.Path(dir_okay=False),
    help="Where to write the document in force; without it, to standard output.",
)
@click.option(
    "--managed-by",
    type=click.Choice(["browser", "file"]),
    help="Where the centre is changed from now on: in the browser, or by a file only.",
)
@one_line_errors
def centre(data: str | None, centre: str | None, out: str | None, managed_by: str | None) -> None:
    """Write the document of a centre in force as a file, which `luot load` reads again unchanged;
    or say where it is changed.
    """
    settings, store = opened(data)
    code = only_centre(store, centre)
    context = context_of(settings, store)
    if managed_by is not None:
        or_exit(acts.manage_settings(context, as_admin(code), press(), managed_by))
        click.echo(
            f"{code}: changed in the browser"
            if managed_by == "browser"
            else f"{code}: changed by a file only; the browser reads it"
        )
        return
    document, _ = read_stored(document_in_force(context, code)[1])
    text = written(document)
    if out is None:
        click.echo(text, nl=False)
        return
    try:
        Path(out).write_text(text, "utf-8")
    except OSError as error:
        sys.exit(f"luot: {out} cannot be written ({error.strerror}); name another file")
    click.echo(f"{code}: written to {out}")
