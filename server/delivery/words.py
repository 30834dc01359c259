"""The sentences of notices, in the language of whoever gave the contact."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from domain.languages import DEFAULT, in_language

from ..centre.models import CentreDocument
from ..texts import filled_in, languages, own_area

_PLACE = re.compile(r"\{(\w+)")


def sentence(
    document: CentreDocument, kind: str, lang: str, data: Mapping[str, Any]
) -> tuple[str, str]:
    """`(title, body)` of a notice. A figure it lacks stays empty; a key in `_at` is told as day and
    time of the centre.
    """
    lang = lang if lang in languages() else DEFAULT
    texts = own_area(document.own_texts(), lang, "notices")["notices"][kind]
    zone = ZoneInfo(document.site.timezone)
    values: dict[str, Any] = {"centre": in_language(document.site.name, lang)}
    for name, value in data.items():
        values[name] = _moment(value, zone) if name.endswith("_at") else value
    for place in _PLACE.findall(texts["title"] + texts["body"]):
        values.setdefault(place, "")
    return filled_in(texts["title"], values, lang), filled_in(texts["body"], values, lang)


def buttons(document: CentreDocument, lang: str) -> Mapping[str, str]:
    """The words of what can be done with a notice, by name."""
    lang = lang if lang in languages() else DEFAULT
    words: Mapping[str, str] = own_area(document.own_texts(), lang, "notices")["buttons"]
    return words


def _moment(at: object, zone: ZoneInfo) -> str:
    if not isinstance(at, int):
        return ""
    there = datetime.fromtimestamp(at / 1000, zone)
    return f"{there:%H:%M} {there.day}/{there.month}/{there.year}"
