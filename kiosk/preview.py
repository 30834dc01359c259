"""`python -m kiosk slip`: a slip as the printer would print it, without a hub or a printer. What it
says comes as JSON over standard input, its picture goes to standard output; `luot slip` and the
pages of the settings ask this.
"""

import json
import sys

from kiosk.profiles import PROFILES
from kiosk.settings import HERE
from kiosk.slip import SlipMaker

#: millimetres of paper → dots across
WIDTHS = {80: PROFILES["80mm"].dots, 58: PROFILES["58mm"].dots}


def draw() -> None:
    """Draw `{content, template, timezone, kind, millimetres}`: a SlipContent, the centre's `slip:`
    section, its time zone, "slip" or "reprint", 80 or 58. Writes a PNG.
    """
    paper = json.load(sys.stdin)
    maker = SlipMaker(HERE.parent / "node_modules", HERE.parent / "ui" / "texts")
    picture = maker.draw(
        paper["content"],
        WIDTHS[paper["millimetres"]],
        paper["timezone"],
        paper["kind"],
        paper["template"],
    )
    picture.save(sys.stdout.buffer, "PNG")
