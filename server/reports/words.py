"""The words of reports, from the language files, and figures as each language writes them."""

from collections.abc import Mapping
from datetime import date as Date
from typing import Any

from domain.languages import in_language

from ..texts import area, languages


def text(lang: str, key: str) -> Any:
    """The texts of the manager's area below a dotted key."""
    texts: Any = area(lang, "manager")
    for part in key.split("."):
        texts = texts[part]
    return texts


def name_in(lang: str, name: Mapping[str, str] | None) -> str:
    """A text by language in one of them, falling back to the default one."""
    return in_language(name, lang)


def count_words(n: int, lang: str) -> str:
    """14935 → "14.935", in English "14,935"."""
    return languages()[lang].whole(n)


def decimal_words(value: float, lang: str, digits: int = 1) -> str:
    """19.1 → "19,1", in English "19.1"."""
    return languages()[lang].decimal(value, digits)


def date_form(lang: str, which: str) -> str:
    """How a date is written, as `strftime` reads it: "full" with its year, "day" without."""
    form: str = languages()[lang].facts["dates"][which]
    return form


def figure_words(value: float | None, lang: str) -> str:
    """A figure with at most one decimal; "–" for none, and a true minus."""
    if value is None:
        return "–"
    whole = value == int(value)
    written = count_words(int(value), lang) if whole else decimal_words(value, lang)
    return written.replace("-", "−")


def date_words(day: str, lang: str) -> str:
    """ "2026-11-23" → "23/11/2026", as the language writes a date."""
    return Date.fromisoformat(day).strftime(date_form(lang, "full"))


def minutes_of(seconds: float | None) -> float | None:
    """Seconds as minutes with one decimal, half a tenth upward like the page does; None stays
    None.
    """
    return None if seconds is None else int(seconds * 10 / 60 + 0.5) / 10
