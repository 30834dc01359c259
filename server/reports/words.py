"""The words of reports, from the language files, and figures as each language writes them."""

from collections.abc import Mapping
from typing import Any

from ..texts import area


def text(lang: str, key: str) -> Any:
    """The texts of the manager's area below a dotted key."""
    texts: Any = area(lang, "manager")
    for part in key.split("."):
        texts = texts[part]
    return texts


def name_in(lang: str, name: Mapping[str, str] | None) -> str:
    """A {"vi", "en"} name in a language, falling back to Vietnamese."""
    return name.get(lang) or name.get("vi") or "" if name else ""


def count_words(n: int, lang: str) -> str:
    """14935 → "14.935", in English "14,935"."""
    return f"{n:,}" if lang == "en" else f"{n:,}".replace(",", ".")


def decimal_words(value: float, lang: str, digits: int = 1) -> str:
    """19.1 → "19,1", in English "19.1"."""
    written = f"{value:,.{digits}f}"
    return written if lang == "en" else written.translate(str.maketrans(",.", ".,"))


def minutes_of(seconds: float | None) -> float | None:
    """Seconds as minutes with one decimal, half a tenth upward like the page does; None stays
    None.
    """
    return None if seconds is None else int(seconds * 10 / 60 + 0.5) / 10
