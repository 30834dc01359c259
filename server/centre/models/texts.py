"""What citizens read of numbers, bookings and ratings, in the centre's own words: `texts`."""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Annotated, Any, Self

from pydantic import BeforeValidator, model_validator

from domain.languages import DEFAULT

from ...texts import area
from .types import Section, name_of_at_most, refuse, shown_as, unique

#: The areas whose texts a centre may say its own way, and the part of each ("": all of it).
AREAS: Mapping[str, str] = {"booking": "", "phone": "", "notices": "", "display": "rate"}
LONGEST = 400
_PLACE = re.compile(r"\{(\w+)[^}]*\}")


@cache
def texts_of_citizens(lang: str = DEFAULT) -> Mapping[str, str]:
    """`{key: the text that is shipped, in one language}`: "booking.door_gives"."""
    return {
        key: text
        for name, part in AREAS.items()
        for key, text in _leaves(name, area(lang, name))
        if key.startswith(f"{name}.{part}")
    }


def shipped(languages: Iterable[str]) -> list[dict[str, Any]]:
    """`[{key, area, words}]`: every text a centre may say its own way, as it is shipped in these
    languages.
    """
    spoken = {lang: texts_of_citizens(lang) for lang in languages}
    return [
        {
            "key": key,
            "area": key.partition(".")[0],
            "words": {lang: texts[key] for lang, texts in spoken.items() if key in texts},
        }
        for key in texts_of_citizens()
    ]


def _leaves(key: str, texts: Any) -> Iterator[tuple[str, str]]:
    if isinstance(texts, str):
        yield key, texts
    elif isinstance(texts, Mapping):
        for name, below in texts.items():
            yield from _leaves(f"{key}.{name}", below)


@shown_as("code")
def _text_key(value: object) -> object:
    if not isinstance(value, str) or value not in texts_of_citizens():
        refuse("text_key", value=value, areas=", ".join(AREAS))
    return value


TextKey = Annotated[str, BeforeValidator(_text_key), unique("text")]


class OwnText(Section):
    """One text of citizens' pages in the centre's own words; a language left out keeps the text
    that is shipped. Its {places} are those of that text.
    """

    key: TextKey
    words: Annotated[dict[str, str], BeforeValidator(name_of_at_most(LONGEST))]

    @model_validator(mode="after")
    def _places(self) -> Self:
        there = set(_PLACE.findall(texts_of_citizens()[self.key]))
        for words in self.words.values():
            for place in _PLACE.findall(words):
                if place not in there:
                    expected = ", ".join(f"{{{name}}}" for name in sorted(there)) or "–"
                    refuse("text_place", value=f"{{{place}}}", expected=expected)
        return self
