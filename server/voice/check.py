"""What is wrong with a pack or a recording: one sentence a fault.

Decodes every clip, so never on the hub's own loop.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from domain.announce import CHIME, clip_keys_possible, kind_of

from . import sound
from .installed_packs import SHIPPED, find
from .loudness import lufs, off_target
from .pack import BadPack, Pack, grammar_of, keys_of, prompts_of, sha256_of
from .pack import gone as files_gone

LONGEST_SILENCE_MS, LENGTH_MS = 200, 50
SHORTEST_SPEECH_S, TOO_QUIET_LUFS, NOISY_DB = 0.08, -55.0, 15.0
#: Seconds a clip may last, by how many words it has: a breath or a stumble is longer, a cut-off
#: word shorter.
LONGEST_WORD_S, LONGEST_START_S = 0.9, 0.9
# Prefix letters that Southern speech or a loudspeaker makes alike: at most one of each group in a
# centre.
ALIKE = ("DGV", "BP", "MN", "SX", "LR")


def faults(pack: Pack, keys: Sequence[str] | None = None) -> Iterator[str]:
    """What is wrong with a pack, one sentence each.

    `keys`: which must be there; all of the grammar's unless told.
    """
    manifest = pack.manifest
    for name in ("licence", "source"):
        if not manifest.get(name):
            yield f"the manifest does not say its {name}"
    if not manifest.get("speaker") and not manifest.get("voice"):
        yield "the manifest does not say whose voice it is (speaker)"
    if manifest.get("grammar") != grammar_of(pack.locale):
        yield (
            f"made for the words {manifest.get('grammar', 'of no named grammar')}, this program"
            f" speaks {grammar_of(pack.locale)}; make or import it anew"
        )
    for key in [CHIME, *(keys_of(pack.locale) if keys is None else keys)]:
        if key not in pack.clips:
            yield f"{key}: no clip"
    missing = set(files_gone(pack))
    for key, clip in pack.clips.items():
        path = pack.file(key)
        if not path.is_file() or path.is_symlink():
            yield f"{key}: no file {clip['file']}"
            continue
        if key != CHIME and key not in prompts_of(pack.locale):
            yield f"{key}: not a key of the grammar; take it out"
        data = (
            path.read_bytes()
            if key not in missing or path.stat().st_size < 4 * 1024 * 1024
            else b""
        )
        yield from (
            f"{key}: {fault}"
            for fault in clip_faults(data, clip, manifest["rate"], key == CHIME, key in missing)
        )


def clip_faults(
    data: bytes, clip: Mapping[str, Any], rate: int, bell: bool = False, size_differs: bool = False
) -> Iterator[str]:
    """What is wrong with one clip against its line in the manifest."""
    if size_differs:
        yield (
            f"{clip['file']} is {len(data)} bytes, the manifest says {clip.get('bytes')}; it was"
            " changed or cut off"
        )
    elif clip.get("sha256") and sha256_of(data) != clip["sha256"]:
        yield f"{clip['file']} is not the file the manifest names (sha256 differs)"
    try:
        samples = sound.decode(data)
        own_rate = sound.about(data)[0]
    except sound.BadSound as bad:
        yield f"{clip['file']} {bad}"
        return
    if own_rate != rate:
        yield f"{clip['file']} is sampled at {own_rate} Hz, the manifest says {rate}"
    first, last = sound.sound_span(samples)
    if last - first < 0.03 * sound.RATE:
        yield "silent or too short"
        return
    peak, loudness, ms = (
        max(map(abs, samples)),
        lufs(samples[first:last], sound.RATE),
        (last - first) * 1000 / sound.RATE,
    )
    if peak > 0.995:
        yield "clipped"
    if not bell and (missed := off_target(loudness, peak)):
        yield f"loudness {missed}"
    if loudness is not None and "lufs" in clip and abs(loudness - clip["lufs"]) > 1.5:
        yield f"{loudness:.1f} LUFS loud, the manifest says {clip['lufs']}"
    if abs(ms - clip["ms"]) > LENGTH_MS:
        yield f"{ms:.0f} ms long, the manifest says {clip['ms']}"
    for where, silence in (("before", first), ("after", len(samples) - last)):
        if silence * 1000 / sound.RATE > LONGEST_SILENCE_MS:
            yield f"{silence * 1000 / sound.RATE:.0f} ms of silence {where} the words"


def recording_faults(samples: Sequence[float], text: str) -> list[str]:
    """What is wrong with a raw recording, as codes: silent, clipped, noisy, short, long.

    Worst first; all but noisy and long must be recorded again.
    """
    first, last = sound.speech_span(samples)
    seconds = (last - first) / sound.RATE
    loudness = lufs(samples[first:last], sound.RATE) if last > first else None
    if loudness is None or loudness < TOO_QUIET_LUFS:
        return ["silent"]
    out = []
    if sound.clipped(samples):
        out.append("clipped")
    if seconds < SHORTEST_SPEECH_S:
        out.append("short")
    if seconds > LONGEST_START_S + LONGEST_WORD_S * max(1, len(text.split())):
        out.append("long")
    over = sound.noise_under_speech(samples)
    if over is not None and over < NOISY_DB:
        out.append("noisy")
    return out


def needed(
    prefixes: Iterable[object], counters: Iterable[object], wish: Mapping[str, Any]
) -> dict[str, list[str]]:
    """{locale: every key but the chime that a centre's calls can need}, in the order of the
    grammar.
    """
    return {
        lang: [key for key in keys_of(lang) if key in set(keys)]
        for lang, keys in clip_keys_possible(prefixes, counters, wish).items()
    }


def pack_name(wish: Mapping[str, Any], lang: str) -> str:
    """The name of the pack a centre speaks a language with."""
    return str((wish.get("packs") or {}).get(lang, lang))


def centre_lacks(
    prefixes: Iterable[object],
    counters: Iterable[object],
    wish: Mapping[str, Any],
    data: str | Path | None = None,
    centre: str | None = None,
    shipped: str | Path = SHIPPED,
) -> dict[str, tuple[Pack | None, list[str], str]]:
    """{locale:

    (pack or None, [missing keys], why there is no pack)} of a centre, by what lies on the disk;
    nothing is decoded.
    """
    out: dict[str, tuple[Pack | None, list[str], str]] = {}
    for lang, keys in needed(prefixes, counters, wish).items():
        try:
            pack = find(pack_name(wish, lang), lang, data, centre, shipped)
        except BadPack as bad:
            out[lang] = (None, keys, str(bad))
            continue
        away = set(files_gone(pack))
        out[lang] = (
            pack,
            [key for key in [CHIME, *keys] if key not in pack.clips or key in away],
            "",
        )
    return out


def alike(prefixes: Iterable[object]) -> Iterator[str]:
    """Prefix letters that sound alike, as sentences."""
    first = {str(p)[:1].upper() for p in prefixes if len(str(p)) == 1}
    for group in ALIKE:
        both = [letter for letter in group if letter in first]
        if len(both) > 1:
            yield f"the prefixes {' and '.join(both)} sound alike when called; use one of them"


@lru_cache(maxsize=8)
def kinds(locale: str) -> dict[str, str]:
    """key → letter, number or phrase, for every key of a locale."""
    return {key: kind_of(key, locale) for key in prompts_of(locale)}
