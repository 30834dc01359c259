"""The parts of a centre's file that shape kiosks and slips: the numbers for the time without the
hub, the slip's template, what to bring.
"""

import base64
import struct

from domain import numbers
from domain.slip import LINES

LOGO_BYTES, LOGO_WIDE, LOGO_HIGH = 8_192, 640, 240
LONGEST = 300


def check_kiosks(check, path, profile):
    """Hold the sections against their form; `check.wrong(where, text)` hears of each mistake."""
    limits = profile.get("limits")
    if isinstance(limits, dict) and limits.get("offline_numbers") is not None:
        _numbers(check, limits["offline_numbers"])
    for service in profile.get("services") or []:
        if service.get("bring") is not None:
            _words(check, service, "bring", f"service {service.get('code')}")
    if profile.get("slip") is not None:
        _slip(check, path, profile["slip"])


def _numbers(check, asked):
    if not isinstance(asked, dict) or set(asked) - {"first", "last", "block"}:
        check.wrong(asked, "limits: offline_numbers: write {first: 801, last: 999, block: 20}")
        return
    first, last, block = numbers.KioskNumbers(**asked)
    if not all(isinstance(n, int) and not isinstance(n, bool) for n in (first, last, block)):
        check.wrong(asked, "limits: offline_numbers: first, last and block are whole numbers")
    elif not numbers.LEAST_FIRST <= first <= last <= 9_999:
        check.wrong(
            asked,
            f"limits: offline_numbers: first is {first} and last {last}; first may be"
            f" {numbers.LEAST_FIRST} or more, last no less than first and at most 9999",
        )
    elif not 5 <= block <= last - first + 1:
        check.wrong(
            asked,
            f"limits: offline_numbers: block is {block}; write 5 to {last - first + 1}: as many as"
            " the busiest field gives out in an hour at one kiosk",
        )


def _words(check, row, key, what):
    said = row.get(key)
    if not isinstance(said, dict) or not all(
        isinstance(said.get(lang), str) and 0 < len(said[lang].strip()) <= LONGEST
        for lang in ("vi", "en")
    ):
        check.wrong(row, f"{what}: {key} needs {{vi: …, en: …}} of at most {LONGEST} letters each")


def _slip(check, path, slip):
    if not isinstance(slip, dict) or set(slip) - {"logo", "lines", "note"}:
        check.wrong(slip, "slip: may hold logo, lines and note")
        return
    lines = slip.get("lines", list(LINES))
    if (
        not isinstance(lines, list)
        or not set(lines) <= set(LINES)
        or len(set(lines)) != len(lines)
        or "number" not in lines
    ):
        check.wrong(
            slip, f"slip: lines are some of {', '.join(LINES)}, each once, number among them"
        )
    if slip.get("note") is not None:
        _words(check, slip, "note", "slip")
    if slip.get("logo") is not None:
        wrong = logo_fault(path.parent / str(slip["logo"]))
        if wrong:
            check.wrong(slip, f"slip: logo {slip['logo']!r} {wrong}")


def logo_fault(file):
    """What is wrong with a logo's file, or None."""
    try:
        data = file.read_bytes()
    except OSError as error:
        return f"cannot be read ({error.strerror}); put it beside the centre's file"
    if data[:8] != b"\x89PNG\r\n\x1a\n" or data[12:16] != b"IHDR" or len(data) < 33:
        return "is not a PNG; save it as PNG, black on white"
    wide, high = struct.unpack(">II", data[16:24])
    if len(data) > LOGO_BYTES or wide > LOGO_WIDE or high > LOGO_HIGH:
        return (
            f"is {wide}×{high} dots and {len(data)} bytes; at most {LOGO_WIDE}×{LOGO_HIGH} dots and"
            f" {LOGO_BYTES} bytes: save it in black and white"
        )
    return None


def with_logo(path, profile):
    """The profile with the logo's picture in it (base64), since kiosks get it from the hub."""
    slip = profile.get("slip")
    if slip and slip.get("logo"):
        profile = {
            **profile,
            "slip": {
                **slip,
                "logo": base64.b64encode((path.parent / slip["logo"]).read_bytes()).decode(),
            },
        }
    return profile
