"""Documents as the database keeps them: written in the newest form, read in any.

A document that was once in force is never refused. Older forms are migrated; what this version no
longer takes (a key that never was a rule, a value out of bounds) is set aside and said.
"""

import json
import logging
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from domain.centre import Centre

from .build import centre_of
from .mistakes import Mistake
from .models import SCHEMA, CentreDocument, check

#: Each round sets one part aside, so a document of any size comes to an end.
MOST_SET_ASIDE = 10_000
_DAYS = ("mon_fri", "mon", "tue", "wed", "thu", "fri", "sat", "sun")


#: Centres kept made, so that a report or another process's act need not make them anew.
KEPT_CENTRES = 256

log = logging.getLogger(__name__)


class UnreadableDocument(Exception):
    """A stored document that holds no centre any more: a section without which nothing works is
    missing or was never one.
    """


def to_store(document: CentreDocument) -> dict[str, Any]:
    """A document as it is stored: what was said, in the newest form."""
    return {**document.plain(), "schema": SCHEMA}


def read_stored(content: Mapping[str, Any]) -> tuple[CentreDocument, list[Mistake]]:
    """A stored document and what was set aside of it. Raises UnreadableDocument."""
    newest = migrated(content)
    aside: list[Mistake] = []
    while len(aside) < MOST_SET_ASIDE:
        document, mistakes = check(newest, stored=True)
        if document is not None:
            return document, aside
        # the deepest first: a row may be sound again without one of its keys
        mistake = max(mistakes, key=lambda mistake_: len(mistake_.path))
        if not _set_aside(newest, mistake):
            raise UnreadableDocument(f"{mistake.path}: {mistake.sentence(newest)}")
        aside.append(mistake)
    raise UnreadableDocument(f"more than {MOST_SET_ASIDE} parts would have to be set aside")


@lru_cache(maxsize=KEPT_CENTRES)
def in_force(version: int, text: str) -> Centre:
    """The Centre of a stored document, given as JSON. Raises UnreadableDocument."""
    document, aside = read_stored(json.loads(text))
    for mistake in aside:
        log.warning(
            "the stored document of %s is read without %s: %s",
            document.code,
            " ".join(map(str, mistake.path)),
            mistake.code,
        )
    return centre_of(document, version)


def migrated(content: Mapping[str, Any]) -> dict[str, Any]:
    """A document in the newest form; the one given is not changed."""
    newest: dict[str, Any] = _copied(content)
    form = newest.get("schema")
    form = form if isinstance(form, int) and not isinstance(form, bool) else 1
    for version in range(max(form, 1), SCHEMA):
        MIGRATIONS[version](newest)
    newest["schema"] = SCHEMA
    return newest


def _from_1(document: dict[str, Any]) -> None:
    """Opening hours end before midnight: "13:00-24:00" was taken and stopped every snapshot."""
    hours: Any = document.get("hours")
    for kind in ("service", "tickets") if isinstance(hours, dict) else ():
        table: Any = hours.get(kind)
        for day in _DAYS if isinstance(table, dict) else ():
            spans: Any = table.get(day)
            if isinstance(spans, list):
                table[day] = [
                    f"{span[:6]}23:59" if isinstance(span, str) and span[5:] == "-24:00" else span
                    for span in spans
                ]


#: form → what makes the next one of it
MIGRATIONS: Mapping[int, Callable[[dict[str, Any]], None]] = {1: _from_1}


def _set_aside(document: dict[str, Any], mistake: Mistake) -> bool:
    """Take out what a mistake's path leads to, or where that is nothing, the part around it."""
    path = list(mistake.path)
    while path:
        *around, last = path
        part: Any = document
        for step in around:
            part = part[step] if _holds(part, step) else None
        if _holds(part, last):
            del part[last]
            return True
        path.pop()
    return False


def _holds(part: Any, step: str | int) -> bool:
    if isinstance(part, dict):
        return step in part
    return isinstance(part, list) and isinstance(step, int) and step < len(part)


def _copied(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _copied(inner) for key, inner in value.items()}
    return [_copied(inner) for inner in value] if isinstance(value, list) else value
