"""Receipt printers that are not ours: emupos (Apache-2.0), the printer of a point-of-sale emulator,
run as it is in a program of its own.
"""

import contextlib
import fcntl
import hashlib
import io
import json
import os
import re
import subprocess
import sys
import time
import zipfile
from dataclasses import dataclass
from pathlib import Path

import yaml
from PIL import Image

from tests.support.programs import ProgramFailed, end_with_parent, free_port

ROOT = Path(__file__).parents[2]
KEPT = ROOT / ".emupos"  # ignored by git; holds the wheel, fetched once
WHEEL, PIN = "emupos-0.4.0-py3-none-any.whl", "emupos==0.4.0"
SHA256 = "d41f15caa2b286e7303b12c4bdcb02dc395c75553479d02b20566e2bacc2bb9a"
FETCH = [
    "-m",
    "pip",
    "download",
    "-q",
    "--disable-pip-version-check",
    "--no-input",
    "--no-deps",
    "--only-binary=:all:",
    "--ignore-requires-python",
    "-d",
    str(KEPT),
    PIN,
]

# emupos asks for Python 3.13 for the sake of how it writes its type hints (PEP 695), and we run on
# 3.11. These two ways of writing are put the older way as it is
# unpacked, and nothing else is touched: an alias is named by a plain `=`, and a generic function's
# type variable is made on the line before.
# One file (windows_queue/setup.py, which talks to PowerShell) holds an f-string 3.11 cannot read;
# nothing here loads it.
OLDER = [
    (re.compile(r"^type (\w+) = ", re.M), r"\1 = "),
    (
        re.compile(r"^def (\w+)\[(\w+)\]\(", re.M),
        r'\2 = __import__("typing").TypeVar("\2")\ndef \1(',
    ),
]


def wheel() -> Path:
    """The very wheel that is pinned, fetched by pip when it is not there.

    Raises ProgramFailed with the command and the mend.
    """
    file, command = KEPT / WHEEL, " ".join(["python", *FETCH])
    KEPT.mkdir(exist_ok=True)
    with open(KEPT / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # tests run several at once
        if not file.is_file():
            fetched = subprocess.run(
                [sys.executable, *FETCH],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                timeout=120,
            )
            if fetched.returncode or not file.is_file():
                raise ProgramFailed(
                    "the emulator of printers could not be fetched; check the network and run:"
                    f" {command}\n{fetched.stderr[-2000:]}"
                )
        digest = hashlib.sha256(file.read_bytes()).hexdigest()
    if digest != SHA256:
        raise ProgramFailed(
            f"{file} is not the one pinned (sha256 {digest}, not {SHA256}); remove it and run:"
            f" {command}"
        )
    return file


def unpack(folder: Path) -> Path:
    """Unpacks the emulator into a folder, so that our Python can read it."""
    with zipfile.ZipFile(wheel()) as packed:
        packed.extractall(folder)
    for source in (folder / "emupos").rglob("*.py"):
        was = now = source.read_text("utf-8")
        for newer, older in OLDER:
            now = newer.sub(older, now)
        if now != was:
            source.write_text(now, "utf-8")
    return folder


@dataclass(frozen=True)
class Receipt:
    """A paper that came out: its dots, what of it was letters, and what ended it (cut,
    connection-closed, idle-timeout).
    """

    picture: Image.Image
    text: str
    boundary: str


class Emulator:
    """The emulator with a printer for each width given, in dots:

    `emulator[576]`. One program; `close()` ends it.
    """

    def __init__(self, folder: Path, widths=(576, 384)):
        folder.mkdir(parents=True, exist_ok=True)
        place, self.log = unpack(folder / "unpacked"), folder / "emulator.log"
        model = yaml.safe_load(
            (place / "emupos/profiles/printers/epson-tm-t20iii.yaml").read_text("utf-8")
        )
        printers = []
        for dots in widths:
            # its own TM-T20III where that is as wide; else one that differs in the width alone
            (folder / f"{dots}.yaml").write_text(
                yaml.safe_dump(model | {"width_dots": dots}), "utf-8"
            )
            printers.append(
                {
                    "id": f"p{dots}",
                    "type": "printer",
                    "profile": (
                        "epson-tm-t20iii" if dots == model["width_dots"] else f"./{dots}.yaml"
                    ),
                    "receipts_dir": f"receipts-{dots}",
                    "connections": [{"tcp": {"port": free_port()}}, {"serial": {"pty": True}}],
                    "job_idle_timeout_ms": 60_000,
                }
            )
        (folder / "emupos.yaml").write_text(
            yaml.safe_dump({"schema": 1, "devices": printers}), "utf-8"
        )
        with open(self.log, "wb") as log:
            self._process = subprocess.Popen(
                [
                    sys.executable,
                    "-P",
                    str(Path(__file__).with_name("emulator_program.py")),
                    str(folder / "emupos.yaml"),
                ],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                env=os.environ | {"PYTHONPATH": str(place)},
                start_new_session=True,
                preexec_fn=end_with_parent(9),
            )
        answer = self.ask({})
        self._printers = {
            dots: EmulatedPrinter(
                self, f"p{dots}", folder / f"receipts-{dots}", **answer["where"][f"p{dots}"]
            )
            for dots in widths
        }

    def __getitem__(self, dots: int) -> "EmulatedPrinter":
        return self._printers[dots]

    def ask(self, wanted: dict) -> dict:
        """Sends the program one line and gives its answer."""
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.write(json.dumps(wanted) + "\n")
            self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise ProgramFailed(
                "the emulator of printers ended with"
                f" {self._process.wait(10)}\n{self.log.read_text('utf-8')[-3000:]}"
            )
        return json.loads(line)

    def close(self) -> None:
        """Ends the program."""
        self._process.stdin.close()  # it ends by itself then
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(10)
        self._process.stdout.close()


class EmulatedPrinter:
    """One printer of the emulator: on TCP `port` of 127.0.0.1 and on the serial line `device`."""

    def __init__(self, emulator: Emulator, name: str, folder: Path, port: int, device: str):
        self._emulator, self._name, self._folder, self._seen = emulator, name, folder, 0
        self.port, self.device = port, device

    def have(self, *faults: str) -> None:
        """Makes exactly these faults hold: paper-out, paper-near-end, cover-open, offline; none
        cures all.
        """
        assert self._say(faults=list(faults))["faults"] == sorted(faults)

    @property
    def printing(self) -> bool:
        """Whether some of a receipt is on the paper, and no cut yet."""
        return self._say()["printing"]

    @property
    def complaints(self) -> list[dict]:
        """What it did not understand, and how a serial line was set wrongly."""
        return [
            event
            for event in self._say()["events"]
            if event["type"] not in ("printer.job.completed", "printer.status.changed")
        ]

    @property
    def untaken(self) -> list[dict]:
        """The papers that came out since they were last taken, as it told of them."""
        return [
            event["data"]
            for event in self._say()["events"]
            if event["type"] == "printer.job.completed"
        ][self._seen :]

    def receipts(self, count: int, seconds: float = 20) -> list[Receipt]:
        """The papers since the last time they were taken, waiting until there are so many.

        More is as wrong as less.
        """
        end = time.monotonic() + seconds
        while len(done := self.untaken) < count and time.monotonic() < end:
            time.sleep(0.02)
        self._seen += len(done)
        assert len(done) == count, (
            f"{len(done)} papers came out, not {count}: {[paper['boundary'] for paper in done]}"
        )
        made = [(self._folder / paper["receipt_id"], paper["boundary"]) for paper in done]
        return [
            Receipt(
                Image.open(io.BytesIO(file.with_suffix(".png").read_bytes())),
                file.with_suffix(".txt").read_text("utf-8"),
                boundary,
            )
            for file, boundary in made
        ]

    def _say(self, **wanted) -> dict:
        return self._emulator.ask({"printer": self._name} | wanted)
