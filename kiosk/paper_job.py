"""The bytes of one slip.

The only place that builds what goes to a printer, and text of a citizen's choice is never among it:
slips are pictures.
"""

import re
from collections.abc import Iterator

from PIL import Image

from kiosk.escpos_library import Dummy, EscposProfile
from kiosk.escpos_status import FENCE
from kiosk.profiles import Profile
from kiosk.words import plain

RESET = b"\x1b@"
CUTS = {"partial": b"\x1dVB\x00", "full": b"\x1dVA\x00", "none": b"\x1bd\x04"}
_TURNED = bytes(
    byte ^ 0xFF for byte in range(256)
)  # a set bit is black on paper, white in a picture
_REAL_TIME = re.compile(rb"\x10(?=[\x04\x05\x14])")


def slip_job(picture: Image.Image, profile: Profile) -> bytes:
    """ESC @, the raster in slices, the cut, and the fence that proves the printer came that far."""
    printer = _encoder(profile)
    printer._raw(RESET)
    for part in raster(without_real_time_bytes(picture, profile), profile.slice_rows):
        printer._raw(part)
    printer._raw(_feed(profile) + _cut(profile))
    return bytes(printer.output)


def raster(picture: Image.Image, slice_rows: int) -> Iterator[bytes]:
    """`GS v 0` slice by slice: the bytes python-escpos makes (a test holds them against its own),
    in a hundredth of the time.
    """
    across = picture.width // 8
    black = picture.tobytes().translate(_TURNED)
    for top in range(0, picture.height, slice_rows):
        rows = min(slice_rows, picture.height - top)
        yield (
            b"\x1dv0\x00"
            + across.to_bytes(2, "little")
            + rows.to_bytes(2, "little")
            + black[top * across : (top + rows) * across]
        )


def short_job(lines: list[str], number: str, profile: Profile) -> bytes:
    """For a slow line: the number in the printer's own large digits and a few lines of plain
    ASCII.
    """
    printer = _encoder(profile)
    printer._raw(RESET)
    for line in lines[:2]:
        printer._raw(plain(line).encode("ascii") + b"\n")
    printer._raw(b"\x1d!\x55" + plain(number).encode("ascii") + b"\n\x1d!\x00")
    for line in lines[2:]:
        printer._raw(plain(line).encode("ascii") + b"\n")
    printer._raw(_cut(profile))
    return bytes(printer.output)


def filling(raster_bytes: int) -> bytes:
    """NULs that fill whatever raster a printer still waits for after a job that broke off; to all
    else they are nothing.
    """
    return bytes(raster_bytes + 16)


def clearing(profile: Profile) -> bytes:
    """ESC @, and the cut that lets half a slip fall before the next one begins; the fence proves
    that it has.
    """
    return RESET + _feed(profile) + _cut(profile)


def _feed(profile: Profile) -> bytes:
    return b"\x1bJ" + bytes((min(255, profile.feed_rows),)) if profile.feed_rows else b""


def _cut(profile: Profile) -> bytes:
    """The cut, and the fence that proves the printer came that far."""
    return CUTS[profile.cut] + (FENCE if profile.fence == "gs_r" else b"")


def chunks(data: bytes, size: int = 4096) -> Iterator[bytes]:
    for start in range(0, len(data), size):
        yield data[start : start + size]


def without_real_time_bytes(picture: Image.Image, profile: Profile) -> Image.Image:
    """Some printers act on DLE EOT, ENQ and DC4 even inside a raster.

    Where the dots spell one, one dot more is set, which nobody sees.
    """
    picture = picture.convert("1", dither=Image.Dither.NONE)
    if picture.width != profile.dots:
        raise ValueError(
            f"a slip for {profile.name} must be {profile.dots} dots wide, not {picture.width}"
        )
    black = bytearray(picture.tobytes().translate(_TURNED))
    if not _REAL_TIME.search(black):
        return picture
    for real_time in list(_REAL_TIME.finditer(bytes(black))):
        black[real_time.start()] |= 0x08
    return Image.frombytes("1", picture.size, bytes(byte ^ 0xFF for byte in black))


def _encoder(profile: Profile) -> Dummy:
    kind = type(
        "KioskProfile",
        (EscposProfile,),
        {
            "profile_data": {
                "media": {"width": {"pixels": profile.dots}},
                "codePages": {},
                "features": {},
                "fonts": {},
            }
        },
    )
    return Dummy(profile=kind())
