"""Texts by language that staff type for the hall."""

from collections.abc import Iterable

from domain.centre import Centre
from domain.languages import DEFAULT

from .act import Refusal


def only_languages_of(centre: Centre, key: str, texts: Iterable[str]) -> None:
    """Raise Refusal for a text in a language the centre does not have; `key` says where it was."""
    for lang in texts:
        if lang != DEFAULT and lang not in centre.locales:
            expected = ", ".join(centre.locales)
            raise Refusal("bad_request", key=f"{key}.{lang}", problem="one_of", expected=expected)
