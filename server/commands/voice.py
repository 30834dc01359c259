"""`luot voice`: build a voice pack, say a call as words or sound, check that a centre's calls can all be spoken."""
import json
import shutil
import subprocess
import unicodedata
from pathlib import Path

import click
import yaml

from server.commands import voice_audio as audio
from server.domain.announce import CHIME, clip_keys_possible, kind_of, say_of_call
from server.domain.grammars import GRAMMARS

ROOT = Path(__file__).parents[2]
PACKS = ROOT / "display/voice"
# How espeak-ng is asked to speak, per locale: of the settings tried, the best understood.
SPEAKERS = {"vi": ("vi", 130), "en": ("en-us", 145)}
TEMPORARY = "giọng máy tạm thời"
# Prefix letters that Southern speech or a loudspeaker makes alike: at most one of each group in a centre.
ALIKE = ("DGV", "BP", "MN", "SX", "LR")


@click.group(help="Voice packs: build one, say a call, check what a centre needs.")
def voice():
    pass


@voice.command(help="Makes the clips of a pack with espeak-ng (a machine voice, marked as temporary).")
@click.option("--locale", "locales", multiple=True, type=click.Choice(sorted(GRAMMARS)), help="Only this language; may be given again. All by default.")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), default=PACKS, show_default="display/voice", help="Folder the packs are put in.")
@click.option("--speaker", help="espeak-ng's voice, e.g. vi-vn-x-south.")
@click.option("--speed", type=click.IntRange(80, 260), help="Words a minute.")
def build(locales, out, speaker, speed):
    program = shutil.which("espeak-ng")
    if not program:
        raise click.ClickException("espeak-ng is not installed; run: apt-get install espeak-ng")
    for locale in locales or sorted(GRAMMARS):
        name, pace = SPEAKERS.get(locale, (locale, 140))
        made = build_pack(program, locale, out / locale, speaker or name, speed or pace)
        click.echo(f"{out / locale}: {len(made['clips'])} clips, {sum(c['ms'] for c in made['clips'].values()) / 1000:.1f} s ({TEMPORARY})")


def build_pack(program, locale, folder, speaker, speed):
    """Speaks every clip of a locale's grammar and writes the pack; the manifest comes last, so half a pack is never taken for a whole one."""
    folder.mkdir(parents=True, exist_ok=True)
    sounds = {CHIME: ("", "chime", audio.chime(), audio.RATE)}
    for key, text in GRAMMARS[locale]["clips"].items():
        spoken = subprocess.run([program, "-v", speaker, "-s", str(speed), "--stdout", text], capture_output=True, check=False)
        if spoken.returncode or not spoken.stdout:
            raise click.ClickException(f"espeak-ng could not say {key} ({text}): {spoken.stderr.decode(errors='replace').strip() or 'no sound'}")
        samples, rate = audio.read_wav(spoken.stdout)
        sounds[key] = (text, kind_of(key, locale), audio.finish(samples, rate), rate)
    clips = {}
    for key, (text, kind, samples, rate) in sounds.items():
        (folder / f"{key}.mp3").write_bytes(audio.mp3_bytes(samples, rate))
        clips[key] = {"file": f"{key}.mp3", "text": text, "kind": kind, "ms": round(len(samples) * 1000 / rate)}
    manifest = {
        "locale": locale, "dialect": "south" if "south" in speaker else "north", "voice": f"espeak-ng {speaker}", "temporary": True, "label": TEMPORARY,
        "licence": "Made with espeak-ng (the program is GPL-3.0-or-later, called, not included); the clips are free to use with Lượt.",
        "source": f"luot voice build --locale {locale} --speaker {speaker} --speed {speed}", "rate": audio.RATE, "gaps": audio.GAPS, "clips": clips,
    }
    (folder / "manifest.json").write_text(json.dumps(manifest, ensure_ascii=False, indent=1) + "\n", "utf-8")
    for old in folder.glob("*.mp3"):
        if old.stem not in clips:
            old.unlink()
    return manifest


@voice.command(help="Prints the words and clip keys of a call; --wav renders it as the board would play it.")
@click.argument("number")
@click.argument("counter")
@click.option("--lang", default="vi", show_default=True, type=click.Choice(sorted(GRAMMARS)), help="The ticket's language.")
@click.option("--calls", default=1, show_default=True, type=click.IntRange(1), help="The how-manieth call it is; from 2 on it is a recall.")
@click.option("--centre", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="A centre file, for its wording, dialect and styles.")
@click.option("--wav", type=click.Path(dir_okay=False, path_type=Path), help="Write the sound there: the chime, then each reading.")
@click.option("--packs", type=click.Path(exists=True, file_okay=False, path_type=Path), default=PACKS, show_default="display/voice", help="Folder of the voice packs.")
def say(number, counter, lang, calls, centre, wav, packs):
    if not any(c.isdigit() for c in number) or not number.isalnum():
        raise click.ClickException(f"{number!r} is no ticket number; give one like A012")
    if not counter.isalnum():
        raise click.ClickException(f"{counter!r} is no counter; give its number or a desk's id, like 3 or HD1")
    wish = _voice_of(_profile(centre)) if centre else {}
    said = say_of_call(number, int(counter) if counter.isdigit() else counter, calls, lang, wish)
    for reading in said:
        click.echo(f"{reading['lang']} ×{reading['times']}: {reading['text']}")
        click.echo(f"  {' '.join(reading['clips'])}")
    if wav:
        try:
            wav.write_bytes(audio.wav_bytes(_render(said, wish, packs)))
        except OSError as error:
            raise click.ClickException(f"{wav} cannot be written: {error.strerror}; choose another place") from None
        click.echo(f"{wav}")


def _render(said, wish, packs):
    """The samples of a call. Each language speaks from its own pack, for the same key sounds otherwise there."""
    out, bell = [], None
    for reading in said:
        folder = _pack_folder(packs, reading["lang"], wish)
        manifest = _manifest(folder)
        needed = {CHIME, *reading["clips"]} & manifest["clips"].keys()
        clips = {key: _trimmed(folder / manifest["clips"][key]["file"]) for key in needed}
        missing = sorted(set(reading["clips"]) - needed)
        if missing:
            click.echo(f"no clip in {folder.name} for: {' '.join(missing)}", err=True)
        first = bell is None
        bell = clips.get(CHIME, []) if first else bell
        kinds = {key: manifest["clips"][key].get("kind") or kind_of(key, reading["lang"]) for key in needed}
        if not first:
            out += [0.0] * round(audio.BETWEEN_READINGS * audio.RATE / 1000)
        out += audio.stitch([reading["clips"]] * reading["times"], clips, kinds, bell if first else None)
    return out


def _trimmed(path):
    samples = audio.decode(path.read_bytes())
    first, last = audio.sound_span(samples)
    return samples[first:last]


@voice.command(help="Checks the packs: every clip there, decodable, none silent or clipped; with centre files, every key their calls can need.")
@click.argument("centres", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--packs", type=click.Path(exists=True, file_okay=False, path_type=Path), default=PACKS, show_default="display/voice", help="Folder of the voice packs.")
def check(centres, packs):
    problems = []
    for folder in sorted(p.parent for p in packs.glob("*/manifest.json")):
        manifest = _manifest(folder)
        found = list(pack_problems(folder, manifest))
        problems += [f"{folder.name}: {problem}" for problem in found]
        note = f" ({manifest.get('label', TEMPORARY)})" if manifest.get("temporary") else ""
        click.echo(f"{folder.name}: {manifest.get('voice', '?')}, {len(manifest['clips'])} clips, {len(found)} problems{note}")
    for path in centres:
        profile = _profile(path)
        wish = _voice_of(profile)
        found = list(centre_problems(profile, wish, packs))
        problems += [f"{path.name}: {problem}" for problem in found]
        click.echo(f"{path.name}: {len(found)} problems")
        for warning in prefix_warnings(_prefixes(profile)):
            click.echo(f"{path.name}: {warning}", err=True)
    for problem in problems:
        click.echo(problem, err=True)
    if problems:
        raise click.ClickException(f"{len(problems)} problems; record or build the clips named (luot voice build), or change the wording in the centre file")


def pack_problems(folder, manifest):
    """What is wrong with a pack, one sentence each."""
    for name in ("locale", "licence", "source"):
        if not manifest.get(name):
            yield f"the manifest does not say its {name}"
    if CHIME not in manifest["clips"]:
        yield "no chime"
    for key, clip in manifest["clips"].items():
        path = folder / clip["file"]
        if path.resolve().parent != folder.resolve() or not path.is_file():
            yield f"{key}: no file {clip['file']}"
            continue
        try:
            samples = audio.decode(path.read_bytes())
        except Exception as error:  # the decoder's own kinds of error; any of them means the clip cannot be played
            yield f"{key}: {clip['file']} cannot be decoded ({error})"
            continue
        first, last = audio.sound_span(samples)
        if last - first < 0.03 * audio.RATE:
            yield f"{key}: silent or too short"
        elif max(map(abs, samples)) > 0.995:
            yield f"{key}: clipped"
        elif abs((last - first) * 1000 / audio.RATE - clip["ms"]) > 50:
            yield f"{key}: {(last - first) * 1000 // audio.RATE} ms long, the manifest says {clip['ms']}"


def centre_problems(profile, wish, packs):
    """Which clips the calls of a centre can need that its packs lack, one sentence a pack."""
    for lang, keys in clip_keys_possible(_prefixes(profile), _counters(profile), wish).items():
        folder = _pack_folder(packs, lang, wish)
        try:
            missing = [key for key in keys if key not in _manifest(folder)["clips"]]
        except click.ClickException as error:
            yield error.message
            continue
        if missing:
            yield f"the pack {folder.name} lacks {' '.join(missing)}"


def prefix_warnings(prefixes):
    """Prefix letters that sound alike, as sentences."""
    first = {str(p)[:1].upper() for p in prefixes if len(str(p)) == 1}
    for group in ALIKE:
        both = [letter for letter in group if letter in first]
        if len(both) > 1:
            yield f"the prefixes {' and '.join(both)} sound alike when called; use one of them"


def _profile(path):
    try:
        profile = yaml.safe_load(path.read_text("utf-8"))
        profile["site"], profile["fields"], profile["counters"]
        return profile
    except (OSError, UnicodeDecodeError, yaml.YAMLError, TypeError, KeyError) as error:
        raise click.ClickException(f"{path} is no centre file ({str(error).splitlines()[0]}); run: luot load {path}") from None


def _voice_of(profile):
    return profile["site"].get("voice") or {}


def _prefixes(profile):
    return [str(field["prefix"]) for field in profile["fields"]]


def _counters(profile):
    return [c["number"] for c in profile["counters"]] + [d["id"] for d in profile.get("guidance_desks") or []]


def _pack_folder(packs, lang, wish):
    return packs / str((wish.get("packs") or {}).get(lang, lang))


def _manifest(folder):
    try:
        manifest = json.loads(unicodedata.normalize("NFC", (folder / "manifest.json").read_text("utf-8")))
        if not isinstance(manifest["clips"], dict) or not all({"file", "ms"} <= clip.keys() for clip in manifest["clips"].values()):
            raise ValueError("clips need a file and ms")
        return manifest
    except (OSError, ValueError, KeyError, AttributeError) as error:
        raise click.ClickException(f"{folder} is no voice pack ({error}); run: luot voice build") from None
