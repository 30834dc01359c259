"""Reading a page aloud, by Debian's espeak-ng or the library of it among the Python packages;
neither needs a network. The voice is a stand-in until a better one is chosen.
"""

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path

from domain.languages import Languages

LONGEST = 600
KEEP = 300
VOICE = Path(__file__).with_name("voice.py")
PACE = "150"


class Speaker:
    """Words in, WAV file out; what was said once is kept."""

    def __init__(self, folder: Path, languages: Languages) -> None:
        self._folder, self._languages = folder, languages
        self._program = shutil.which("espeak-ng")
        self._library = importlib.util.find_spec("espeakng_loader") is not None
        self._lock = threading.Lock()

    @property
    def ready(self) -> bool:
        """Whether this machine can say anything."""
        return self._program is not None or self._library

    def say(self, text: str, lang: str) -> Path | None:
        """The sound of a text of the page; `None` when it cannot be spoken."""
        speech = self._languages[lang].facts.get("speech")
        if not speech:
            return None
        voice, speed = str(speech["voice"]), PACE
        text = " ".join(text.split())[:LONGEST]
        if not self.ready or not text:
            return None
        file = (
            self._folder
            / f"{hashlib.sha256(f'{voice} {speed} {text}'.encode()).hexdigest()[:24]}.wav"
        )
        with self._lock:
            if not file.exists():
                self._folder.mkdir(parents=True, exist_ok=True)
                half = file.with_suffix(".part")
                try:
                    own = (
                        [self._program, "-v", voice, "-s", speed, "-w", str(half), "--stdin"]
                        if self._program
                        else [sys.executable, "-P", str(VOICE), voice, speed, str(half)]
                    )
                    subprocess.run(
                        own, input=text.encode(), timeout=10, check=True, capture_output=True
                    )
                except (OSError, subprocess.SubprocessError):
                    return None
                os.replace(half, file)
                kept = sorted(self._folder.glob("*.wav"), key=lambda wav: wav.stat().st_mtime)
                for old in kept[: max(0, len(kept) - KEEP)]:
                    old.unlink(missing_ok=True)
        return file
