"""Looking into a file that somebody sent, in a process of its own: a picture made to swell or to
crash hurts nobody but this process.

`python server/media/file_check.py FILE` prints one line of JSON:
{"ok": true, "kind", "type", "width",
"height", "seconds", "changed"} or {"ok": false, "why", …}.
A picture that carries notes (where and by whom it was taken) or is larger than any board is written
anew in its place, without them (`changed`).
"""

import json
import resource
import sys
import warnings
from pathlib import Path
from typing import Any, BinaryIO

from PIL import Image, ImageOps, UnidentifiedImageError

from server.media.containers import BadFilm, film

#: Chromium 56 shows these; GIF moves without end, SVG holds scripts, AVIF and HEIC are too new.
PICTURES = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
#: What televisions of 2018 decode: H.264 up to High profile (8 bits, 4:2:0), VP8, VP9; with AAC,
#: MP3, Opus or Vorbis, or silent.
VIDEO, AUDIO, PROFILES = (
    {"avc1", "avc3", "vp8", "vp9", "vp09"},
    {None, "mp4a", ".mp3", "opus", "vorbis"},
    {None, 66, 77, 88, 100},
)
LEAST, MOST_PIXELS, MOST_SIDE = (320, 180), 50_000_000, 3840
MEMORY, CPU_SECONDS = 1 << 30, 30


def check(path: str | Path) -> dict[str, Any]:
    """What a file is, or why it cannot be shown."""
    with open(path, "rb") as file:
        head = file.read(12)
        is_mp4 = head[4:8] == b"ftyp" and head[8:11] not in (b"avi", b"hei", b"mif")
        is_webm = head[:4] == b"\x1a\x45\xdf\xa3"
        if is_mp4 or is_webm:
            return _film(file)
    return _picture(path)


def _film(file: BinaryIO) -> dict[str, Any]:
    try:
        content = film(file)
    except BadFilm as bad:
        return {"ok": False, "why": bad.why}
    if (
        content["video"] not in VIDEO
        or content["audio"] not in AUDIO
        or content["profile"] not in PROFILES
    ):
        return {
            "ok": False,
            "why": "codec",
            "codec": " + ".join(filter(None, (content["video"], content["audio"]))),
        }
    return _sized(
        {
            "ok": True,
            "kind": "video",
            "type": content["type"],
            "width": content["width"],
            "height": content["height"],
            "seconds": content["seconds"],
            "audio": content["audio"],
            "changed": False,
        },
        MOST_SIDE,
    )


def _picture(path: str | Path) -> dict[str, Any]:
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    try:
        with Image.open(path) as image:
            # a telephone's picture may carry a second one (a gain map, a depth map) behind the
            # first: it is a JPEG all the same, and only the first is kept
            several = image.format == "MPO"
            type_, size = "JPEG" if several else image.format, image.size
            if type_ not in PICTURES or (getattr(image, "n_frames", 1) > 1 and not several):
                return {"ok": False, "why": "kind"}
            if size[0] * size[1] > MOST_PIXELS:
                return {"ok": False, "why": "large", "width": size[0], "height": size[1]}
            image.load()
            notes = (
                bool(image.getexif())
                or bool(getattr(image, "text", None))
                or any(
                    key in image.info
                    for key in ("xmp", "comment", "photoshop", "XML:com.adobe.xmp")
                )
            )
            changed = notes or several or max(size) > MOST_SIDE
            if changed:
                size = _written_anew(image, path, type_)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        return {"ok": False, "why": "large", "width": 0, "height": 0}
    except UnidentifiedImageError:
        return {"ok": False, "why": "kind"}
    except MemoryError:
        return {"ok": False, "why": "large", "width": 0, "height": 0}
    except Exception:  # the decoders raise whatever they like at a damaged file
        return {"ok": False, "why": "damaged"}
    return _sized(
        {
            "ok": True,
            "kind": "image",
            "type": PICTURES[type_],
            "width": size[0],
            "height": size[1],
            "seconds": None,
            "changed": changed,
        },
        MOST_SIDE,
    )


def _written_anew(image: Image.Image, path: str | Path, type_: str) -> tuple[int, int]:
    upright = ImageOps.exif_transpose(image)
    upright.thumbnail((MOST_SIDE, MOST_SIDE))
    for key in ("exif", "xmp", "comment", "photoshop", "XML:com.adobe.xmp"):
        upright.info.pop(key, None)
    with open(path, "wb") as file:
        upright.save(
            file,
            type_,
            exif=b"",
            icc_profile=upright.info.get("icc_profile"),
            **({"quality": 90} if type_ != "PNG" else {}),
        )
    return upright.size


def _sized(content: dict[str, Any], most: int) -> dict[str, Any]:
    if content["width"] < LEAST[0] or content["height"] < LEAST[1]:
        return {"ok": False, "why": "small", "width": content["width"], "height": content["height"]}
    if max(content["width"], content["height"]) > most:
        return {"ok": False, "why": "large", "width": content["width"], "height": content["height"]}
    return content


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    print(json.dumps(check(sys.argv[1])))
