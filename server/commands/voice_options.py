"""What the commands of `luot voice` share: their options, how they end on a fault, and what they
read of a centre file.
"""

from pathlib import Path
from typing import NoReturn

import click

from domain.centre import Centre
from domain.grammars import GRAMMARS
from server.centre import centre_of
from server.centre.yaml_file import CentreFileError, read_centre
from server.voice import installed_packs

LANGUAGES = click.Choice(sorted(GRAMMARS))
packs_option = click.option(
    "--packs",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=installed_packs.SHIPPED,
    show_default="display/voice",
    help="Folder of the shipped packs.",
)
data_option = click.option(
    "--data",
    type=click.Path(file_okay=False),
    help="The hub's data folder, where imported packs lie; ./data unless LUOT_DATA says else.",
)
centre_code_option = click.option(
    "--centre",
    metavar="CODE",
    help="For this centre alone; for every centre of the hub unless told.",
)


def stop(trouble: Exception) -> NoReturn:
    """One line per fault on stderr, then the sentence; exit 1."""
    for line in getattr(trouble, "lines", ()):
        click.echo(line, err=True)
    raise click.ClickException(str(trouble)) from None


def centre_in(path: Path) -> Centre:
    """The centre of a file. Raises click.ClickException with the mend."""
    try:
        return centre_of(read_centre(path))
    except CentreFileError as error:
        raise click.ClickException(
            f"{path} is no centre file ({error.mistakes[0]}); run: luot load {path}"
        ) from None
