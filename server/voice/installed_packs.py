"""Where packs lie and which is in force.

`DATA/voices/CENTRE/NAME/` (one centre's own), `DATA/voices/_all/NAME/` (every centre of this hub),
`display/voice/NAME/` (shipped): the first that has it.

In the data folder a name holds numbered versions, `v0001` on, and a file `current` that names the
one in force, so an earlier one can be put back. A new version is written beside
the others, forced to the disk and renamed into place, then `current` is replaced: whatever moment
the power goes, one whole version is in force.
"""

import json
import os
import re
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from .pack import MANIFEST, PACK_NAME, BadPack, Pack, read_pack

SHIPPED = Path(__file__).resolve().parents[2] / "display" / "voice"
EVERY_CENTRE = "_all"
CURRENT = "current"
#: Versions kept; older ones are taken away, never the one in force.
KEPT = 6
VERSION = re.compile(r"v([0-9]{4})")


def room(data: str | Path, centre: str | None, name: str) -> Path:
    """The folder of a pack's versions; centre None is every centre of the hub.

    Raises BadPack for a name that is none.
    """
    owner = centre or EVERY_CENTRE
    if not PACK_NAME.fullmatch(name) or (centre and not PACK_NAME.fullmatch(centre)):
        raise BadPack(
            f"{name!r} is no name of a voice pack; use small letters, figures, - and _, like"
            " ban-thu-lan"
        )
    return Path(data) / "voices" / owner / name


def versions(place: Path) -> list[int]:
    """The numbers of a pack's versions, oldest first."""
    try:
        return sorted(
            int(match[1])
            for entry in place.iterdir()
            if (match := VERSION.fullmatch(entry.name)) and (entry / MANIFEST).is_file()
        )
    except OSError:
        return []


def in_force(place: Path) -> int:
    """The number of the version in force; 0 when the packs behind it are used."""
    try:
        name = (place / CURRENT).read_text("ascii").strip()
    except (OSError, UnicodeDecodeError):
        return 0
    match = VERSION.fullmatch(name)
    return int(match[1]) if match and (place / name / MANIFEST).is_file() else 0


def folder_of(place: Path, number: int) -> Path:
    """Where a version lies."""
    return place / f"v{number:04d}"


def find(
    name: str,
    locale: str,
    data: str | Path | None = None,
    centre: str | None = None,
    shipped: str | Path = SHIPPED,
) -> Pack:
    """The pack in force by this name: the centre's own, the hub's, then the shipped one.

    Raises BadPack when there is none, or it speaks another language.
    """
    if not PACK_NAME.fullmatch(str(name)):
        raise BadPack(f"{name!r} is no name of a voice pack; mend voice.packs in the centre file")
    for owner in ([centre] if centre else []) + [None]:
        place = room(data, owner, name) if data else None
        if place and (number := in_force(place)):
            return _speaking(read_pack(folder_of(place, number)), locale, name)
    if (Path(shipped) / name / MANIFEST).is_file():
        return _speaking(read_pack(Path(shipped) / name), locale, name)
    raise BadPack(
        f"there is no voice pack {name!r} for {locale}; run: luot voice build, luot voice import"
        f" DIR --name {name}, record it in the studio, or mend voice.packs in the centre file"
    )


def _speaking(pack: Pack, locale: str, name: str) -> Pack:
    if pack.locale != locale:
        raise BadPack(
            f"the voice pack {name!r} speaks {pack.locale}, not {locale}; mend voice.packs in the"
            " centre file"
        )
    return pack


def install(place: Path, fill: Callable[[Path, int], object]) -> int:
    """A new version, in force at once; its number.

    `fill(folder, number)` writes it, manifest and all, into an empty folder; nothing changes when
    it fails.
    """
    place.mkdir(parents=True, exist_ok=True)
    _sweep(place)
    number = max(versions(place), default=0) + 1
    fresh = Path(tempfile.mkdtemp(prefix=".new-", dir=place))
    try:
        fill(fresh, number)
        read_pack(fresh)
        os.chmod(fresh, 0o755)  # noqa: S103 - whoever serves the hall reads it, whoever made it
        for path in [*fresh.iterdir(), fresh]:
            _to_disk(path)
        os.rename(fresh, folder_of(place, number))
    except BaseException:
        shutil.rmtree(fresh, ignore_errors=True)
        raise
    use(place, number)
    for old in versions(place)[:-KEPT]:
        if old != in_force(place):
            shutil.rmtree(folder_of(place, old), ignore_errors=True)
    return number


def use(place: Path, number: int) -> None:
    """Puts a version in force; 0 gives way to the packs behind (the shipped voice).

    Raises BadPack for one that is not there or not whole.
    """
    if number and number not in versions(place):
        raise BadPack(
            f"there is no version {number}; those that are there:"
            f" {', '.join(map(str, versions(place))) or 'none'}, and 0 for the shipped voice"
        )
    if number:
        read_pack(folder_of(place, number))
    elif not place.is_dir():
        return
    fresh = place / f".{CURRENT}"
    fresh.write_text(f"v{number:04d}\n" if number else "none\n", "ascii")
    _to_disk(fresh)
    os.replace(fresh, place / CURRENT)
    _to_disk(place)


def write_manifest(folder: Path, manifest: dict[str, Any]) -> None:
    """The manifest of a pack, written last: half a pack is never taken for a whole one."""
    (folder / MANIFEST).write_text(
        json.dumps(manifest, ensure_ascii=False, indent=1) + "\n", "utf-8"
    )


def _sweep(place: Path) -> None:
    """What a power cut left behind."""
    for left in place.glob(".new-*"):
        shutil.rmtree(left, ignore_errors=True)


def _to_disk(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
