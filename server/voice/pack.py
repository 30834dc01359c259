"""What a voice pack is: a folder with `manifest.json` and one sound file per clip key.

Reading one is strict, since a pack may come from anywhere.
"""

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from domain.announce import CHIME
from domain.grammars import GRAMMARS, PHRASES

MANIFEST = "manifest.json"
#: Bounds on what a pack may hold; a real one is 65 clips and 0.4 MB.
MOST_MANIFEST_BYTES, MOST_CLIP_BYTES, MOST_CLIPS = 256 * 1024, 1024 * 1024, 300
FILE_NAME = re.compile(r"[A-Za-z0-9_]{1,64}\.(mp3|wav|flac|ogg)")
PACK_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
TEXTS = {
    "locale": 12,
    "dialect": 40,
    "voice": 120,
    "speaker": 120,
    "label": 120,
    "licence": 400,
    "consent": 400,
    "source": 400,
    "grammar": 80,
}


class BadPack(Exception):
    """A folder is no voice pack; the text says what is wrong and the mend."""


@dataclass(frozen=True)
class Pack:
    """A pack as it lies somewhere: its folder and its manifest."""

    folder: Path
    manifest: dict[str, Any]

    @property
    def locale(self) -> str:
        """The language it speaks."""
        return str(self.manifest["locale"])

    @property
    def clips(self) -> dict[str, dict[str, Any]]:
        """key → {file, text, kind, ms, lufs, sha256, bytes}."""
        clips: dict[str, dict[str, Any]] = self.manifest["clips"]
        return clips

    def file(self, key: str) -> Path:
        """Where a clip lies."""
        return self.folder / str(self.clips[key]["file"])


def grammar_of(locale: str) -> str:
    """The name of the words a pack of a locale is made for; another one when a word is added or
    changes.
    """
    words = json.dumps(GRAMMARS[locale]["clips"], sort_keys=True, ensure_ascii=False)
    return f"{locale}-{hashlib.sha256(words.encode()).hexdigest()[:12]}"


def has_dialects(locale: str) -> bool:
    """Whether a language is spoken with other words in the north and in the south."""
    return any(isinstance(GRAMMARS[locale][part], dict) for part in ("thousand", "lone"))


def keys_of(locale: str) -> list[str]:
    """Every clip key of a locale's grammar but the chime, in the order they are read aloud to
    record them.
    """
    return list(GRAMMARS[locale]["clips"])


def prompts_of(locale: str) -> dict[str, str]:
    """`{key: words}` of all that a pack of a locale may hold: the words of calls, then the
    sentences of the phrase sheet, which no call needs.
    """
    return {**GRAMMARS[locale]["clips"], **PHRASES[locale]}


def read_pack(folder: str | Path) -> Pack:
    """The pack in a folder.

    Raises BadPack, also for a manifest that points out of its folder or claims more than any pack
    needs.
    """
    folder = Path(folder)
    try:
        path = folder / MANIFEST
        if not path.is_file():
            raise BadPack(
                f"{folder} is no voice pack: it has no {MANIFEST}; run: luot voice import {folder},"
                " or luot voice build"
            )
        if path.stat().st_size > MOST_MANIFEST_BYTES:
            raise BadPack(
                f"{path} is larger than {MOST_MANIFEST_BYTES // 1024} kB; a manifest names"
                f" {MOST_CLIPS} clips at most"
            )
        manifest = json.loads(unicodedata.normalize("NFC", path.read_text("utf-8")))
    except (OSError, ValueError, RecursionError) as error:
        raise BadPack(
            f"{folder} is no voice pack ({str(error).splitlines()[0]}); make it anew with luot"
            " voice build or luot voice import"
        ) from None
    problem = _problem(manifest)
    if problem:
        raise BadPack(f"{folder / MANIFEST}: {problem}")
    return Pack(folder, manifest)


def _problem(manifest: Any) -> str | None:
    """The first thing wrong with a manifest's form, with the mend; None when it is right."""
    if not isinstance(manifest, dict):
        return "it must be one JSON object"
    if manifest.get("locale") not in GRAMMARS:
        return (
            f"locale is {manifest.get('locale')!r}; it must be one of {', '.join(sorted(GRAMMARS))}"
        )
    for name, most in TEXTS.items():
        if name in manifest and (not isinstance(manifest[name], str) or len(manifest[name]) > most):
            return f"{name} must be text of {most} letters at most"
    rate, clips, gaps = manifest.get("rate"), manifest.get("clips"), manifest.get("gaps", {})
    if not isinstance(rate, int) or isinstance(rate, bool) or not 16000 <= rate <= 48000:
        return f"rate is {rate!r}; clips are sampled at 16000 to 48000 Hz, best 24000"
    if not isinstance(gaps, dict) or not all(
        isinstance(ms, int) and 0 <= ms <= 2000 for ms in gaps.values()
    ):
        return "gaps must be milliseconds from 0 to 2000"
    if not isinstance(clips, dict) or not 0 < len(clips) <= MOST_CLIPS:
        return f"clips must name 1 to {MOST_CLIPS} clips"
    for key, clip in clips.items():
        if not isinstance(clip, dict) or not isinstance(clip.get("ms"), int):
            return f"clip {key!r} needs a file and its length in ms"
        if not isinstance(clip.get("file"), str) or not FILE_NAME.fullmatch(clip["file"]):
            return (
                f"clip {key!r} lies in {clip.get('file')!r}; a clip lies beside the manifest, named"
                " like L_A.mp3"
            )
    return None


def sha256_of(data: bytes) -> str:
    """The fingerprint of a clip's file."""
    return hashlib.sha256(data).hexdigest()


def gone(pack: Pack) -> list[str]:
    """The keys whose file is not there or has another size than the manifest says: what a start of
    the hub looks for without decoding anything.
    """
    out = []
    for key, clip in pack.clips.items():
        path = pack.file(key)
        try:
            whole = (
                path.is_file()
                and not path.is_symlink()
                and 0 < path.stat().st_size <= MOST_CLIP_BYTES
                and path.stat().st_size == clip.get("bytes", path.stat().st_size)
            )
        except OSError:
            whole = False
        if not whole:
            out.append(key)
    return out


def lacks(pack: Pack, keys: Iterable[str]) -> list[str]:
    """Which of `keys` the pack cannot play."""
    away = set(gone(pack))
    return [key for key in keys if key not in pack.clips or key in away]


def about_pack(pack: Pack) -> dict[str, Any]:
    """What people may know of a pack."""
    manifest = pack.manifest
    return {
        name: manifest.get(name, "")
        for name in (
            "locale",
            "dialect",
            "voice",
            "speaker",
            "label",
            "licence",
            "consent",
            "source",
            "grammar",
        )
    } | {
        "temporary": bool(manifest.get("temporary")),
        "clips": len(pack.clips),
        "seconds": round(sum(c["ms"] for k, c in pack.clips.items() if k != CHIME) / 1000, 1),
        "made_at": manifest.get("made_at"),
        "version": manifest.get("version", 0),
    }
