"""The boards' logic as programs of this PC:

ESPHome writes the C++ of its `host` platform, g++ builds it. Kept in .esphome-host/ by what it was
made from, so it is built once.
"""

import contextlib
import hashlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from .frame import CONFIGS, ROOT, Missing, program

HERE = Path(__file__).parent / "host"
KEPT = ROOT / ".esphome-host"
PARTS = ("esphome", "counter_led", "call_pad")
#: the device that the programs are; tests make its account at their broker
SECRETS = {
    "name": "led-3",
    "pad_name": "pad-3",
    "centre": "thu-duc",
    "counter": "3",
    "hub": "127.0.0.1",
    "mqtt_user": "led-3",
    "mqtt_password": "host-build-only",
    "hub_ca": "ca.crt",
}
FLAGS = (
    "-std=gnu++20",
    "-O0",
    "-w",
    "-fno-exceptions",
    "-DUSE_HOST",
    "-DESPHOME_LOG_LEVEL=ESPHOME_LOG_LEVEL_WARN",
)
#: what several of ESPHome's files call by the same name
OWN = ("TAG", "BASE64_CHARS")


def esphome() -> str:
    """ESPHome of its own environment; Missing when `./luot test` has not made it yet."""
    installed = ROOT / ".venv-esphome/bin/esphome"
    if not installed.exists():
        raise Missing(
            "ESPHome is missing; run: ./luot test --co -q (it installs requirements-esphome.txt"
            " into .venv-esphome)"
        )
    return str(installed)


def generate(main: Path, config_only: bool = False) -> tuple[int, str]:
    """ESPHome's own reading of a device's file, and the C++ it writes:

    (exit code, what it said).
    """
    verb = ["config"] if config_only else ["compile", "--only-generate"]
    done = subprocess.run(
        [esphome(), *verb, main.name],
        cwd=main.parent,
        capture_output=True,
        text=True,
        timeout=300,
        stdin=subprocess.DEVNULL,
        env={
            **os.environ,
            "ESPHOME_NOGITIGNORE": "1",
            "ESPHOME_DATA_DIR": str(main.parent / ".esphome" / main.stem),
        },
    )
    return done.returncode, done.stdout + done.stderr


def assemble(folder: Path, source: Path = CONFIGS) -> None:
    """The boards' files with the two host programs' beside them, and secrets that are none."""
    for part in PARTS:
        shutil.copytree(source / part, folder / part, dirs_exist_ok=True)
    shutil.copytree(HERE / "components", folder / "host/components", dirs_exist_ok=True)
    for part in ("counter_led", "call_pad"):
        shutil.copy(HERE / f"{part}.yaml", folder / part / "host.yaml")
        secrets = SECRETS | ({"mqtt_user": SECRETS["pad_name"]} if part == "call_pad" else {})
        (folder / part / "secrets.yaml").write_text(
            "".join(f'{name}: "{value}"\n' for name, value in secrets.items()), "utf-8"
        )


def fingerprint() -> str:
    """What the programs depend on: every file that goes in, ESPHome's version, the compiler."""
    made = hashlib.sha256()
    for path in sorted(
        p
        for top in (*(CONFIGS / part for part in PARTS), HERE, Path(__file__))
        for p in ([top] if top.is_file() else top.rglob("*"))
    ):
        if path.is_file() and "__pycache__" not in path.parts:
            made.update(path.name.encode() + path.read_bytes())
    made.update((ROOT / "requirements-esphome.txt").read_bytes())
    made.update(subprocess.run([program("g++"), "--version"], capture_output=True).stdout)
    return made.hexdigest()[:16]


def built() -> dict[str, Path]:
    """{"counter_led": program, "call_pad": program}.

    Built when nothing fitting is kept: some ten seconds of two cores.
    """
    place = KEPT / fingerprint()
    if not place.exists():
        KEPT.mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="making-", dir=KEPT) as folder:
            work = Path(folder)
            assemble(work)
            ready = work / "ready"
            ready.mkdir()
            for part in ("counter_led", "call_pad"):
                compile_host(work / part / "host.yaml", ready / part)
            for old in KEPT.iterdir():  # what other files would have given
                if old != work and not old.name.startswith("making-"):
                    shutil.rmtree(old, ignore_errors=True)
            with contextlib.suppress(OSError):  # somebody else was quicker
                ready.rename(place)
    return {part: place / part for part in ("counter_led", "call_pad")}


def compile_host(main: Path, target: Path, only_main: bool = False) -> None:
    """Build one host program; RuntimeError with the compiler's words.

    `only_main`: read the lambdas' C++ only, build nothing.
    """
    code, output = generate(main)
    if code:
        raise RuntimeError(output)
    source = next((main.parent / ".esphome" / main.stem / "build").glob("*/src"))
    compiler = program("g++")
    if only_main:
        _run([compiler, *FLAGS, "-fsyntax-only", "-I.", "main.cpp"], source)
        return
    # two units instead of forty: the headers are read twice, not forty times
    files = sorted(p.relative_to(source) for p in source.rglob("*.cpp"))
    core = [f for f in files if f.parts[:2] == ("esphome", "core")]
    with ThreadPoolExecutor(2) as pool:
        list(
            pool.map(
                lambda unit: _unit(compiler, source, *unit),
                [("core", core), ("rest", [f for f in files if f not in core])],
            )
        )
    _run([compiler, "-o", str(target), "core.o", "rest.o", "-lmosquitto", "-lpthread"], source)


def _unit(compiler: str, source: Path, name: str, files: Sequence[Path]) -> None:
    """One object of many files. Names that several files keep to themselves get a number each."""
    lines = []
    for n, file in enumerate(files):
        lines += [
            *(f"#define {own} {own}_{n}" for own in OWN),
            f'#include "{file}"',
            *(f"#undef {own}" for own in OWN),
        ]
    (source / f"{name}.cc").write_text("\n".join(lines) + "\n", "utf-8")
    _run([compiler, *FLAGS, "-I.", "-c", f"{name}.cc", "-o", f"{name}.o"], source)


def _run(argv: Sequence[str], folder: Path) -> None:
    done = subprocess.run(argv, cwd=folder, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(done.stderr.strip() or f"{argv[0]} ended with {done.returncode}")
