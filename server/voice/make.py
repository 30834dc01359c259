"""Making a pack: its clips from a synthesiser that is installed here, from a folder of recordings,
or from the studio's; each trimmed, levelled and written with its manifest.
"""

import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from domain.announce import CHIME, kind_of
from domain.grammars import GRAMMARS

from . import sound
from .check import clip_faults, recording_faults
from .installed_packs import write_manifest
from .loudness import PEAK, TARGET_LUFS, lufs
from .pack import BadPack, gone, grammar_of, has_dialects, prompts_of, read_pack, sha256_of

TEMPORARY = "giọng máy tạm thời"
SUFFIXES = (".wav", ".mp3", ".flac", ".ogg")
MOST_RECORDING_BYTES, LOWEST_RATE = 8 * 1024 * 1024, 16000
SPEAK_WITHIN_S = 60
#: a word spoken: its clip key and text → (samples, rate)
Say = Callable[[str, str], tuple[list[float], int]]
MEASURE = "ITU-R BS.1770-5 K-weighted, gated in blocks of 100 ms"


class CannotMake(Exception):
    """A pack cannot be made; the text says the mend. `lines` holds one fault each."""

    def __init__(self, text: str, lines: Iterable[str] = ()) -> None:
        super().__init__(text)
        self.lines = list(lines)


def espeak(speaker: str, speed: int) -> Say:
    """`say(key, text)` → (samples, rate) by espeak-ng.

    Raises CannotMake where it is not installed.
    """
    program = _program("espeak-ng", "espeak-ng is not installed; run: apt-get install espeak-ng")

    def say(key: str, text: str) -> tuple[list[float], int]:
        spoken = _spoken([program, "-v", speaker, "-s", str(speed), "--stdout", text], key, text)
        return sound.read_wav(spoken)

    return say


def piper(model: str | Path | None) -> Say:
    """`say(key, text)` → (samples, rate) by an installed `piper` and the operator's model.

    Raises CannotMake where either is missing.
    """
    program = _program(
        "piper",
        "piper is not installed (it does not come with Lượt); install it so that `piper --help`"
        " answers, or use --builder espeak",
    )
    if not model or not Path(model).is_file():
        raise CannotMake(
            f"there is no piper model {str(model or '')!r}; give --model FILE.onnx (its"
            " FILE.onnx.json beside it)"
        )

    def say(key: str, text: str) -> tuple[list[float], int]:
        with tempfile.TemporaryDirectory() as folder:
            out = Path(folder) / "clip.wav"
            _spoken(
                [program, "--model", str(model), "--output_file", str(out)], key, text, fed=text
            )
            if not out.is_file():
                raise CannotMake(
                    f"piper said nothing for {key} ({text}); try: echo {text} | piper --model"
                    f" {model} --output_file x.wav"
                )
            return sound.decode(out.read_bytes()), sound.RATE

    return say


def _program(name: str, mend: str) -> str:
    path = shutil.which(name)
    if not path:
        raise CannotMake(mend)
    return path


def _spoken(words: Sequence[str], key: str, text: str, fed: str | None = None) -> bytes:
    name = Path(words[0]).name
    try:
        done = subprocess.run(
            words,
            input=(fed + "\n").encode() if fed else None,
            capture_output=True,
            check=False,
            timeout=SPEAK_WITHIN_S,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise CannotMake(f"{name} could not say {key} ({text}): {error}") from None
    if done.returncode or (fed is None and not done.stdout):
        trouble = done.stderr.decode(errors="replace").strip().splitlines()
        raise CannotMake(
            f"{name} could not say {key} ({text}): {trouble[-1] if trouble else 'no sound'}"
        )
    return done.stdout


def speak_all(say: Say, locale: str) -> dict[str, list[float]]:
    """{key: finished samples at 24 kHz} of every word of a locale."""
    out = {}
    for key, text in GRAMMARS[locale]["clips"].items():
        samples, rate = say(key, text)
        clip = sound.finish(samples, rate)
        if not clip:
            raise CannotMake(f"{key} ({text}) came out silent; try another voice")
        out[key] = clip if rate == sound.RATE else sound.decode(sound.wav_bytes(clip, rate))
    return out


def write_pack(
    folder: Path, locale: str, clips: Mapping[str, Sequence[float]], about: Mapping[str, Any]
) -> dict[str, Any]:
    """Writes finished clips (samples at 24 kHz) and the manifest, the chime added; the manifest
    comes last. Returns it. `about`: dialect, voice, speaker, licence, source …
    """
    folder.mkdir(parents=True, exist_ok=True)
    lines = {}
    for key in [CHIME, *(key for key in prompts_of(locale) if key in clips)]:
        samples = sound.chime() if key == CHIME else clips[key]
        loudness = lufs(samples, sound.RATE)
        assert loudness is not None, f"{key}: a finished clip is never silent"
        data = sound.mp3_bytes(samples)
        (folder / f"{key}.mp3").write_bytes(data)
        lines[key] = {
            "file": f"{key}.mp3",
            "text": prompts_of(locale).get(key, ""),
            "kind": kind_of(key, locale),
            "ms": round(len(samples) * 1000 / sound.RATE),
            "lufs": round(loudness, 1),
            "bytes": len(data),
            "sha256": sha256_of(data),
        }
    manifest = {
        "locale": locale,
        "grammar": grammar_of(locale),
        **about,
        "rate": sound.RATE,
        "loudness": {"target_lufs": TARGET_LUFS, "peak": PEAK, "measure": MEASURE},
        "gaps": sound.GAPS,
        "clips": lines,
    }
    write_manifest(folder, manifest)
    for old in folder.glob("*.mp3"):
        if old.stem not in lines:
            old.unlink()
    return manifest


def build(
    folder: Path,
    locale: str,
    builder: str = "espeak",
    speaker: str | None = None,
    speed: int | None = None,
    model: str | Path | None = None,
) -> dict[str, Any]:
    """A whole pack of a locale by a synthesiser. Returns its manifest. Raises CannotMake."""
    if builder == "piper":
        clips = speak_all(piper(model), locale)
        assert model is not None  # piper() refuses to go without
        name = Path(model).name
        return write_pack(
            folder,
            locale,
            clips,
            {
                "dialect": "",
                "voice": f"piper {name}",
                "speaker": f"piper {name}",
                "temporary": True,
                "label": TEMPORARY,
                "licence": (
                    f"As the licence of the model {name}; read it before the clips leave this"
                    " centre."
                ),
                "source": f"luot voice build --locale {locale} --builder piper --model {name}",
            },
        )
    own = GRAMMARS[locale].get("speaker") or {"voice": locale, "pace": 140}
    name, pace = speaker or own["voice"], speed or own["pace"]
    clips = speak_all(espeak(name, pace), locale)
    dialect = "south" if "south" in name else "north"
    return write_pack(
        folder,
        locale,
        clips,
        {
            "dialect": dialect if has_dialects(locale) else "",
            "voice": f"espeak-ng {name}",
            "speaker": f"espeak-ng {name}",
            "temporary": True,
            "label": TEMPORARY,
            "licence": (
                "Made with espeak-ng (the program is GPL-3.0-or-later, called, not included); the"
                " clips are free to use with Lượt."
            ),
            "source": f"luot voice build --locale {locale} --speaker {name} --speed {pace}",
        },
    )


def recordings(folder: str | Path, locale: str) -> tuple[dict[str, Path], list[str]]:
    """{key: path} of a folder's recordings, and what is strange in it, one sentence each.

    The name before the dot is the clip's key, whatever its case.
    """
    key_of = {key.lower(): key for key in prompts_of(locale)}
    by_key: dict[str, Path] = {}
    strange: list[str] = []
    for path in sorted(Path(folder).iterdir()):
        key = key_of.get(path.stem.lower())
        if path.name.startswith(".") or path.name.lower() in (
            "manifest.json",
            "readme.txt",
            "readme.md",
            "licence.txt",
            "license.txt",
        ):
            continue
        if path.is_symlink() or not path.is_file():
            strange.append(f"{path.name}: not a file of this folder; put the recording itself here")
        elif path.suffix.lower() not in SUFFIXES:
            zipped = path.suffix.lower() == ".zip"
            mend = "unpack it first" if zipped else "not one of " + ", ".join(SUFFIXES)
            strange.append(f"{path.name}: {mend}")
        elif path.stem.lower() == CHIME:
            strange.append(f"{path.name}: the chime is made by the program; take it out")
        elif key is None:
            strange.append(
                f"{path.name}: {path.stem} is no clip key of {locale}; `luot voice keys --locale"
                f" {locale}` lists them"
            )
        elif key in by_key:
            strange.append(f"{path.name}: {by_key[key].name} is the same key; keep one")
        elif path.stat().st_size > MOST_RECORDING_BYTES:
            strange.append(
                f"{path.name}: larger than {MOST_RECORDING_BYTES // 1024 // 1024} MB; a clip holds"
                " a few words"
            )
        else:
            by_key[key] = path
    return by_key, strange


def finished(data: bytes, text: str) -> tuple[list[float], list[str]]:
    """(samples ready for a pack, fault codes) of a raw recording.

    Raises BadSound for what is no sound of use.
    """
    rate, _ = sound.about(data)
    if rate < LOWEST_RATE:
        raise sound.BadSound(f"is sampled at {rate} Hz; record at 24000 Hz or more")
    samples = sound.decode(data)
    wrong = recording_faults(samples, text)
    return ([] if "silent" in wrong else sound.finish(samples)), wrong


WORDS = {
    "silent": "nobody speaks in it",
    "clipped": "recorded too loud, the top of the waves is cut off",
    "short": "too short to be words",
    "long": "much longer than its words",
    "noisy": "the room is nearly as loud as the voice",
}


def finish_folder(folder: str | Path, locale: str) -> tuple[dict[str, list[float]], list[str]]:
    """{key: samples} of a folder's recordings, made ready, and the faults, one sentence each."""
    by_key, strange = recordings(folder, locale)
    clips = {}
    for key, path in by_key.items():
        try:
            samples, wrong = finished(path.read_bytes(), prompts_of(locale)[key])
        except (sound.BadSound, OSError) as bad:
            strange.append(f"{path.name}: {bad}")
            continue
        strange += [f"{path.name}: {WORDS[code]}; record it again" for code in wrong]
        if samples:
            clips[key] = samples
    return clips, strange


def copy_pack(
    source: str | Path, folder: Path, about: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """A finished pack copied as it is, its manifest's claims held against every file first.

    Raises CannotMake with one line per fault.
    """
    try:
        pack = read_pack(source)
    except BadPack as bad:
        raise CannotMake(str(bad)) from None
    wrong = [f"{key}: no whole file {pack.clips[key]['file']}" for key in gone(pack)]
    for key, clip in pack.clips.items():
        if not wrong and not clip.get("sha256"):
            wrong.append(
                f"{key}: the manifest does not say its sha256; import the recordings instead"
            )
        elif pack.file(key).is_file() and not wrong:
            wrong += [
                f"{key}: {fault}"
                for fault in clip_faults(
                    pack.file(key).read_bytes(), clip, pack.manifest["rate"], key == CHIME
                )
            ]
    if wrong:
        raise CannotMake(f"{source} is not taken", wrong)
    folder.mkdir(parents=True, exist_ok=True)
    for key in pack.clips:
        shutil.copyfile(pack.file(key), folder / pack.clips[key]["file"])
    manifest = {**pack.manifest, **(about or {})}
    write_manifest(folder, manifest)
    return manifest
