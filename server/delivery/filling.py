"""Texts of the centre's document with their {places} filled."""

import json
from collections.abc import Callable, Mapping
from urllib.parse import quote


def filled(text: str, values: Mapping[str, str], write: Callable[[str], str] = str) -> str:
    """A text of the document with its {places} filled; other braces stay as they are."""
    for name, value in values.items():
        text = text.replace(f"{{{name}}}", write(value))
    return text


def in_json(value: str) -> str:
    """A value inside a JSON text."""
    return json.dumps(value, ensure_ascii=False)[1:-1]


def in_form(value: str) -> str:
    """A value in an address or a form."""
    return quote(value, safe="")
