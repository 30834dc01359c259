"""The two typefaces for paper: the npm packages ship each weight in parts by script; a PDF wants
one file. Made once, kept in the cache folder.
"""

import json
import os
from pathlib import Path
from typing import Any

LIB = Path(__file__).resolve().parents[2] / "node_modules" / "@fontsource"
PARTS = ("latin", "vietnamese", "latin-ext")
#: Rises when the making changes, so that an old cached file is not used.
MAKING = 1


def font_file(family: str, weight: int, cache: str | Path) -> Path:
    """The TTF of one family ("be-vietnam-pro") in one weight in `cache`, made there if need be."""
    file = Path(cache) / f"{family}-{weight}-{_version(family)}-{MAKING}.ttf"
    if not file.is_file():
        file.parent.mkdir(parents=True, exist_ok=True)
        part = file.with_suffix(f".{os.getpid()}")
        _merged(family, weight, file.parent).save(part)
        os.replace(part, file)
    return file


def _version(family: str) -> str:
    return str(json.loads((LIB / family / "package.json").read_text("utf-8"))["version"])


def _merged(family: str, weight: int, folder: Path) -> Any:
    from fontTools import subset
    from fontTools.merge import Merger, Options
    from fontTools.ttLib import TTFont

    layout = ["GSUB", "GPOS", "GDEF", "DSIG", "STAT"]
    have: set[int] = set()
    pieces: list[Path] = []
    try:
        for part in PARTS:
            font = TTFont(LIB / family / "files" / f"{family}-{part}-{weight}-normal.woff")
            letters = set(font.getBestCmap())
            cut = subset.Subsetter(
                subset.Options(
                    layout_features=[], notdef_outline=True, hinting=False, drop_tables=layout
                )
            )
            cut.populate(unicodes=letters - have)
            cut.subset(font)
            have |= letters
            font.flavor = None
            piece = folder / f".{family}-{part}-{weight}-{os.getpid()}.ttf"
            font.save(piece)
            pieces.append(piece)
        return Merger(Options(drop_tables=layout)).merge([str(p) for p in pieces])
    finally:
        for piece in pieces:
            piece.unlink(missing_ok=True)
