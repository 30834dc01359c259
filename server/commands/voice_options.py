"""What the commands of `luot voice` share: their options, how they end on a fault, and what they
read of a centre file.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NoReturn

import click
import yaml

from domain.grammars import GRAMMARS
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


def read_profile(path: Path) -> dict[str, Any]:
    """A centre file as YAML, its rules unchecked. Raises click.ClickException with the mend."""
    try:
        profile: dict[str, Any] = yaml.safe_load(path.read_text("utf-8"))
        profile["site"], profile["fields"], profile["counters"]
        return profile
    except (OSError, UnicodeDecodeError, yaml.YAMLError, TypeError, KeyError) as error:
        raise click.ClickException(
            f"{path} is no centre file ({str(error).splitlines()[0]}); run: luot load {path}"
        ) from None


def voice_of(profile: Mapping[str, Any]) -> dict[str, Any]:
    """How the centre wants its calls spoken (`site.voice`)."""
    voice: dict[str, Any] = profile["site"].get("voice") or {}
    return voice


def code_of(profile: Mapping[str, Any]) -> str | None:
    """The centre's code; None for an empty profile."""
    code: str | None = (profile.get("site") or {}).get("code")
    return code


def places_of(profile: Mapping[str, Any]) -> tuple[list[str], list[Any]]:
    """(prefixes, counters) of a centre file."""
    prefixes = [str(field["prefix"]) for field in profile["fields"]]
    counters = [counter["number"] for counter in profile["counters"]]
    desks = [desk["id"] for desk in profile.get("guidance_desks") or []]
    return prefixes, counters + desks
