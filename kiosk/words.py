"""Texts of the slip and of the kiosk's own answers, from `ui/texts/`, and the small grammar
of counters and waits.
"""

import json
import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from domain.languages import Languages, in_language, languages_of


@lru_cache(maxsize=4)
def languages_in(texts: Path) -> Languages:
    """The languages of a folder of texts, each a folder in it."""
    return languages_of(
        {
            folder.name: {
                file.stem: json.loads(file.read_text("utf-8")) for file in folder.glob("*.json")
            }
            for folder in sorted(texts.iterdir())
            if folder.is_dir()
        }
    )


class Words:
    """The texts of one area in every language; the default one stands in for what a language
    lacks.
    """

    def __init__(self, texts: Path, area: str) -> None:
        self.languages, self._area = languages_in(texts), area

    def say(self, lang: str, key: str, /, **values: Any) -> str:
        """The text under a dotted key, with its {places} filled."""
        text: str = self._under(lang, key)
        return self.languages[lang].fill(text, values) if values else text

    def listed(self, lang: str, key: str) -> list[str]:
        """The texts of a list, as of the weekdays from Monday on."""
        texts: list[str] = self._under(lang, key)
        return texts

    def draft(self, lang: str) -> str:
        """What a language says of itself while texts of it are drafts; "" of a checked one."""
        language = self.languages[lang]
        return clean(language.facts.get("draft", lang)) if language.drafts() else ""

    def _under(self, lang: str, key: str) -> Any:
        node: Any = self.languages.area(lang, self._area)
        for part in key.split("."):
            node = node[part]
        return node


@lru_cache(maxsize=4096)
def clean(text: str, longest: int = 200) -> str:
    """Text fit for paper: composed letters, one line, no control, format or unassigned
    characters but the joiners and breaks some scripts are written with.
    """
    text = unicodedata.normalize("NFC", str(text))
    kept = "".join(
        " " if c in "\t\r\n" else c
        for c in text
        if c in "\t\r\n\u200b\u200c\u200d" or unicodedata.category(c)[0] != "C"
    )
    return re.sub(r" +", " ", kept).strip()[:longest]


def plain(text: str) -> str:
    """ASCII letters only, for a printer that cannot draw: "Hộ tịch" becomes "Ho tich"."""
    folded = (
        unicodedata.normalize("NFD", clean(text))
        .replace("đ", "d")
        .replace("Đ", "D")
        .replace("–", "-")
    )
    return "".join(c for c in folded if " " <= c <= "~")


def named(names: Mapping[str, str] | None, lang: str) -> str:
    """A name in the language wanted, else in the default one."""
    return clean(in_language(names, lang))


def main_and_rest(name: str) -> tuple[str, str]:
    """ "Chứng thực (sao y, chữ ký)" → ("Chứng thực", "sao y, chữ ký")."""
    parts = re.fullmatch(r"\s*(.*?)\s*\((.*)\)\s*", name)
    return (parts.group(1), parts.group(2)) if parts else (name, "")


def zone_short(name: str) -> str:
    """ "Khu 2 – Đất đai, xây dựng" → "Khu 2": on paper the place, not what is done there."""
    return name.split(" – ")[0]


def counters(words: Words, lang: str, numbers: list[Any]) -> str:
    """ "Quầy 3", "Quầy 9 hoặc 10", "Quầy 2 đến 5", "Quầy 1, 4 hoặc 17 đến 26".

    A desk's id stands as it is.
    """
    if not all(isinstance(n, int) for n in numbers):
        return ", ".join(str(n) for n in numbers)
    runs: list[list[int]] = []
    for n in numbers:
        runs[-1].append(n) if runs and n == runs[-1][-1] + 1 else runs.append([n])
    parts = [
        p
        for run in runs
        for p in (
            [words.say(lang, "counter.run", first=run[0], last=run[-1])]
            if len(run) > 2
            else map(str, run)
        )
    ]
    if len(parts) > 1:
        return words.say(lang, "counter.some", list=", ".join(parts[:-1]), last=parts[-1])
    if len(numbers) > 1:
        return words.say(lang, "counter.row", first=numbers[0], last=numbers[-1])
    return words.say(lang, "counter.one", n=numbers[0])


def minutes(words: Words, lang: str, estimate: Mapping[str, int]) -> str:
    """An honest range: "15–25 phút", "dưới 10 phút"."""
    if estimate["low"] <= 0:
        return words.say(lang, "wait.under", high=max(5, estimate["high"]))
    return words.say(lang, "wait.range", low=estimate["low"], high=estimate["high"])
