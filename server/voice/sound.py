"""Sound for voice packs, in plain numbers: trim, fade, level, the chime, MP3 in and out, and
stitching clips as a board does.
"""

import array
import io
import math
import wave
from collections.abc import Iterable, Mapping, Sequence

from .loudness import gain_to_target, lufs

RATE = 24000
BITS = 48
LEAVE_BEFORE, LEAVE_AFTER, FADE = 0.012, 0.024, 0.006  # seconds
FRAME = 0.005
BURST, APART = (
    0.05,
    0.15,
)  # a sound shorter than BURST that stands APART from the speech is a click of a key or a mouse
LONGEST_S = 12.0  # no clip and no recording is longer
CLIPPED, CLIPPED_RUN = (
    0.985,
    3,
)  # so many samples in a row at full scale are a recording that was too loud
SILENT = 0.006  # below this a sample counts as silence
# milliseconds of silence between two clips of one reading, by the kind of the first; before a
# phrase always the last one
GAPS = {"number": 60, "letter": 100, "phrase": 80, "before_phrase": 160}
BETWEEN_READINGS, AFTER_CHIME = 600, 150
CHIME_TONES = (783.99, 659.26, 523.25)  # G5 E5 C5, falling
CHIME_SECONDS = 1.5


def read_wav(data: bytes) -> tuple[list[float], int]:
    """Samples (-1 … 1) and rate of a mono 16 bit WAV, whatever length its header claims (a pipe's
    header claims too much).
    """
    start = data.index(b"data") + 8
    rate = int.from_bytes(data[24:28], "little")
    body = data[start:]
    return [s / 32768 for s in array.array("h", body[: len(body) // 2 * 2])], rate


def pcm(samples: Iterable[float]) -> bytes:
    """Samples as 16 bit little-endian bytes."""
    return array.array("h", [max(-32768, min(32767, round(s * 32767))) for s in samples]).tobytes()


def wav_bytes(samples: Iterable[float], rate: int = RATE) -> bytes:
    """A WAV file of the samples."""
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(pcm(samples))
    return out.getvalue()


def mp3_bytes(samples: Iterable[float], rate: int = RATE) -> bytes:
    """The samples as MP3, 24 kHz mono."""
    import lameenc

    encoder = lameenc.Encoder()
    encoder.silence()
    encoder.set_in_sample_rate(rate)
    encoder.set_out_sample_rate(RATE)
    encoder.set_channels(1)
    encoder.set_bit_rate(BITS)
    encoder.set_quality(2)
    return bytes(encoder.encode(pcm(samples)) + encoder.flush())


class BadSound(Exception):
    """A file is no sound that can be used; the text says why and the mend."""


def about(data: bytes) -> tuple[int, float]:
    """(rate, seconds) of a sound file by its header, without decoding it. Raises BadSound."""
    import miniaudio

    kinds = {
        b"RIFF": miniaudio.wav_get_info,
        b"fLaC": miniaudio.flac_get_info,
        b"OggS": miniaudio.vorbis_get_info,
    }
    if data[:2] == b"PK":
        raise BadSound("is a zip file; unpack it and give the recordings")
    try:
        info = kinds.get(data[:4], miniaudio.mp3_get_info)(data)
    except miniaudio.MiniaudioError:
        raise BadSound("cannot be decoded; give WAV, MP3, FLAC or Ogg Vorbis") from None
    return info.sample_rate, info.duration


def decode(data: bytes, longest_s: float = LONGEST_S) -> list[float]:
    """The samples of a sound file (MP3, WAV, FLAC, Ogg) at 24 kHz mono.
    A file that says or turns out to be longer than `longest_s` is given up before it fills the
    memory. Raises BadSound.
    """
    import miniaudio

    _, seconds = about(data)
    most = round(longest_s * RATE)
    out = array.array("h")
    try:
        for part in miniaudio.stream_memory(
            data,
            output_format=miniaudio.SampleFormat.SIGNED16,
            nchannels=1,
            sample_rate=RATE,
            frames_to_read=4096,
        ):
            out.extend(part)
            if len(out) > most or seconds > longest_s:
                raise BadSound(f"is longer than {longest_s:.0f} seconds; a clip holds a few words")
    except miniaudio.MiniaudioError:
        raise BadSound("cannot be decoded; give WAV, MP3, FLAC or Ogg Vorbis") from None
    if not out:
        raise BadSound("holds no sound; record it again")
    return [s / 32768 for s in out]


def sound_span(
    samples: Sequence[float], rate: int = RATE, floor: float = SILENT
) -> tuple[int, int]:
    """Where the sound lies, with the little silence left around it:

    (first, last). An encoder's own lead-in is left out by this too.
    """
    first = next((i for i, s in enumerate(samples) if abs(s) > floor), None)
    if first is None:
        return 0, 0
    last = next(i for i in range(len(samples) - 1, -1, -1) if abs(samples[i]) > floor)
    return max(0, first - round(LEAVE_BEFORE * rate)), min(
        len(samples), last + 1 + round(LEAVE_AFTER * rate)
    )


def speech_span(samples: Sequence[float], rate: int = RATE) -> tuple[int, int]:
    """Where somebody speaks in a raw recording:

    (first, last) without margins; (0, 0) when nobody does. Room noise and the click of the key that
    ended it are left out.
    """
    size = max(1, round(FRAME * rate))
    frames = [
        math.sqrt(sum(s * s for s in samples[i : i + size]) / size)
        for i in range(0, len(samples) - size + 1, size)
    ]
    loudest = max(frames, default=0)
    if not loudest:
        return 0, 0
    floor = max(loudest * 0.015, min(_room_level(samples, rate, loudest) * 3, loudest * 0.45))
    runs: list[list[int]] = []  # [first frame, frame behind the last]
    for place, level in enumerate(frames):
        if level <= floor:
            continue
        if runs and (place - runs[-1][1]) * FRAME <= APART:
            runs[-1][1] = place + 1
        else:
            runs.append([place, place + 1])
    kept = [run for run in runs if (run[1] - run[0]) * FRAME >= BURST] or runs
    return kept[0][0] * size, min(len(samples), kept[-1][1] * size)


def _room_level(samples: Sequence[float], rate: int, loudest: float) -> float:
    """How loud the room is, by the ends of a recording where they are steady, as a room is and
    speech is not. One end is believed when it is far under the speech, else only both
    together: the last "m" of a clip cut close to its words is steady too. 0 when it cannot be told.
    """
    size = max(1, round(0.02 * rate))
    levels = []
    for end in (samples[: 3 * size], samples[-3 * size :]):
        parts = [
            math.sqrt(sum(s * s for s in end[i : i + size]) / size)
            for i in range(0, len(end) - size + 1, size)
        ]
        if len(parts) == 3 and max(parts) <= 2 * min(parts):
            levels.append(sum(parts) / 3)
    if len(levels) == 2 and max(levels) <= 2 * min(levels) and max(levels) < loudest * 0.35:
        return min(levels)
    return min((level for level in levels if level < loudest * 0.06), default=0)


def finish(samples: Sequence[float], rate: int = RATE) -> list[float]:
    """A raw recording made ready for a pack: trimmed, faded at both ends, at the loudness of all
    clips. [] when there is nothing to hear.
    """
    first, last = speech_span(samples, rate)
    if last <= first:
        return []
    samples = samples[max(0, first - round(LEAVE_BEFORE * rate)) : last + round(LEAVE_AFTER * rate)]
    loudness = lufs(samples, rate)
    if loudness is None:
        return []
    gain = gain_to_target(loudness, max(map(abs, samples)))
    fade = round(FADE * rate)
    ends = len(samples)
    return [s * gain * min(1, i / fade, (ends - 1 - i) / fade) for i, s in enumerate(samples)]


def clipped(samples: Iterable[float]) -> bool:
    """Whether the top of the waves is cut off."""
    run = 0
    for sample in samples:
        run = run + 1 if abs(sample) >= CLIPPED else 0
        if run >= CLIPPED_RUN:
            return True
    return False


def noise_under_speech(samples: Sequence[float], rate: int = RATE) -> float | None:
    """How many decibels the speech stands over the room's noise before and after it; None when
    there is too little of the room to tell.
    """
    first, last = speech_span(samples, rate)
    room = [*samples[: max(0, first - round(0.03 * rate))], *samples[last + round(0.06 * rate) :]]
    spoken = samples[first:last]
    if len(room) < 0.1 * rate or not spoken:
        return None
    noise, speech = (math.sqrt(sum(s * s for s in part) / len(part)) for part in (room, spoken))
    return 20 * math.log10(speech / noise) if noise else 120.0


def chime(rate: int = RATE) -> list[float]:
    """Three falling tones, like struck bars: G5 E5 C5 in 1.5 s."""
    total = round(CHIME_SECONDS * rate)
    samples = [0.0] * total
    for place, tone in enumerate(CHIME_TONES):
        start = round(place * 0.32 * rate)
        for i in range(start, total):
            t = (i - start) / rate
            strike = min(1, t / 0.008) * math.exp(-t * (3.2 if place == 2 else 4.5))
            samples[i] += strike * (
                math.sin(2 * math.pi * tone * t)
                + 0.18 * math.sin(4 * math.pi * tone * t) * math.exp(-t * 6)
            )
    # the last tone dies away at the very end, so the chime is exactly as long as it says
    tail = round(0.25 * rate)
    for i in range(tail):
        samples[total - 1 - i] *= i / tail
    loudest = max(map(abs, samples))
    return [s * 0.5 / loudest for s in samples]


def gap_between(kind: str, following: str) -> int:
    """Milliseconds of silence between two clips of these kinds."""
    return GAPS["before_phrase"] if following == "phrase" else GAPS.get(kind, GAPS["number"])


def stitch(
    readings: Iterable[Sequence[str]],
    clips: Mapping[str, Sequence[float]],
    kinds: Mapping[str, str],
    bell: Sequence[float] | None = None,
) -> list[float]:
    """One call as samples: the chime, then each reading (a list of keys), with a board's gaps; a
    key without a clip is left out.
    """
    out = list(bell or [])
    pause = AFTER_CHIME if bell else 0
    for reading in readings:
        out += [0.0] * round(pause * RATE / 1000)
        present = [key for key in reading if key in clips]
        for key, following in zip(present, [*present[1:], None]):
            out += clips[key]
            if following is not None:
                out += [0.0] * round(gap_between(kinds[key], kinds[following]) * RATE / 1000)
        pause = BETWEEN_READINGS
    return out
