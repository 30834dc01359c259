"""How a call is said, as data: one file per language, `ui/texts/CODE/calls.json`.

A new language, dialect or wording is a new entry there, not new code.

A key names one recorded clip of a voice pack; keys are ASCII. What each part means:
clips: key → the words read out · digits: 0–9 one by one · letters: prefix letter → key (default: L_
and the letter)
small: numbers with a word of their own · tens: tens digit → keys · after_ten, after_tens: units
that change their form there
hundreds, thousands: those with forms of their own, digit → keys · ten_after: ten after hundreds ·
gap: said for hundreds that are left out
hundred, thousand, lone: keys (lone: before a unit alone after the hundreds), by dialect where
dialects differ
zero_hundreds: say "no hundred" after the thousands · call: wording → phrase · place: kind of
counter → phrases before a figure and before a letter, null for none · after_place: the same, after
them · after_number: phrase after the number, if any
desks, after_desk: id of a desk without its figure → phrase · again, last: before a repeated and a
last call · speaker: how espeak-ng is asked to make a stand-in · shipped_pack: a pack comes along
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from domain.languages import default_first

FOLDER = Path(__file__).resolve().parents[1] / "ui" / "texts"
#: What is counted by is written as text in JSON.
_COUNTED = ("small", "tens", "after_ten", "after_tens", "hundreds", "thousands")
#: What a language may leave out.
_OPTIONAL = ("hundreds", "thousands", "after_place", "after_desk")


def grammar(parts: Mapping[str, Any]) -> dict[str, Any]:
    """A grammar out of its file."""
    made: dict[str, Any] = {**{part: {} for part in _OPTIONAL}, **parts}
    for part in _COUNTED:
        made[part] = {int(n): keys for n, keys in made[part].items()}
    return made


def _read() -> dict[str, dict[str, Any]]:
    files = {file.parent.name: file for file in sorted(FOLDER.glob("*/calls.json"))}
    return {
        code: grammar(json.loads(files[code].read_text("utf-8"))) for code in default_first(files)
    }


def _phrases(code: str) -> dict[str, str]:
    """`{phrase_01: sentence}` of a language's phrase sheet; a sentence with a figure to be filled
    in is shown, never played.
    """
    file = FOLDER / code / "phrases.json"
    sentences = json.loads(file.read_text("utf-8"))["sentences"] if file.is_file() else []
    return {
        f"phrase_{n:02d}": sentence
        for n, sentence in enumerate(sentences, 1)
        if "{" not in sentence
    }


GRAMMARS: dict[str, dict[str, Any]] = _read()
#: language → what a pack of it may hold beside the words of calls, key → words
PHRASES: dict[str, dict[str, str]] = {code: _phrases(code) for code in GRAMMARS}
#: language → its pack, of those that come along
SHIPPED_PACKS = {code: code for code, parts in GRAMMARS.items() if parts.get("shipped_pack")}
#: What the words differ by in some languages, the usual one first.
DIALECTS = sorted(
    {
        dialect
        for parts in GRAMMARS.values()
        for part in ("thousand", "lone")
        if isinstance(parts[part], dict)
        for dialect in parts[part]
    },
    reverse=True,
)
