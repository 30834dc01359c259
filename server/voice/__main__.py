"""The voice worker: one order on standard input (a line of JSON, then bytes), one answer on
standard output (a line of JSON, then bytes). `child.run` starts it.
"""

import json
import resource
import sys
import tempfile
from pathlib import Path
from typing import Any

from . import installed_packs, make, pack_file, sound
from .loudness import lufs
from .pack import BadPack, prompts_of, read_pack, sha256_of

#: A hostile file may cost this much of the machine and no more.
MOST_MEMORY, MOST_CPU_S = 1 << 30, 60


def clip(order: dict[str, Any], body: bytes) -> tuple[dict[str, Any], bytes]:
    """A raw recording made ready: its measure, what is wrong with it, and the finished WAV (none
    where nobody speaks).
    """
    try:
        samples, wrong = make.finished(body, prompts_of(order["locale"])[order["key"]])
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


def install(order: dict[str, Any], body: bytes) -> tuple[dict[str, Any], bytes]:
    """A pack's file (.luotvoice) as a new version of a pack, in force at once."""
    made: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as work:
        source, unpacked = Path(work) / f"pack{pack_file.SUFFIX}", Path(work) / "unpacked"
        unpacked.mkdir()
        source.write_bytes(body)
        try:
            pack_file.unpack(source, unpacked)
            if (locale := read_pack(unpacked).locale) != order["locale"]:
                return {"ok": False, "problem": "pack_other_language", "found": locale}, b""
            if lacking := pack_file.lacking_for_others(read_pack(unpacked)):
                return {"ok": False, "problem": "pack_not_free", "found": ", ".join(lacking)}, b""

            def fill(folder: Path, number: int) -> None:
                made.update(make.copy_pack(unpacked, folder, {"version": number}))

            number = installed_packs.install(Path(order["place"]), fill)
        except BadPack:
            return {"ok": False, "problem": "pack_no_file"}, b""
        except make.CannotMake as wrong:
            return {
                "ok": False,
                "problem": "pack_damaged",
                "found": "; ".join((wrong.lines or [str(wrong)])[:3]),
            }, b""
        except OSError as error:
            problem = f"the voice could not be written ({error.strerror})"
            return {"ok": False, "problem": problem}, b""
    fingerprint = sha256_of(body)
    return {"ok": True, "version": number, "clips": len(made["clips"]), "sha256": fingerprint}, b""


DO = {"clip": clip, "publish": publish, "install": install}


def main() -> None:
    """One order, one answer."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_CPU_S, MOST_CPU_S))
    order = json.loads(sys.stdin.buffer.readline())
    answer, out = DO[order["do"]](order, sys.stdin.buffer.read())
    sys.stdout.buffer.write(json.dumps(answer, ensure_ascii=False).encode() + b"\n" + out)


main()
