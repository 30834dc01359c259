"""Sound for voice packs, in plain numbers: trim, fade, level, the chime, MP3 in and out, and stitching clips as a board does."""
import array
import io
import math
import wave

RATE = 24000
BITS = 48
LEAVE_BEFORE, LEAVE_AFTER, FADE = 0.012, 0.024, 0.006     # seconds
VOICED_LEVEL, PEAK = 0.10, 0.89                          # of full scale
FRAME = 0.02
SILENT = 0.006                                           # below this a sample counts as silence
# milliseconds of silence between two clips of one reading, by the kind of the first; before a phrase always the last one
GAPS = {"number": 60, "letter": 100, "phrase": 80, "before_phrase": 160}
BETWEEN_READINGS, AFTER_CHIME = 600, 150
CHIME_TONES = (783.99, 659.26, 523.25)                   # G5 E5 C5, falling
CHIME_SECONDS = 1.5


def read_wav(data):
    """Samples (-1 … 1) and rate of a mono 16 bit WAV, whatever length its header claims (a pipe's header claims too much)."""
    start = data.index(b"data") + 8
    rate = int.from_bytes(data[24:28], "little")
    body = data[start:]
    return [s / 32768 for s in array.array("h", body[: len(body) // 2 * 2])], rate


def pcm(samples):
    """Samples as 16 bit little-endian bytes."""
    return array.array("h", [max(-32768, min(32767, round(s * 32767))) for s in samples]).tobytes()


def wav_bytes(samples, rate=RATE):
    """A WAV file of the samples."""
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(pcm(samples))
    return out.getvalue()


def mp3_bytes(samples, rate=RATE):
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


def decode(data):
    """The samples of a sound file (MP3, WAV, FLAC, Ogg) at 24 kHz mono."""
    import miniaudio
    sound = miniaudio.decode(data, output_format=miniaudio.SampleFormat.SIGNED16, nchannels=1, sample_rate=RATE)
    return [s / 32768 for s in sound.samples]


def sound_span(samples, rate=RATE, floor=SILENT):
    """Where the sound lies, with the little silence left around it: (first, last). An encoder's own lead-in is left out by this too."""
    first = next((i for i, s in enumerate(samples) if abs(s) > floor), None)
    if first is None:
        return 0, 0
    last = next(i for i in range(len(samples) - 1, -1, -1) if abs(samples[i]) > floor)
    return max(0, first - round(LEAVE_BEFORE * rate)), min(len(samples), last + 1 + round(LEAVE_AFTER * rate))


def voiced_level(samples, rate=RATE):
    """RMS over the frames where somebody speaks; 0 for silence."""
    size = max(1, round(FRAME * rate))
    frames = [sum(s * s for s in samples[i: i + size]) / size for i in range(0, max(1, len(samples) - size + 1), size)]
    loud = max(frames, default=0)
    spoken = [f for f in frames if f > loud * 0.01]
    return math.sqrt(sum(spoken) / len(spoken)) if spoken and loud else 0.0


def finish(samples, rate=RATE):
    """A raw recording made ready for a pack: trimmed, faded at both ends, at the level of all clips."""
    loudest = max(map(abs, samples), default=0)
    if not loudest:
        return []
    first, last = sound_span(samples, rate, loudest * 0.015)
    samples = samples[first:last]
    gain = min(VOICED_LEVEL / voiced_level(samples, rate), PEAK / max(map(abs, samples)))
    fade = round(FADE * rate)
    ends = len(samples)
    return [s * gain * min(1, i / fade, (ends - 1 - i) / fade) for i, s in enumerate(samples)]


def chime(rate=RATE):
    """Three falling tones, like struck bars: G5 E5 C5 in 1.5 s."""
    total = round(CHIME_SECONDS * rate)
    samples = [0.0] * total
    for place, tone in enumerate(CHIME_TONES):
        start = round(place * 0.32 * rate)
        for i in range(start, total):
            t = (i - start) / rate
            strike = min(1, t / 0.008) * math.exp(-t * (3.2 if place == 2 else 4.5))
            samples[i] += strike * (math.sin(2 * math.pi * tone * t) + 0.18 * math.sin(4 * math.pi * tone * t) * math.exp(-t * 6))
    # the last tone dies away at the very end, so the chime is exactly as long as it says
    tail = round(0.25 * rate)
    for i in range(tail):
        samples[total - 1 - i] *= i / tail
    loudest = max(map(abs, samples))
    return [s * 0.5 / loudest for s in samples]


def gap_between(kind, following):
    """Milliseconds of silence between two clips of these kinds."""
    return GAPS["before_phrase"] if following == "phrase" else GAPS.get(kind, GAPS["number"])


def stitch(readings, clips, kinds, bell=None):
    """One call as samples: the chime, then each reading (a list of keys), with a board's gaps; a key without a clip is left out."""
    out = list(bell or [])
    pause = AFTER_CHIME if bell else 0
    for reading in readings:
        out += [0.0] * round(pause * RATE / 1000)
        known = [key for key in reading if key in clips]
        for key, following in zip(known, [*known[1:], None]):
            out += clips[key]
            if following is not None:
                out += [0.0] * round(gap_between(kinds[key], kinds[following]) * RATE / 1000)
        pause = BETWEEN_READINGS
    return out
