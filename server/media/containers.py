"""What is inside a film:

MP4 (ISO 14496-12) and WebM (Matroska, RFC 9559) read by their own boxes and elements, without
decoding a frame.

`film(file)` answers {"type", "width", "height", "seconds", "video", "audio"}; `audio` is None for a
silent film, `seconds` None where the file does not say.
Raises BadFilm(why) when the file is cut short, damaged or of another kind. Sizes in the file are
never believed beyond its end.
"""

import struct
from dataclasses import dataclass
from typing import Any, BinaryIO

#: Most boxes or elements looked at: a film has hundreds at its head, a trap has millions.
MOST_PARTS = 5_000
#: MP4 boxes that hold boxes.
HOLDERS = {b"moov", b"trak", b"mdia", b"minf", b"stbl"}
SEGMENT, INFO, TRACKS, ENTRY, CLUSTER = 0x18538067, 0x1549A966, 0x1654AE6B, 0xAE, 0x1F43B675
WEBM_NAMES = {
    "V_VP8": "vp8",
    "V_VP9": "vp9",
    "V_AV1": "av01",
    "A_OPUS": "opus",
    "A_VORBIS": "vorbis",
}


class BadFilm(Exception):
    """The file is no film we can read; `why` is unknown, cut or damaged."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass
class _Content:
    """What has been read of a film so far."""

    type: str
    width: int = 0
    height: int = 0
    seconds: int | None = None
    video: str | None = None
    audio: str | None = None
    #: MP4: the profile of H.264
    profile: int | None = None
    #: boxes or elements looked at
    parts: int = 0
    #: whether there is a picture or a sound in it, not only a head
    media: bool = False
    #: MP4: of which kind the track at hand is
    handler: bytes | None = None
    #: WebM: what the head calls it, how long a tick is (nanoseconds), how many ticks it lasts
    doctype: str | None = None
    scale: int = 1_000_000
    ticks: float | None = None


def film(file: BinaryIO) -> dict[str, Any]:
    """What a film file is; `file` is open for reading bytes and can seek."""
    file.seek(0, 2)
    size = file.tell()
    file.seek(0)
    head = file.read(12)
    if head[4:8] == b"ftyp":
        return _mp4(file, size)
    if head[:4] == b"\x1a\x45\xdf\xa3":
        return _webm(file, size)
    raise BadFilm("unknown")


# --- MP4
# ---------------------------------------------------------------------


def _mp4(file: BinaryIO, size: int) -> dict[str, Any]:
    content = _Content("video/mp4")
    _boxes(file, 0, size, content)
    if not content.media:
        raise BadFilm("cut")
    return _described(content)


def _boxes(file: BinaryIO, start: int, end: int, content: _Content, depth: int = 0) -> None:
    at = start
    while at < end:
        content.parts += 1
        if content.parts > MOST_PARTS or depth > 8:
            raise BadFilm("damaged")
        file.seek(at)
        head = file.read(16)
        if len(head) < 8:
            raise BadFilm("cut")
        length, kind = struct.unpack(">I4s", head[:8])
        skip = 8
        if length == 1 and len(head) == 16:
            length, skip = struct.unpack(">Q", head[8:])[0], 16
        elif length == 0 and depth == 0:
            length = end - at
        if length < skip:
            raise BadFilm("damaged")
        if at + length > end:
            raise BadFilm("cut" if depth == 0 else "damaged")
        if kind in HOLDERS:
            _boxes(file, at + skip, at + length, content, depth + 1)
        else:
            _leaf(file, kind, at + skip, length - skip, content)
        at += length


def _leaf(file: BinaryIO, kind: bytes, at: int, length: int, content: _Content) -> None:
    if kind == b"mdat":
        content.media = True
        return
    if kind not in (b"mvhd", b"hdlr", b"stsd"):
        return
    file.seek(at)
    body = file.read(min(length, 4096))
    try:
        if kind == b"mvhd":
            scale, ticks = (
                struct.unpack(">II", body[12:20])
                if body[0] == 0
                else struct.unpack(">IQ", body[20:32])
            )
            content.seconds = round(ticks / scale) if scale and ticks else None
        elif kind == b"hdlr":
            content.handler = body[8:12]
        else:
            _samples(body, content)
    except (struct.error, IndexError):
        raise BadFilm("damaged") from None


def _samples(body: bytes, content: _Content) -> None:
    name = body[12:16].decode("latin-1").strip().lower()
    if content.handler == b"vide":
        content.video = name
        content.width, content.height = struct.unpack(">HH", body[40:44])
        settings = body.find(b"avcC")
        if settings > 0:
            content.profile = body[settings + 5]
    elif content.handler == b"soun":
        content.audio = name


# --- WebM
# ---------------------------------------------------------------------


def _webm(file: BinaryIO, size: int) -> dict[str, Any]:
    content = _Content("video/webm")
    at = 0
    while at < size and not content.media:
        id_, length, skip = _element(file, at, size)
        if id_ == SEGMENT:
            _elements(
                file,
                at + skip,
                size if length is None else _within(at + skip + length, size),
                content,
                1,
            )
            break
        if id_ == 0x1A45DFA3:
            if length is None:  # only what streams may leave its length open
                raise BadFilm("damaged")
            _elements(file, at + skip, _within(at + skip + length, size), content, 1)
        at += skip + (length or 0)
    if content.doctype != "webm":
        raise BadFilm("unknown")
    if not content.media:
        raise BadFilm("cut")
    if content.ticks:
        content.seconds = round(content.ticks * content.scale / 1e9)
    return _described(content)


def _within(end: int, size: int) -> int:
    if end > size:
        raise BadFilm("cut")
    return end


def _number(file: BinaryIO, at: int, size: int, keep_mark: bool) -> tuple[int | None, int]:
    """A number of variable length: (value or None for "unknown", how long it is)."""
    file.seek(at)
    raw = file.read(8)
    if not raw or raw[0] == 0:
        raise BadFilm("damaged")
    length = 9 - raw[0].bit_length()
    if at + length > size or len(raw) < length:
        raise BadFilm("cut")
    value = int.from_bytes(raw[:length], "big")
    if not keep_mark:
        ones = (1 << (7 * length)) - 1
        value &= ones
        if value == ones:
            return None, length
    return value, length


def _element(file: BinaryIO, at: int, size: int) -> tuple[int | None, int | None, int]:
    id_, a = _number(file, at, size, True)
    length, b = _number(file, at + a, size, False)
    return id_, length, a + b


def _elements(file: BinaryIO, at: int, end: int, content: _Content, depth: int) -> None:
    while at < end and not content.media:
        content.parts += 1
        if content.parts > MOST_PARTS or depth > 6:
            raise BadFilm("damaged")
        id_, length, skip = _element(file, at, end)
        if id_ == CLUSTER:
            content.media = True
            return
        stop = end if length is None else _within(at + skip + length, end)
        if id_ in (INFO, TRACKS, ENTRY, 0xE0):
            if id_ == ENTRY:
                content.handler = None
            _elements(file, at + skip, stop, content, depth + 1)
        elif stop - at - skip <= 64:
            file.seek(at + skip)
            _value(id_, file.read(stop - at - skip), content)
        at = stop


def _value(id_: int | None, body: bytes, content: _Content) -> None:
    number = int.from_bytes(body, "big")
    if id_ == 0x4282:
        content.doctype = body.rstrip(b"\0").decode("latin-1")
    elif id_ == 0x2AD7B1:
        content.scale = number or 1_000_000
    elif id_ == 0x4489 and len(body) in (4, 8):
        content.ticks = struct.unpack(">f" if len(body) == 4 else ">d", body)[0]
    elif id_ == 0x86:
        name = body.rstrip(b"\0").decode("latin-1")
        codec = WEBM_NAMES.get(name, name.lower())
        if name.startswith("V_"):
            content.video = codec
        else:
            content.audio = codec
    elif id_ == 0xB0:
        content.width = number
    elif id_ == 0xBA:
        content.height = number


def _described(content: _Content) -> dict[str, Any]:
    if not content.video:
        raise BadFilm("unknown")
    return {
        "type": content.type,
        "width": content.width,
        "height": content.height,
        "seconds": content.seconds,
        "video": content.video,
        "audio": content.audio,
        "profile": content.profile,
    }
