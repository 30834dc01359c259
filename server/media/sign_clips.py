"""Clips in sign language, as data like voice packs: a silent film for a prompt of the screens or
for the name of a field, shown with that prompt's own words below it.

`DATA/signs/CENTRE/KEY.webm` (or `.mp4`) and beside each `KEY.json`; `DATA/signs/_all/` holds those
for every centre of the hub. None come along.
"""

import json
import os
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from .incoming import ENDINGS, Incoming, checked_file, hash_of

#: What the screens say to everybody: the kiosk's pages, then the phone's.
PROMPTS = ("welcome", "fields", "confirm", "ticket", "wait", "called")
EVERY_CENTRE = "_all"
MOST_BYTES, MOST_SECONDS = 12 * 1024 * 1024, 30
#: (width, height) at least, and the longer side at most: a hand has to be read, a phone to load it.
LEAST, MOST_SIDE = (320, 180), 1920
FILE = re.compile(r"^[A-Za-z0-9_-]{1,40}\.(?:webm|mp4)$")
_CENTRE = re.compile(r"^[a-z0-9][a-z0-9_-]{0,63}$")
_CLUSTER, _CLUSTER_TIME = b"\x1f\x43\xb6\x75", 0xE7


class BadClip(Exception):
    """The film is none that is shown; `why` is a code of `problems`, `values` what it names."""

    def __init__(self, why: str, **values: Any) -> None:
        super().__init__(why)
        self.why, self.values = why, values


def keys_of(prefixes: Iterable[str]) -> list[str]:
    """The clips a centre with these fields may have."""
    return [*PROMPTS, *(field_key(prefix) for prefix in prefixes)]


def field_key(prefix: str) -> str:
    """The key of a field's clip; Đ is no letter for the name of a file."""
    return f"field-{prefix.replace('Đ', 'DD')}"


def folder_of(data: str | Path, centre: str | None) -> Path:
    """Where the clips of a centre lie; centre None: those of every centre of the hub."""
    if centre is not None and not _CENTRE.fullmatch(centre):
        raise ValueError(f"{centre!r} names no centre")
    return Path(data) / "signs" / (centre or EVERY_CENTRE)


def listed(data: str | Path, centre: str) -> dict[str, dict[str, Any]]:
    """`{key: {file, type, seconds, bytes, sha256, own}}`: the centre's clips, else the hub's."""
    clips: dict[str, dict[str, Any]] = {}
    for owner in (None, centre):
        folder = folder_of(data, owner)
        for path in sorted(folder.glob("*.json")):
            try:
                about = json.loads(path.read_text("utf-8"))
                whole = (folder / about["file"]).stat().st_size == about["bytes"]
            except (OSError, ValueError, KeyError):
                continue
            if whole and FILE.fullmatch(about["file"]):
                clips[path.stem] = {**about, "own": owner is not None}
    return clips


def take_in(incoming: Incoming, folder: Path, key: str) -> dict[str, Any]:
    """Keep a film as the clip of a key, in place of the one before.

    Raises BadClip: sound in it, too long, too large, too small, no film that browsers play.
    """
    incoming.flush()
    about = _checked(incoming.path, incoming.bytes)
    name = f"{key}.{ENDINGS[about['type']]}"
    kept = {"file": name, **about, "bytes": incoming.bytes, "sha256": hash_of(incoming.path)}
    forget(folder, key)
    os.replace(incoming.path, folder / name)
    os.chmod(folder / name, 0o644)
    part = folder / f".{key}.json"
    part.write_text(json.dumps(kept), "utf-8")
    os.replace(part, folder / f"{key}.json")
    return kept


def forget(folder: Path, key: str) -> bool:
    """Delete the clip of a key; whether there was one."""
    there = (folder / f"{key}.json").exists()
    (folder / f"{key}.json").unlink(missing_ok=True)
    for ending in ("webm", "mp4"):
        (folder / f"{key}.{ending}").unlink(missing_ok=True)
    return there


def _checked(path: Path, size: int) -> dict[str, Any]:
    if size > MOST_BYTES:
        raise BadClip("clip_heavy", most=MOST_BYTES // 1024 // 1024)
    content = checked_file(path)
    if content.get("why") in ("small", "large"):
        raise BadClip("clip_size", width=content["width"], height=content["height"])
    if not content["ok"] or content["kind"] != "video":
        raise BadClip("clip_kind")
    if content["audio"]:
        raise BadClip("clip_sound")
    if max(content["width"], content["height"]) > MOST_SIDE:
        raise BadClip("clip_size", width=content["width"], height=content["height"])
    seconds = content["seconds"]
    if seconds is None and content["type"] == "video/webm":
        seconds = _seconds_recorded(path)
    if seconds is None or seconds > MOST_SECONDS:
        raise BadClip("clip_long", most=MOST_SECONDS)
    return {
        "type": content["type"],
        "width": content["width"],
        "height": content["height"],
        "seconds": seconds,
    }


def _seconds_recorded(path: Path) -> int:
    """How long a WebM is whose head does not say it, as browsers record it: the time of its last
    cluster, in its usual ticks of a millisecond.
    """
    data, last, at = path.read_bytes(), 0, 0
    while (at := data.find(_CLUSTER, at)) >= 0:
        at += len(_CLUSTER)
        length = 9 - data[at].bit_length() if at < len(data) and data[at] else 1
        time = at + length
        if data[time : time + 1] == bytes([_CLUSTER_TIME]) and time + 1 < len(data):
            size = data[time + 1] & 0x7F
            last = max(last, int.from_bytes(data[time + 2 : time + 2 + min(size, 8)], "big"))
    return round(last / 1000)
