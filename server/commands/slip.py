"""`luot slip`: the slip of a centre's file as a picture."""

import json
import struct
import sys
from pathlib import Path

import click

from domain.languages import DEFAULT, in_language

from ..acts.show.sample_slip import sample_paper
from ..centre import centre_of
from ..centre.yaml_file import read_centre
from ..worker_pool import DRAW_SLIP, ROOT, NotDone, run_in_worker
from .options import one_line_errors

#: Dots an inch of the printers in firmware_configs/printers.
DOTS_AN_INCH = 203


@click.command()
@click.option(
    "--preview",
    "out",
    required=True,
    metavar="OUT.png",
    type=click.Path(dir_okay=False, allow_dash=True, path_type=Path),
    help="Write the picture there; - for standard output.",
)
@click.option(
    "--centre",
    "file",
    metavar="FILE",
    default=ROOT / "centres" / "thu_duc.yaml",
    type=click.Path(path_type=Path),
    help="The centre's file; its slip: section shapes the slip.",
)
@click.option("--field", metavar="LETTER", help="The field on the slip; the procedure's otherwise.")
@click.option(
    "--service", metavar="CODE", help="The procedure on the slip; the first one otherwise."
)
@click.option(
    "--width", type=click.Choice(["80", "58"]), default="80", help="Paper in millimetres."
)
@click.option("--lang", default=DEFAULT, help="The slip's language.")
@click.option(
    "--offline",
    is_flag=True,
    help="As given without the hub: a number of the kiosk's own, no wait, no code.",
)
@click.option("--reprint", is_flag=True, help="As a second paper.")
@one_line_errors
def slip(
    out: Path,
    file: Path,
    field: str | None,
    service: str | None,
    width: str,
    lang: str,
    offline: bool,
    reprint: bool,
) -> None:
    """Draw a centre's slip as a PNG, dot for dot as it is printed."""
    centre = centre_of(read_centre(file))
    paper = sample_paper(centre, lang, field=field, service=service, offline=offline)
    order = {**paper, "kind": "reprint" if reprint else "slip", "millimetres": int(width)}
    try:
        picture = run_in_worker(DRAW_SLIP, json.dumps(order).encode())
    except NotDone as error:
        raise click.ClickException(f"the slip could not be drawn: {error}") from None
    if str(out) == "-":
        sys.stdout.buffer.write(picture)
        return
    try:
        out.write_bytes(picture)
    except OSError as error:
        raise click.ClickException(
            f"{out} cannot be written ({error.strerror}); name another file with --preview"
        ) from None
    across, down = struct.unpack(">II", picture[16:24])
    click.echo(
        f"{out}: {across} × {down} dots, {down * 25.4 / DOTS_AN_INCH:.0f} mm of paper"
        f" ({in_language(paper['content']['field'], lang)})"
    )
