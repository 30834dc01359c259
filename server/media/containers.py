"""What is inside a film:

MP4 (ISO 14496-12) and WebM (Matroska, RFC 9559) read by their own boxes and elements, without
decoding a frame.

`film(file)` answers {"type", "width", "height", "seconds", "video", "audio"}; `audio` is None for a
silent film, `seconds` None where the file does not say.
Raises BadFilm(why) when the file is cut short, damaged or of another kind. Sizes in the file are
never believed beyond its end.
"""

import struct

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

    def __init__(self, why):
        super().__init__(why)
        self.why = why


def film(file):
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


def _mp4(file, size):
    found = {
        "type": "video/mp4",
        "width": 0,
        "height": 0,
        "seconds": None,
        "video": None,
        "audio": None,
        "parts": 0,
        "profile": None,
        "media": False,
        "handler": None,
    }
    _boxes(file, 0, size, found)
    if not found["media"]:
        raise BadFilm("cut")
    return _told(found)


def _boxes(file, start, end, found, depth=0):
    at = start
    while at < end:
        found["parts"] += 1
        if found["parts"] > MOST_PARTS or depth > 8:
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
            _boxes(file, at + skip, at + length, found, depth + 1)
        else:
            _leaf(file, kind, at + skip, length - skip, found)
        at += length


def _leaf(file, kind, at, length, found):
    if kind == b"mdat":
        found["media"] = True
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
            found["seconds"] = round(ticks / scale) if scale and ticks else None
        elif kind == b"hdlr":
            found["handler"] = body[8:12]
        else:
            _samples(body, found)
    except (struct.error, IndexError):
        raise BadFilm("damaged") from None


def _samples(body, found):
    name = body[12:16].decode("latin-1").strip().lower()
    if found["handler"] == b"vide":
        found["video"] = name
        found["width"], found["height"] = struct.unpack(">HH", body[40:44])
        settings = body.find(b"avcC")
        if settings > 0:
            found["profile"] = body[settings + 5]
    elif found["handler"] == b"soun":
        found["audio"] = name


# --- WebM
# ---------------------------------------------------------------------


def _webm(file, size):
    found = {
        "type": "video/webm",
        "width": 0,
        "height": 0,
        "seconds": None,
        "video": None,
        "audio": None,
        "parts": 0,
        "doctype": None,
        "scale": 1_000_000,
        "media": False,
        "ticks": None,
    }
    at = 0
    while at < size and not found["media"]:
        id_, length, skip = _element(file, at, size)
        if id_ == SEGMENT:
            _elements(
                file,
                at + skip,
                size if length is None else _within(at + skip + length, size),
                found,
                1,
            )
            break
        if id_ == 0x1A45DFA3:
            _elements(file, at + skip, _within(at + skip + length, size), found, 1)
        at += skip + (length or 0)
    if found["doctype"] != "webm":
        raise BadFilm("unknown")
    if not found["media"]:
        raise BadFilm("cut")
    if found["ticks"]:
        found["seconds"] = round(found["ticks"] * found["scale"] / 1e9)
    return _told(found)


def _within(end, size):
    if end > size:
        raise BadFilm("cut")
    return end


def _number(file, at, size, keep_mark):
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
            value = None
    return value, length


def _element(file, at, size):
    id_, a = _number(file, at, size, True)
    length, b = _number(file, at + a, size, False)
    return id_, length, a + b


def _elements(file, at, end, found, depth):
    while at < end and not found["media"]:
        found["parts"] += 1
        if found["parts"] > MOST_PARTS or depth > 6:
            raise BadFilm("damaged")
        id_, length, skip = _element(file, at, end)
        if id_ == CLUSTER:
            found["media"] = True
            return
        stop = end if length is None else _within(at + skip + length, end)
        if id_ in (INFO, TRACKS, ENTRY, 0xE0):
            if id_ == ENTRY:
                found["handler"] = None
            _elements(file, at + skip, stop, found, depth + 1)
        elif stop - at - skip <= 64:
            file.seek(at + skip)
            _value(id_, file.read(stop - at - skip), found)
        at = stop


def _value(id_, body, found):
    number = int.from_bytes(body, "big")
    if id_ == 0x4282:
        found["doctype"] = body.rstrip(b"\0").decode("latin-1")
    elif id_ == 0x2AD7B1:
        found["scale"] = number or 1_000_000
    elif id_ == 0x4489 and len(body) in (4, 8):
        found["ticks"] = struct.unpack(">f" if len(body) == 4 else ">d", body)[0]
    elif id_ == 0x86:
        name = body.rstrip(b"\0").decode("latin-1")
        found["video" if name.startswith("V_") else "audio"] = WEBM_NAMES.get(name, name.lower())
    elif id_ == 0xB0:
        found["width"] = number
    elif id_ == 0xBA:
        found["height"] = number


def _told(found):
    if not found["video"]:
        raise BadFilm("unknown")
    return {
        key: found.get(key)
        for key in ("type", "width", "height", "seconds", "video", "audio", "profile")
    }
