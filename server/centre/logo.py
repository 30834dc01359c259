"""The picture at the head of a slip: a small PNG beside the centre's file, or in it."""

import base64
import binascii
import struct
from pathlib import Path

LOGO_BYTES, LOGO_WIDE, LOGO_HIGH = 8_192, 640, 240
#: A picture written into the file itself.
INLINE = "data:image/png;base64,"


def logo_fault(file: Path) -> str | None:
    """What is wrong with a logo's file, or None."""
    try:
        data = file.read_bytes()
    except OSError as error:
        return f"cannot be read ({error.strerror}); put it beside the centre's file"
    return fault_of(data)


def fault_of(data: bytes) -> str | None:
    """What is wrong with a logo's bytes, or None."""
    if data[:8] != b"\x89PNG\r\n\x1a\n" or data[12:16] != b"IHDR" or len(data) < 33:
        return "is not a PNG; save it as PNG, black on white"
    wide, high = struct.unpack(">II", data[16:24])
    if len(data) > LOGO_BYTES or wide > LOGO_WIDE or high > LOGO_HIGH:
        return (
            f"is {wide}×{high} dots and {len(data)} bytes; at most {LOGO_WIDE}×{LOGO_HIGH} dots and"
            f" {LOGO_BYTES} bytes: save it in black and white"
        )
    return None


def in_base64(file: Path) -> str:
    """The picture as the document holds it, since kiosks get it from the hub."""
    return base64.b64encode(file.read_bytes()).decode()


def from_base64(text: str) -> bytes:
    """The bytes of a picture in base64; none where it is not."""
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""
