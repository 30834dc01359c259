"""`luot voice`: build or import a voice pack, say a call as words or sound, check that packs are
whole and a centre's calls can all be spoken.
"""

import tempfile
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import click

from domain.announce import CHIME, kind_of, say_of_call
from domain.grammars import GRAMMARS, SHIPPED_PACKS
from domain.languages import DEFAULT
from server import config
from server.centre.models.types import COUNTER_NAME
from server.clock import now_ms
from server.commands.options import one_line_errors
from server.commands.voice_check import check
from server.commands.voice_options import (
    LANGUAGES,
    centre_code_option,
    centre_in,
    data_option,
    packs_option,
    stop,
)
from server.commands.voice_pack import pack, script
from server.voice import check as checks
from server.voice import installed_packs, make, sound
from server.voice.pack import BadPack, keys_of, lacks, read_pack
from server.voice.pack_file import SUFFIX, unpack


@click.group(help="Voice packs: build one, import one, say a call, check what a centre needs.")
def voice() -> None:
    pass


voice.add_command(check)
voice.add_command(pack)
voice.add_command(script)


@voice.command(
    help=(
        "Makes a pack with a synthesiser installed here: espeak-ng (marked as temporary), or piper"
        " with a model of yours."
    )
)
@click.option(
    "--locale",
    "locales",
    multiple=True,
    type=LANGUAGES,
    help="Only this language; may be given again. Those that come along by default.",
)
@click.option(
    "--builder",
    type=click.Choice(("espeak", "piper")),
    default="espeak",
    show_default=True,
    help="Which program speaks.",
)
@click.option("--model", type=click.Path(path_type=Path), help="piper's model, FILE.onnx.")
@click.option("--speaker", help="espeak-ng's voice, e.g. vi-vn-x-south.")
@click.option("--speed", type=click.IntRange(80, 260), help="Words a minute (espeak-ng).")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="Write the packs into this folder instead of installing them in the data folder.",
)
@click.option("--name", help="Name the pack is installed under; the language's code unless told.")
@centre_code_option
@data_option
@one_line_errors
def build(
    locales: tuple[str, ...],
    builder: str,
    model: Path | None,
    speaker: str | None,
    speed: int | None,
    out: Path | None,
    name: str | None,
    centre: str | None,
    data: str | None,
) -> None:
    if builder == "piper" and len(locales) != 1:
        raise click.UsageError("a piper model speaks one language; say which with --locale")
    for locale in locales or sorted(SHIPPED_PACKS):
        try:
            if out:
                where = out / locale
                manifest = make.build(where, locale, builder, speaker, speed, model)
            else:
                manifest, where = _installed(
                    data,
                    centre,
                    name or locale,
                    partial(
                        make.build,
                        locale=locale,
                        builder=builder,
                        speaker=speaker,
                        speed=speed,
                        model=model,
                    ),
                )
        except (make.CannotMake, BadPack) as trouble:
            stop(trouble)
        click.echo(
            f"{where}: {len(manifest['clips'])} clips,"
            f" {_seconds(manifest):.1f} s ({manifest['label']})"
        )


def _seconds(manifest: Mapping[str, Any]) -> float:
    """How long all clips of a pack are together."""
    milliseconds: int = sum(clip["ms"] for clip in manifest["clips"].values())
    return milliseconds / 1000


def _installed(
    data: str | None, centre: str | None, name: str, fill: Callable[[Path], Mapping[str, Any]]
) -> tuple[dict[str, Any], Path]:
    """Installs what `fill(folder)` writes; (manifest, where)."""
    manifest: dict[str, Any] = {}

    def write(folder: Path, number: int) -> None:
        manifest.update(fill(folder))
        manifest.update(version=number, made_at=now_ms())
        installed_packs.write_manifest(folder, manifest)

    try:
        place = installed_packs.room(config.load(data=data).data, centre, name)
        number = installed_packs.install(place, write)
    except OSError as error:
        raise click.ClickException(
            f"the pack cannot be written ({error.strerror}: {error.filename}); make room or give"
            " another --data"
        ) from None
    return manifest, installed_packs.folder_of(place, number)


@voice.command(
    name="import",
    help=(
        "Installs a folder: recordings (WAV, MP3, FLAC, Ogg) named by clip key, trimmed and"
        " levelled here; or a finished pack with its manifest, as a folder or as one file"
        " (.luotvoice)."
    ),
)
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--locale",
    type=LANGUAGES,
    default=DEFAULT,
    show_default=True,
    help="Language of the recordings; a finished pack says its own.",
)
@click.option(
    "--name",
    help=(
        "Name of the pack, for voice.packs in the centre file; the language's code unless told"
        " (then it takes the shipped voice's place)."
    ),
)
@click.option("--speaker", help="Whose voice it is; recordings need it.")
@click.option("--licence", help="On what terms the speaker gave the recordings; they need it.")
@click.option(
    "--consent",
    default="",
    help="How the speaker agreed, and where the signed paper lies; others get the pack only so.",
)
@click.option("--dialect", default="", help="The voice's own: north, central or south.")
@click.option(
    "--with-gaps",
    is_flag=True,
    help=(
        "Install although clips are missing; a call that needs one is chimed and shown, not spoken."
    ),
)
@centre_code_option
@data_option
@one_line_errors
def import_(
    folder: Path,
    locale: str,
    name: str | None,
    speaker: str | None,
    licence: str | None,
    consent: str,
    dialect: str,
    with_gaps: bool,
    centre: str | None,
    data: str | None,
) -> None:
    if folder.is_file() and folder.suffix == SUFFIX:
        with tempfile.TemporaryDirectory() as unpacked:
            _import_file(folder, Path(unpacked), name, centre, data)
        return
    if not folder.is_dir():
        fault = (
            "a file; unpack it and give the folder"
            if folder.exists()
            else "not there; give the folder of the recordings"
        )
        raise click.ClickException(f"{folder} is {fault}")
    try:
        if (folder / "manifest.json").exists():
            locale = read_pack(folder).locale
            manifest, where = _installed(
                data, centre, name or locale, lambda place: make.copy_pack(folder, place)
            )
        else:
            if not speaker or not licence:
                raise click.UsageError(
                    'say whose voice it is and on what terms: --speaker "…" --licence "…"'
                )
            clips, wrong = make.finish_folder(folder, locale)
            missing = [key for key in keys_of(locale) if key not in clips]
            if wrong:
                raise make.CannotMake(
                    f"{len(wrong)} recordings are not taken; nothing was installed", wrong
                )
            if missing and (not with_gaps or not clips):
                raise make.CannotMake(
                    f"{len(missing)} of {len(keys_of(locale))} clips are missing; record them"
                    " (`luot voice keys` prints the words) or add --with-gaps; nothing was"
                    " installed",
                    [f"{key}: no recording" for key in missing],
                )
            about = {
                "dialect": dialect,
                "voice": speaker,
                "speaker": speaker,
                "temporary": False,
                "label": speaker,
                "licence": licence,
                "consent": consent,
                "source": "luot voice import",
            }
            manifest, where = _installed(
                data,
                centre,
                name or locale,
                lambda place: make.write_pack(place, locale, clips, about),
            )
    except (make.CannotMake, BadPack) as trouble:
        stop(trouble)
    gaps = [key for key in keys_of(locale) if key not in manifest["clips"]]
    _tell_installed(manifest, where, gaps, name or locale)


def _import_file(
    file: Path, folder: Path, name: str | None, centre: str | None, data: str | None
) -> None:
    """Installs the pack of one file, unpacked into an empty folder first."""
    try:
        unpack(file, folder)
        locale = read_pack(folder).locale
        manifest, where = _installed(
            data, centre, name or locale, lambda place: make.copy_pack(folder, place)
        )
    except (make.CannotMake, BadPack) as trouble:
        stop(trouble)
    gaps = [key for key in keys_of(locale) if key not in manifest["clips"]]
    _tell_installed(manifest, where, gaps, name or locale)


def _tell_installed(
    manifest: Mapping[str, Any], where: Path, gaps: Sequence[str], name: str
) -> None:
    """What was installed, what it lacks, and how a centre speaks with it."""
    click.echo(
        f"{where}: {len(manifest['clips'])} clips, {_seconds(manifest):.1f} s"
        + (f"; missing: {' '.join(gaps)}" if gaps else "")
    )
    locale = manifest["locale"]
    if name != locale:
        click.echo(
            f"to speak with it, put  voice: {{packs: {{{locale}: {name}}}}}  in the centre file and"
            " load it"
        )


@voice.command(
    help="Prints every clip key and its words, in the order they are read aloud to record them."
)
@click.option(
    "--locale", type=LANGUAGES, default=DEFAULT, show_default=True, help="Which language."
)
def keys(locale: str) -> None:
    for key in keys_of(locale):
        click.echo(f"{key}\t{GRAMMARS[locale]['clips'][key]}")


@voice.command(
    help=(
        "Puts another version of an installed pack in force; 0 gives way to the shipped voice."
        " Without VERSION: lists them."
    )
)
@click.argument("name")
@click.argument("version", required=False, type=click.IntRange(0))
@centre_code_option
@data_option
@one_line_errors
def use(name: str, version: int | None, centre: str | None, data: str | None) -> None:
    try:
        place = installed_packs.room(config.load(data=data).data, centre, name)
        if version is not None:
            installed_packs.use(place, version)
    except BadPack as trouble:
        stop(trouble)
    in_force = installed_packs.in_force(place)
    for number in [0, *installed_packs.versions(place)]:
        about = (
            read_pack(installed_packs.folder_of(place, number)).manifest.get("voice", "?")
            if number
            else "the pack behind it (shipped)"
        )
        click.echo(f"{'*' if number == in_force else ' '} {number} {about}")


@voice.command(
    help="Prints the words and clip keys of a call; --wav renders it as the board would play it."
)
@click.argument("number")
@click.argument("counter")
@click.option(
    "--lang", default=DEFAULT, show_default=True, type=LANGUAGES, help="The ticket's language."
)
@click.option(
    "--calls",
    default=1,
    show_default=True,
    type=click.IntRange(1),
    help="The how-manieth call it is; from 2 on it is a recall.",
)
@click.option(
    "--centre",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A centre file, for its wording, dialect and styles.",
)
@click.option(
    "--wav",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the sound there: the chime, then each reading.",
)
@packs_option
@data_option
@one_line_errors
def say(
    number: str,
    counter: str,
    lang: str,
    calls: int,
    centre: Path | None,
    wav: Path | None,
    packs: Path,
    data: str | None,
) -> None:
    if not any(c.isdigit() for c in number) or not number.isalnum():
        raise click.ClickException(f"{number!r} is no ticket number; give one like A012")
    if not COUNTER_NAME.fullmatch(counter.upper()):
        raise click.ClickException(
            f"{counter!r} is no counter; give its number or a desk's id, like 3, 3A, 2.05 or HD1"
        )
    held = centre_in(centre) if centre else None
    voice_settings = held.voice if held else {}
    readings = say_of_call(
        number, int(counter) if counter.isdigit() else counter, calls, lang, voice_settings
    )
    for reading in readings:
        click.echo(f"{reading['lang']} ×{reading['times']}: {reading['text']}")
        click.echo(f"  {' '.join(reading['clips'])}")
    if wav:
        try:
            wav.write_bytes(
                sound.wav_bytes(
                    _render(
                        readings,
                        voice_settings,
                        packs,
                        config.load(data=data).data,
                        held.code if held else None,
                    )
                )
            )
        except BadPack as trouble:
            stop(trouble)
        except OSError as error:
            raise click.ClickException(
                f"{wav} cannot be written: {error.strerror}; choose another place"
            ) from None
        click.echo(f"{wav}")


def _render(
    readings: Sequence[Mapping[str, Any]],
    voice_settings: Mapping[str, Any],
    packs: Path,
    data: str,
    centre: str | None,
) -> list[float]:
    """The samples of a call.

    Each language speaks from its own pack, for the same key sounds otherwise there; a reading with
    a lacking clip is left out, as on a board.
    """
    out: list[float] = []
    bell: Sequence[float] | None = None
    for reading in readings:
        pack = installed_packs.find(
            checks.pack_name(voice_settings, reading["lang"]), reading["lang"], data, centre, packs
        )
        missing = lacks(pack, dict.fromkeys([CHIME, *reading["clips"]]))
        clips = {key: _trimmed(pack.file(key)) for key in {CHIME, *reading["clips"]} - set(missing)}
        first = bell is None
        bell = clips.get(CHIME, []) if first else bell
        if missing:
            click.echo(f"no clip in {pack.folder} for: {' '.join(missing)}", err=True)
        whole = not set(missing) - {CHIME}
        kinds = {key: pack.clips[key].get("kind") or kind_of(key, reading["lang"]) for key in clips}
        if not first:
            out += [0.0] * round(sound.BETWEEN_READINGS * sound.RATE / 1000)
        out += sound.stitch(
            [reading["clips"]] * reading["times"] if whole else [],
            clips,
            kinds,
            bell if first else None,
        )
    return out


def _trimmed(path: Path) -> list[float]:
    """The samples of a clip without the silence around it."""
    try:
        samples = sound.decode(path.read_bytes())
    except sound.BadSound as bad:
        raise BadPack(f"{path} {bad}; run: luot voice check") from None
    first, last = sound.sound_span(samples)
    return samples[first:last]
