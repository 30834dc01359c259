"""What people call the procedures of the national list, shipped with Lượt: `ui/search/
words_by_code.json`, by national code. Wrong codes are common in the lists that go round, so the
name has to agree.
"""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TypedDict

from domain.procedures import national_code

FILE = Path(__file__).resolve().parents[2] / "ui" / "search" / "words_by_code.json"


class Shipped(TypedDict):
    """name: words that stand in the official name, small letters; words: what people say."""

    name: str
    words: list[str]


@cache
def shipped() -> Mapping[str, Shipped]:
    """Everything that is shipped, by national code."""
    read: dict[str, Shipped] = json.loads(FILE.read_text("utf-8"))
    return read


def words_of(official: str | None, name: str) -> tuple[str, ...]:
    """What people call the procedure of a national code, if its name is the one meant."""
    procedure = shipped().get(national_code(official) or "")
    return tuple(procedure["words"]) if procedure and procedure["name"] in name.lower() else ()
