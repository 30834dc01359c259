"""`luot voice`: build or import a voice pack, say a call as words or sound, check that packs are
whole and a centre's calls can all be spoken.
"""

import sys
from contextlib import suppress
from pathlib import Path

import click
import yaml

from domain.announce import CHIME, kind_of, say_of_call
from domain.grammars import GRAMMARS
from server import config
from server.centre.models.types import COUNTER_NAME
from server.clock import now_ms
from server.commands.common import one_line_errors
from server.voice import check as checks
from server.voice import installed_packs, make, sound
from server.voice.pack import BadPack, keys_of, lacks, read_pack

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


@click.group(help="Voice packs: build one, import one, say a call, check what a centre needs.")
def voice():
    pass


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
    help="Only this language; may be given again. All by default.",
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
def build(locales, builder, model, speaker, speed, out, name, centre, data):
    if builder == "piper" and len(locales) != 1:
        raise click.UsageError("a piper model speaks one language; say which with --locale")
    for locale in locales or sorted(GRAMMARS):
        try:
            if out:
                made, where = (
                    make.build(out / locale, locale, builder, speaker, speed, model),
                    out / locale,
                )
            else:
                made, where = _installed(
                    data,
                    centre,
                    name or locale,
                    lambda folder, locale=locale: make.build(
                        folder, locale, builder, speaker, speed, model
                    ),
                )
        except (make.CannotMake, BadPack) as trouble:
            _stop(trouble)
        click.echo(
            f"{where}: {len(made['clips'])} clips,"
            f" {sum(c['ms'] for c in made['clips'].values()) / 1000:.1f} s ({made['label']})"
        )


def _installed(data, centre, name, fill):
    """Installs what `fill(folder)` writes; (manifest, where)."""
    kept = {}

    def write(folder, number):
        kept.update(fill(folder))
        kept.update(version=number, made_at=now_ms())
        installed_packs.write_manifest(folder, kept)

    try:
        place = installed_packs.room(config.load(data=data).data, centre, name)
        number = installed_packs.install(place, write)
    except OSError as error:
        raise click.ClickException(
            f"the pack cannot be written ({error.strerror}: {error.filename}); make room or give"
            " another --data"
        ) from None
    return kept, installed_packs.folder_of(place, number)


def _stop(trouble):
    """One line per fault on stderr, then the sentence; exit 1."""
    for line in getattr(trouble, "lines", ()):
        click.echo(line, err=True)
    raise click.ClickException(str(trouble)) from None


@voice.command(
    name="import",
    help=(
        "Installs a folder: recordings (WAV, MP3, FLAC, Ogg) named by clip key, trimmed and"
        " levelled here; or a finished pack with its manifest."
    ),
)
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--locale",
    type=LANGUAGES,
    default="vi",
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
def import_(folder, locale, name, speaker, licence, dialect, with_gaps, centre, data):
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
            made, where = _installed(
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
                "source": "luot voice import",
            }
            made, where = _installed(
                data,
                centre,
                name or locale,
                lambda place: make.write_pack(place, locale, clips, about),
            )
    except (make.CannotMake, BadPack) as trouble:
        _stop(trouble)
    gaps = [key for key in keys_of(locale) if key not in made["clips"]]
    click.echo(
        f"{where}: {len(made['clips'])} clips,"
        f" {sum(c['ms'] for c in made['clips'].values()) / 1000:.1f} s"
        + (f"; missing: {' '.join(gaps)}" if gaps else "")
    )
    if (name or locale) != locale:
        click.echo(
            f"to speak with it, put  voice: {{packs: {{{locale}: {name}}}}}  in the centre file and"
            " load it"
        )


@voice.command(
    help="Prints every clip key and its words, in the order they are read aloud to record them."
)
@click.option("--locale", type=LANGUAGES, default="vi", show_default=True, help="Which language.")
def keys(locale):
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
def use(name, version, centre, data):
    try:
        place = installed_packs.room(config.load(data=data).data, centre, name)
        if version is not None:
            installed_packs.use(place, version)
    except BadPack as trouble:
        _stop(trouble)
    now = installed_packs.in_force(place)
    for number in [0, *installed_packs.versions(place)]:
        about = (
            read_pack(installed_packs.folder_of(place, number)).manifest.get("voice", "?")
            if number
            else "the pack behind it (shipped)"
        )
        click.echo(f"{'*' if number == now else ' '} {number} {about}")


@voice.command(
    help="Prints the words and clip keys of a call; --wav renders it as the board would play it."
)
@click.argument("number")
@click.argument("counter")
@click.option(
    "--lang", default="vi", show_default=True, type=LANGUAGES, help="The ticket's language."
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
def say(number, counter, lang, calls, centre, wav, packs, data):
    if not any(c.isdigit() for c in number) or not number.isalnum():
        raise click.ClickException(f"{number!r} is no ticket number; give one like A012")
    if not COUNTER_NAME.fullmatch(counter.upper()):
        raise click.ClickException(
            f"{counter!r} is no counter; give its number or a desk's id, like 3, 3A, 2.05 or HD1"
        )
    profile = _profile(centre) if centre else {}
    wish = _voice_of(profile) if centre else {}
    said = say_of_call(number, int(counter) if counter.isdigit() else counter, calls, lang, wish)
    for reading in said:
        click.echo(f"{reading['lang']} ×{reading['times']}: {reading['text']}")
        click.echo(f"  {' '.join(reading['clips'])}")
    if wav:
        try:
            wav.write_bytes(
                sound.wav_bytes(
                    _render(said, wish, packs, config.load(data=data).data, _code(profile))
                )
            )
        except BadPack as trouble:
            _stop(trouble)
        except OSError as error:
            raise click.ClickException(
                f"{wav} cannot be written: {error.strerror}; choose another place"
            ) from None
        click.echo(f"{wav}")


def _render(said, wish, packs, data, centre):
    """The samples of a call.

    Each language speaks from its own pack, for the same key sounds otherwise there; a reading with
    a lacking clip is left out, as on a board.
    """
    out, bell = [], None
    for reading in said:
        pack = installed_packs.find(
            checks.pack_name(wish, reading["lang"]), reading["lang"], data, centre, packs
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


def _trimmed(path):
    try:
        samples = sound.decode(path.read_bytes())
    except sound.BadSound as bad:
        raise BadPack(f"{path} {bad}; run: luot voice check") from None
    first, last = sound.sound_span(samples)
    return samples[first:last]


@voice.command(
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
def check(what, centre, packs, data):
    data = config.load(data=data).data
    files = [Path(one) for one in what if Path(one).is_file()]
    named = [one for one in what if not Path(one).is_file()]
    faults, given = [], {}
    for folder in [_folder_named(one, data, centre, packs) for one in named] or _all_folders(
        packs, data
    ):
        faults += _checked(folder)
    for folder in [_folder_named(one, data, centre, packs) for one in named]:
        with suppress(BadPack):
            own = read_pack(folder)
            given[own.locale] = own
    for path in files:
        profile = _profile(path)
        wish, place = _voice_of(profile), _places(profile)
        found = []
        lacking = checks.centre_lacks(*place, wish, data, _code(profile), packs)
        # a pack named beside the centre is what its calls are held against, not the one in force
        # there
        lacking |= {
            lang: (pack, lacks(pack, [CHIME, *checks.needed(*place, wish)[lang]]), "")
            for lang, pack in given.items()
            if lang in lacking
        }
        for lang, (pack, missing, why) in lacking.items():
            if missing:
                found.append(why or f"the {lang} pack {pack.folder.name} lacks {' '.join(missing)}")
        faults += [f"{path.name}: {fault}" for fault in found]
        click.echo(f"{path.name}: {len(found)} problems")
        for warning in checks.alike(place[0]):
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


def _checked(folder):
    """The faults of one pack, its name before each; prints one line about it."""
    try:
        pack = read_pack(folder)
    except BadPack as bad:
        return [str(bad)]
    found = list(checks.faults(pack))
    name = (
        pack.folder.name
        if not installed_packs.VERSION.fullmatch(pack.folder.name)
        else f"{pack.folder.parent.parent.name}/{pack.folder.parent.name}/{pack.folder.name}"
    )
    note = (
        f" ({pack.manifest.get('label', make.TEMPORARY)})" if pack.manifest.get("temporary") else ""
    )
    click.echo(
        f"{name}: {pack.manifest.get('voice', '?')}, {len(pack.clips)} clips, {len(found)}"
        f" problems{note}"
    )
    return [f"{name}: {fault}" for fault in found]


def _folder_named(one, data, centre, packs):
    if Path(one).is_dir():
        return Path(one)
    try:
        for owner in dict.fromkeys((centre, None)):
            place = installed_packs.room(data, owner, one)
            if number := installed_packs.in_force(place):
                return installed_packs.folder_of(place, number)
    except BadPack as bad:
        _stop(bad)
    if (packs / one).is_dir():
        return packs / one
    raise click.ClickException(
        f"there is no voice pack {one!r}, neither installed nor shipped; give its name or folder"
    )


def _all_folders(packs, data):
    shipped = sorted(p.parent for p in packs.glob("*/manifest.json"))
    places = sorted(Path(data).glob("voices/*/*"))
    return shipped + [
        installed_packs.folder_of(place, number)
        for place in places
        if not place.name.startswith(".") and (number := installed_packs.in_force(place))
    ]


def _profile(path):
    try:
        profile = yaml.safe_load(path.read_text("utf-8"))
        profile["site"], profile["fields"], profile["counters"]
        return profile
    except (OSError, UnicodeDecodeError, yaml.YAMLError, TypeError, KeyError) as error:
        raise click.ClickException(
            f"{path} is no centre file ({str(error).splitlines()[0]}); run: luot load {path}"
        ) from None


def _voice_of(profile):
    return profile["site"].get("voice") or {}


def _code(profile):
    return (profile.get("site") or {}).get("code") if profile else None


def _places(profile):
    """(prefixes, counters) of a centre file."""
    return [str(field["prefix"]) for field in profile["fields"]], [
        c["number"] for c in profile["counters"]
    ] + [d["id"] for d in profile.get("guidance_desks") or []]
