"""Finding a procedure by a few words, whatever the accents; for pages that have no script."""

import unicodedata
from collections.abc import Iterable, Sequence

from .centre import Service


def plain(text: str) -> str:
    """Lower case without accents: "Sổ đỏ" → "so do"."""
    split = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return "".join(letter for letter in split if not unicodedata.combining(letter))


def matching(services: Iterable[Service], words: str, most: int = 20) -> Sequence[Service]:
    """The services in whose names or people's words each of `words` begins a word; those people
    call so first, then shorter names.
    """
    wanted = plain(words).split()
    if not wanted:
        return ()
    ranked = []
    for service in services:
        if service.hidden:
            continue
        own = plain(" ".join((*service.words, *(service.short or {}).values())))
        whole = f" {own} {plain(' '.join((*service.name.values(), service.official or '')))}"
        if all(f" {word}" in whole for word in wanted):
            close = all(f" {word}" in f" {own}" for word in wanted)
            ranked.append((not close, not service.pinned, len(whole), service.code, service))
    ranked.sort(key=lambda row: row[:4])
    return [row[-1] for row in ranked[:most]]
