"""Reads pictures as a stranger would: by tesseract, which knows nothing of our fonts."""

import difflib
import os
import subprocess
from pathlib import Path

from PIL import Image

#: language → the pack of tesseract that reads it, by Debian's `tesseract-ocr-…`
PACKS = {
    "vi": "vie",
    "en": "eng",
    "zh-Hans": "chi_sim",
    "ja": "jpn",
    "ko": "kor",
    "km": "khm",
}


#: How tesseract looks at a page (its --psm): as one column, or for letters strewn anywhere.
COLUMN, STREWN = "4", "11"


def words_in(
    picture: Image.Image, folder: Path, pack: str, layout: str = COLUMN, dpi: int = 203
) -> str:
    """What tesseract reads in a picture, without spaces and line breaks."""
    file = folder / "picture.png"
    picture.convert("L").save(file)
    command = ["tesseract", str(file), "-", "-l", pack, "--psm", layout]
    answer = subprocess.run(
        [*command, "--dpi", str(dpi)],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
        env={**os.environ, "OMP_THREAD_LIMIT": "1"},
    )
    return "".join(answer.stdout.split())


def share_read(expected: str, words: str) -> float:
    """How much of a text stands in what was read, letter after letter in its order, 0 to 1."""
    wanted = "".join(expected.split()).replace("\u200b", "")

    def matching(start: int) -> int:
        part = words[start : start + len(wanted) + 3]
        matcher = difflib.SequenceMatcher(None, wanted, part, autojunk=False)
        return sum(block.size for block in matcher.get_matching_blocks())

    return max(map(matching, range(max(len(words), 1)))) / len(wanted)
