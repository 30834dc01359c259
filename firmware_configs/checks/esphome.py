"""LED boards and call pads:

ESPHome reads each file and writes its C++; g++ reads that C++, since ESPHome itself does not look
into lambdas.
"""

import hashlib
import re
import shutil
import subprocess
import textwrap
from collections.abc import Callable
from pathlib import Path

from .frame import Broken, Check, program
from .host_build import FLAGS, PARTS, assemble, compile_host, esphome, generate

MAINS = {"counter_led": "max7219.yaml", "call_pad": "ethernet.yaml"}


def with_secrets(top: Path) -> None:
    """secrets.yaml beside each device's file, from the example with every empty value filled."""
    for example in top.glob("*/secrets.example.yaml"):
        (example.parent / "secrets.yaml").write_text(
            example.read_text("utf-8").replace('""', '"for-the-check"'), "utf-8"
        )


def firmware(file: Path) -> str | None:
    """ESPHome reads the device's file and writes its C++."""
    with_secrets(file.parent.parent)
    code, output = generate(file)
    return _reason(output) if code else None


_read: dict[tuple[str, str], tuple[int, str]] = {}


def read_once(top: Path, main: str) -> tuple[int, str]:
    """ESPHome's reading of a device; the same files are read once."""
    digest = hashlib.sha256()
    for file in sorted(
        p
        for part in PARTS
        for p in (top / part).rglob("*")
        if p.is_file() and ".esphome" not in p.parts
    ):
        digest.update(str(file.relative_to(top)).encode() + file.read_bytes())
    key = (main, digest.hexdigest())
    if key not in _read:
        _read[key] = generate(top / main, config_only=True)
    return _read[key]


def part_of(*mains: str) -> Callable[[Path], str | None]:
    """A file that devices include: ESPHome reads each of those devices."""

    def run(file: Path) -> str | None:
        top = next(p for p in file.parents if p.name == "firmware_configs")
        with_secrets(top)
        for main in mains:
            code, output = read_once(top, main)
            if code:
                return _reason(output)
        return None

    return run


def lambdas(part: str) -> Callable[[Path], str | None]:
    """g++ on the C++ of the same settings on a PC: what ESPHome copies unread is read here."""

    def run(file: Path) -> str | None:
        top = next(p for p in file.parents if p.name == "firmware_configs")
        work = top.parent / "host-build"
        assemble(work, top)
        try:
            compile_host(work / part / "host.yaml", work / part / "program", only_main=True)
        except RuntimeError as wrong:
            return str(wrong)
        return None

    return run


#: what a display's lambda is given: ESPHome's own header, or, where that needs the ESP32's, the two
#: things of it that we use
GIVEN = {
    "max7219digit": (
        '#include "esphome/components/max7219digit/max7219digit.h"',
        "esphome::max7219digit::MAX7219Component",
    ),
    "hub75": (
        (
            '#include "esphome/components/display/display.h"\nstruct Hub75 { void'
            " set_brightness(uint8_t brightness); };\nextern Hub75 leds;"
        ),
        "esphome::display::Display",
    ),
}


def drawing(file: Path) -> str | None:
    """g++ on the lambda that draws, with ESPHome's own display class."""
    top = next(p for p in file.parents if p.name == "firmware_configs")
    text = file.read_text("utf-8")
    platform, drawn = (
        re.search(r"platform: (\w+)", text),
        re.search(r"lambda: \|-\n(.*)", text, re.S),
    )
    if platform is None or drawn is None:
        return "no platform or no lambda that draws"
    body = textwrap.dedent(drawn[1])
    include, given = GIVEN[platform[1]]
    body = re.sub(r"\$\{\w+\}", "7", body).replace("id(leds)", "leds")
    source = top.parent / "drawing.cpp"
    source.write_text(
        f'{include}\n#include "esphome/core/hal.h"\n#include "board.h"\n#include "letters.h"\nusing'
        f" namespace esphome;\nvoid draw_it({given} &it) {{\n{body}\n}}\n",
        "utf-8",
    )
    packages = next(Path(esphome()).parents[1].glob("lib/python*/site-packages"))
    # ESPHome's own headers, but for its list of everything that it can do
    shim = top.parent / "shim"
    shutil.copytree(
        packages / "esphome/core",
        shim / "esphome/core",
        ignore=shutil.ignore_patterns("*.py", "*.pyc", "*.cpp"),
    )
    (shim / "esphome/core/defines.h").write_text(
        "#pragma once\n#define USE_DISPLAY\n#define ESPHOME_THREAD_MULTI_ATOMICS\n#define"
        " ESPHOME_COMPONENT_COUNT 1\n",
        "utf-8",
    )
    done = subprocess.run(
        [
            program("g++"),
            *FLAGS,
            "-fsyntax-only",
            f"-I{shim}",
            f"-I{packages}",
            f"-I{top / 'esphome'}",
            f"-I{top / 'counter_led/common'}",
            str(source),
        ],
        capture_output=True,
        text=True,
    )
    return done.stderr.strip() if done.returncode else None


def header(file: Path) -> str | None:
    """g++ with every warning an error."""
    top = next(p for p in file.parents if p.name == "firmware_configs")
    done = subprocess.run(
        [
            program("g++"),
            "-std=gnu++17",
            "-Wall",
            "-Wextra",
            "-Werror",
            "-fsyntax-only",
            "-x",
            "c++",
            f"-I{top / 'esphome'}",
            "-include",
            str(file),
            "/dev/null",
        ],
        capture_output=True,
        text=True,
    )
    return done.stderr.strip() if done.returncode else None


def _reason(output: str) -> str:
    lines = [
        line
        for line in output.splitlines()
        if line.strip()
        and not line.startswith(("INFO", "WARNING", "  broker", "Attaching", "See https"))
    ]
    return "\n".join(lines) or output


CHECKS = [
    Check(
        "counter_led/max7219.yaml",
        "esphome",
        firmware,
        (Broken("clk_pin: GPIO14", "clk_pin: GPIO23", "Pin 23"),),
        slow=True,
    ),
    Check(
        "counter_led/max7219_http.yaml",
        "esphome",
        firmware,
        (Broken("cs_pin: GPIO5", "cs_pin: GPIO99", "GPIO99"),),
        slow=True,
    ),
    Check(
        "counter_led/hub75.yaml",
        "esphome",
        firmware,
        (Broken("panel_width", "pannel_width", "panel_width"),),
        slow=True,
    ),
    Check(
        "counter_led/common/board.yaml",
        "esphome",
        part_of("counter_led/max7219.yaml"),
        (Broken("common/letters.h", "common/lettres.h", "lettres.h"),),
        slow=True,
    ),
    Check(
        "counter_led/common/max7219.yaml",
        "esphome",
        part_of("counter_led/max7219.yaml"),
        (Broken("num_chips: 4", "num_chip: 4", "num_chips"),),
        slow=True,
    ),
    Check(
        "counter_led/common/max7219.yaml",
        "g++",
        drawing,
        (Broken("it.draw_pixel_at", "it.draw_pixl_at", "draw_pixl_at"),),
        slow=True,
    ),
    Check(
        "counter_led/hub75.yaml",
        "g++",
        drawing,
        (Broken("it.filled_rectangle", "it.filed_rectangle", "filed_rectangle"),),
        slow=True,
    ),
    Check(
        "counter_led/common/mqtt.yaml",
        "g++",
        lambdas("counter_led"),
        (Broken("luot::hall.now(x, millis())", "luot::hall.nwo(x, millis())", "nwo"),),
        slow=True,
    ),
    Check(
        "counter_led/common/http.yaml",
        "esphome",
        part_of("counter_led/max7219_http.yaml"),
        (Broken("capture_response: true", "capture_respons: true", "capture_response"),),
        slow=True,
    ),
    Check(
        "counter_led/common/board.h",
        "g++",
        header,
        (Broken("this->known_ = true;", "this->knwon_ = true;", "knwon_"),),
    ),
    Check(
        "counter_led/common/letters.h",
        "g++",
        header,
        (Broken("0x3E, 0x51, 0x49, 0x45, 0x3E}", "0x3E, 0x51, 0x49, 0x45, 0x13E}", "narrowing"),),
    ),
    Check(
        "counter_led/secrets.example.yaml",
        "esphome",
        part_of("counter_led/max7219.yaml", "counter_led/max7219_http.yaml"),
        (Broken("bearer:", "baerer:", "bearer"),),
        slow=True,
    ),
    Check(
        "call_pad/ethernet.yaml",
        "esphome",
        firmware,
        (Broken("next_pin: GPIO4", "next_pin: GPIO27", "GPIO27"),),
        slow=True,
    ),
    Check(
        "call_pad/wifi.yaml",
        "esphome",
        firmware,
        (Broken("lamp_pin: GPIO32", "lamp_pin: GPIO34", "GPIO34"),),
        slow=True,
    ),
    Check(
        "call_pad/common/pad.yaml",
        "g++",
        lambdas("call_pad"),
        (Broken("luot::pad.press(key", "luot::pad.prss(key", "prss"),),
        slow=True,
    ),
    Check(
        "call_pad/common/keys.yaml",
        "esphome",
        part_of("call_pad/wifi.yaml"),
        (Broken("delayed_on: 700ms", "delayed_on: 700parsec", "700parsec"),),
        slow=True,
    ),
    Check(
        "call_pad/common/pad.h",
        "g++",
        header,
        (Broken("snprintf(made", "snprntf(made", "snprntf"),),
    ),
    Check(
        "call_pad/secrets.example.yaml",
        "esphome",
        part_of("call_pad/wifi.yaml"),
        (Broken("hub_ca:", "hub_ac:", "hub_ca"),),
        slow=True,
    ),
    Check(
        "esphome/base.yaml",
        "esphome",
        part_of("counter_led/max7219.yaml"),
        (Broken("type: esp-idf", "type: esp-ifd", "esp-idf"),),
        slow=True,
    ),
    Check(
        "esphome/mqtt.yaml",
        "esphome",
        part_of("counter_led/max7219.yaml"),
        (Broken("keepalive", "keepalife", "keepalive"),),
        slow=True,
    ),
    Check(
        "esphome/tls.yaml",
        "esphome",
        part_of("call_pad/wifi.yaml"),
        (Broken("certificate_authority", "certifcate_authority", "certificate_authority"),),
        slow=True,
    ),
    Check(
        "esphome/ethernet.yaml",
        "esphome",
        part_of("call_pad/ethernet.yaml"),
        (Broken("type: LAN8720", "type: LAN8270", "LAN8270"),),
        slow=True,
    ),
    Check(
        "esphome/wifi.yaml",
        "esphome",
        part_of("call_pad/wifi.yaml"),
        (Broken("power_save_mode: none", "power_save_mode: off", "power_save_mode"),),
        slow=True,
    ),
    Check(
        "esphome/luot.h", "g++", header, (Broken("json.find(wanted)", "json.fnd(wanted)", "fnd"),)
    ),
]
