"""A sentence as sound, by the espeak-ng library that comes with the Python packages: for a kiosk
without Debian's espeak-ng.

A program of its own (`python voice.py VOICE SPEED FILE`, the words on stdin), so that a fault in
the library ends this sentence and not the kiosk.
"""

import ctypes
import sys
import wave
from typing import Any

RETRIEVAL, UTF8, RATE, CHARACTERS = (
    1,
    1,
    1,
    1,
)  # AUDIO_OUTPUT_RETRIEVAL, espeakCHARS_UTF8, espeakRATE, POS_CHARACTER of speak_lib.h
CALLBACK = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p
)


def say(text: str, voice: str, speed: int, file: str) -> None:
    """Writes the words as a WAV file, `speed` words a minute.

    Raises OSError when the library cannot.
    """
    import espeakng_loader

    library = ctypes.CDLL(espeakng_loader.get_library_path())
    rate = library.espeak_Initialize(RETRIEVAL, 500, espeakng_loader.get_data_path().encode(), 0)
    if rate <= 0 or library.espeak_SetVoiceByName(voice.encode()):
        raise OSError(f"the library has no voice {voice}")
    heard = bytearray()

    def hear(samples: Any, count: int, _events: object) -> int:
        if samples and count > 0:
            heard.extend(ctypes.string_at(samples, count * 2))
        return 0

    keep = CALLBACK(hear)
    library.espeak_SetSynthCallback(keep)
    library.espeak_SetParameter(RATE, speed, 0)
    words = text.encode()
    if (
        library.espeak_Synth(words, len(words) + 1, 0, CHARACTERS, 0, UTF8, None, None)
        or library.espeak_Synchronize()
        or not heard
    ):
        raise OSError("the library said nothing")
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(rate)
        out.writeframes(bytes(heard))


if __name__ == "__main__":
    say(sys.stdin.buffer.read().decode(), sys.argv[1], int(sys.argv[2]), sys.argv[3])
