"""A voice pack as one file (`NAME.luotvoice`, a zip): its manifest and its clips, as a province
sends them to its centres. Reading one is strict, since it may come from anywhere.
"""

import io
import zipfile
from pathlib import Path

from .pack import (
    FILE_NAME,
    MANIFEST,
    MOST_CLIP_BYTES,
    MOST_CLIPS,
    MOST_MANIFEST_BYTES,
    BadPack,
    Pack,
)

SUFFIX = ".luotvoice"
#: A real pack is 0.4 MB; none is larger than this, packed or unpacked.
MOST_BYTES = 16 * 1024 * 1024
#: The same pack is the same file, whenever it is written.
_MOMENT = (2020, 1, 1, 0, 0, 0)


def lacking_for_others(pack: Pack) -> list[str]:
    """What a manifest has to say before the pack may leave this hub and does not: speaker, licence,
    consent. A machine's voice needs nobody's consent.
    """
    needed = ["speaker", "licence", *([] if pack.manifest.get("temporary") else ["consent"])]
    return [name for name in needed if not str(pack.manifest.get(name, "")).strip()]


def pack_bytes(pack: Pack, manifest: bytes) -> bytes:
    """The pack as one file, with this manifest."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as file:
        file.writestr(zipfile.ZipInfo(MANIFEST, _MOMENT), manifest)
        for key in pack.clips:
            clip = pack.file(key)
            file.writestr(zipfile.ZipInfo(clip.name, _MOMENT), clip.read_bytes())
    return out.getvalue()


def unpack(source: Path, folder: Path) -> None:
    """Lays the files of a pack's file into an empty folder.

    Raises BadPack for what is no such file, names another place or claims more than a pack needs.
    """
    try:
        if source.stat().st_size > MOST_BYTES:
            raise BadPack(f"{source} is larger than {MOST_BYTES // 1024 // 1024} MB; no pack is")
        with zipfile.ZipFile(source) as file:
            entries = file.infolist()
            if len(entries) > MOST_CLIPS + 2:
                raise BadPack(f"{source} holds {len(entries)} files; a pack has {MOST_CLIPS} clips")
            for entry in entries:
                _lay(file, entry, source, folder)
    except (OSError, zipfile.BadZipFile, RuntimeError) as error:
        raise BadPack(
            f"{source} is no voice pack's file ({error}); ask for it again: luot voice pack makes"
            " one"
        ) from None


def _lay(file: zipfile.ZipFile, entry: zipfile.ZipInfo, source: Path, folder: Path) -> None:
    most = MOST_MANIFEST_BYTES if entry.filename == MANIFEST else MOST_CLIP_BYTES
    if entry.filename != MANIFEST and not FILE_NAME.fullmatch(entry.filename):
        raise BadPack(
            f"{source} holds {entry.filename!r}; a pack holds {MANIFEST} and clips named like"
            " L_A.mp3, nothing else"
        )
    with file.open(entry) as packed:
        content = packed.read(most + 1)
    if len(content) > most:
        raise BadPack(f"{source}: {entry.filename} is larger than {most // 1024} kB")
    (folder / entry.filename).write_bytes(content)
