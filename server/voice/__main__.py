"""The voice worker: one order on standard input (a line of JSON, then bytes), one answer on
standard output (a line of JSON, then bytes). `child.run` starts it.
"""

import json
import resource
import sys
from pathlib import Path
from typing import Any

from domain.grammars import GRAMMARS

from . import installed_packs, make, sound
from .loudness import lufs

#: A hostile file may cost this much of the machine and no more.
MOST_MEMORY, MOST_CPU_S = 1 << 30, 60


def clip(order: dict[str, Any], body: bytes) -> tuple[dict[str, Any], bytes]:
    """A raw recording made ready: its measure, what is wrong with it, and the finished WAV (none
    where nobody speaks).
    """
    try:
        samples, wrong = make.finished(body, GRAMMARS[order["locale"]]["clips"][order["key"]])
    except sound.BadSound as bad:
        return {"ok": False, "problem": str(bad)}, b""
    if not samples:
        return {"ok": True, "faults": ["silent"]}, b""
    loudness = lufs(samples, sound.RATE)
    assert loudness is not None  # finished() answers no samples for a silent recording
    measured = {
        "ok": True,
        "faults": wrong,
        "ms": round(len(samples) * 1000 / sound.RATE),
        "lufs": round(loudness, 1),
    }
    return measured, sound.wav_bytes(samples)


def publish(order: dict[str, Any], _: bytes) -> tuple[dict[str, Any], bytes]:
    """The finished recordings of a draft as a new version of a pack, in force at once; its number
    and manifest.
    """
    clips = {}
    for key in order["keys"]:
        samples, _rate = sound.read_wav((Path(order["draft"]) / f"{key}.wav").read_bytes())
        clips[key] = samples
    made: dict[str, Any] = {}

    def fill(folder: Path, number: int) -> None:
        made.update(
            make.write_pack(folder, order["locale"], clips, {**order["about"], "version": number})
        )

    try:
        number = installed_packs.install(Path(order["place"]), fill)
    except OSError as error:
        return {"ok": False, "problem": f"the voice could not be written ({error.strerror})"}, b""
    return {"ok": True, "version": number, "clips": len(made["clips"])}, b""


def main() -> None:
    """One order, one answer."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_CPU_S, MOST_CPU_S))
    order = json.loads(sys.stdin.buffer.readline())
    answer, out = {"clip": clip, "publish": publish}[order["do"]](order, sys.stdin.buffer.read())
    sys.stdout.buffer.write(json.dumps(answer, ensure_ascii=False).encode() + b"\n" + out)


main()
