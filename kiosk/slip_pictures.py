"""What of a slip is no text: the centre's logo and the QR code."""

import base64
import io
from collections.abc import Sequence
from functools import lru_cache

import qrcode
from PIL import Image

LOGO_HIGH, QR_MASK = 240, 2


@lru_cache(maxsize=8)
def logo_picture(logo: str, room: int) -> Image.Image | None:
    """A centre's logo (base64 of a PNG) in black and white, no wider than the room; `None` when it
    cannot be read, since a slip matters more than its ornament.
    """
    try:
        picture = Image.open(io.BytesIO(base64.b64decode(logo))).convert("RGBA")
    except (ValueError, OSError):
        return None
    white = Image.new("RGBA", picture.size, "white")
    white.alpha_composite(picture)
    small = min(1.0, room / picture.width, LOGO_HIGH / picture.height)
    flat = white.convert("L").resize(
        (max(1, round(picture.width * small)), max(1, round(picture.height * small)))
    )
    return flat.point(lambda grey: 255 if grey > 127 else 0).convert("1", dither=Image.Dither.NONE)


def qr_picture(url: str, module: int) -> Image.Image:
    """A QR code, level M, this many dots a module, without its own margin: the slip's is wide
    enough.
    """
    return Image.frombytes("1", *_packed(qr_rows(url), module))


def qr_rows(url: str) -> list[list[bool]]:
    """The modules of the code, row by row; dark is true. The page draws the same."""
    # one mask for all: weighing all eight takes longer than everything else on the slip, and
    # readers take any
    code = qrcode.QRCode(
        error_correction=qrcode.constants.ERROR_CORRECT_M, border=0, mask_pattern=QR_MASK
    )
    code.add_data(url)
    code.make(fit=True)
    modules: list[list[bool]] = code.get_matrix()
    return modules


def _packed(rows: Sequence[Sequence[bool]], module: int) -> tuple[tuple[int, int], bytes]:
    side = len(rows)
    small = Image.new("1", (side, side), 1)
    small.putdata([0 if dark else 255 for row in rows for dark in row])
    large = small.resize((side * module, side * module), Image.Resampling.NEAREST)
    return large.size, large.tobytes()
