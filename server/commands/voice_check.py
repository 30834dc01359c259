"""`luot voice check`: that voice packs are whole and a centre's calls can all be spoken."""

import sys
from contextlib import suppress
from pathlib import Path

import click

from domain.announce import CHIME
from server import config
from server.commands.options import one_line_errors
from server.commands.voice_options import (
    centre_code_option,
    centre_in,
    data_option,
    packs_option,
    stop,
)
from server.voice import check as checks
from server.voice import installed_packs, make
from server.voice.pack import BadPack, Pack, lacks, read_pack


@click.command(
    help=(
        "Checks packs (a folder or a name; all shipped and installed ones unless told) and centre"
        " files: one line per fault, exit 1 when there is one."
    )
)
@click.argument("what", nargs=-1, metavar="[PACK|CENTRE.yaml]…")
@centre_code_option
@packs_option
@data_option
@one_line_errors
def check(what: tuple[str, ...], centre: str | None, packs: Path, data: str | None) -> None:
    data = config.load(data=data).data
    files = [Path(argument) for argument in what if Path(argument).is_file()]
    named = [
        _folder_named(argument, data, centre, packs)
        for argument in what
        if not Path(argument).is_file()
    ]
    faults: list[str] = []
    given: dict[str, Pack] = {}
    for folder in named or _all_folders(packs, data):
        faults += _checked(folder)
    for folder in named:
        with suppress(BadPack):
            pack_given = read_pack(folder)
            given[pack_given.locale] = pack_given
    for path in files:
        held = centre_in(path)
        prefixes, counters = list(held.fields), [place.label for place in held.counters.values()]
        problems: list[str] = []
        lacking = checks.centre_lacks(prefixes, counters, held.voice, data, held.code, packs)
        needed = checks.needed(prefixes, counters, held.voice)
        # a pack named beside the centre is what its calls are held against, not the one in force
        # there
        lacking |= {
            lang: (pack, lacks(pack, [CHIME, *needed[lang]]), "")
            for lang, pack in given.items()
            if lang in lacking
        }
        for lang, (pack, missing, why) in lacking.items():
            if not missing:
                continue
            if pack is None:
                problems.append(why)
            else:
                problems.append(f"the {lang} pack {pack.folder.name} lacks {' '.join(missing)}")
        faults += [f"{path.name}: {problem}" for problem in problems]
        click.echo(f"{path.name}: {len(problems)} problems")
        for warning in checks.alike(prefixes):
            click.echo(f"{path.name}: {warning}", err=True)
    for fault in faults:
        click.echo(fault, err=True)
    if faults:
        click.echo(
            f"{len(faults)} problems; record, build or import the clips named (luot voice build,"
            " luot voice import), or change the wording in the centre file",
            err=True,
        )
        sys.exit(1)


def _checked(folder: Path) -> list[str]:
    """The faults of one pack, its name before each; prints one line about it."""
    try:
        pack = read_pack(folder)
    except BadPack as bad:
        return [str(bad)]
    faults = list(checks.faults(pack))
    name = (
        pack.folder.name
        if not installed_packs.VERSION.fullmatch(pack.folder.name)
        else f"{pack.folder.parent.parent.name}/{pack.folder.parent.name}/{pack.folder.name}"
    )
    note = (
        f" ({pack.manifest.get('label', make.TEMPORARY)})" if pack.manifest.get("temporary") else ""
    )
    click.echo(
        f"{name}: {pack.manifest.get('voice', '?')}, {len(pack.clips)} clips, {len(faults)}"
        f" problems{note}"
    )
    return [f"{name}: {fault}" for fault in faults]


def _folder_named(name: str, data: str, centre: str | None, packs: Path) -> Path:
    """The folder of a pack: itself, or the installed one in force, or the shipped one of a name."""
    if Path(name).is_dir():
        return Path(name)
    try:
        for owner in dict.fromkeys((centre, None)):
            place = installed_packs.room(data, owner, name)
            if number := installed_packs.in_force(place):
                return installed_packs.folder_of(place, number)
    except BadPack as bad:
        stop(bad)
    if (packs / name).is_dir():
        return packs / name
    raise click.ClickException(
        f"there is no voice pack {name!r}, neither installed nor shipped; give its name or folder"
    )


def _all_folders(packs: Path, data: str) -> list[Path]:
    """The shipped packs, and the installed ones in force."""
    shipped = sorted(p.parent for p in packs.glob("*/manifest.json"))
    places = sorted(Path(data).glob("voices/*/*"))
    return shipped + [
        installed_packs.folder_of(place, number)
        for place in places
        if not place.name.startswith(".") and (number := installed_packs.in_force(place))
    ]
