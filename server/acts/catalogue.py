"""The list of procedures, which travels once: a snapshot names its version and where it is read.

Shapes: docs/catalogue.md.
"""

import gzip
import hashlib
import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypedDict

from domain.centre import Centre, Service

#: How hard the list is packed: 1,200 procedures, 420 KB, become 46 KB in 14 ms, once a version.
PACKED = 6

Row = dict[str, Any]


class CatalogueAt(TypedDict):
    """The list of procedures in a snapshot: which version holds, and where it is read."""

    version: str
    url: str


@dataclass(frozen=True)
class Catalogue:
    """The procedures of a centre as they travel.

    version: of the content, the same wherever and whenever it is made. body: the JSON as UTF-8.
    """

    centre: str
    version: str
    body: bytes

    @cached_property
    def packed(self) -> bytes:
        """The body as gzip."""
        return gzip.compress(self.body, PACKED, mtime=0)

    @property
    def at(self) -> CatalogueAt:
        """What a snapshot says of it."""
        return {
            "version": self.version,
            "url": f"/api/v1/{self.centre}/catalogue?version={self.version}",
        }


class Catalogues:
    """The list of each centre, made once for as long as neither the list nor the counts change.

    `asked_of(centre)` tells how often each procedure was asked for lately: the same mapping for as
    long as nothing was counted anew.
    """

    def __init__(self, asked_of: Callable[[str], Mapping[str, int]]) -> None:
        self._asked_of = asked_of
        self._lock = threading.Lock()
        self._made: dict[str, tuple[Mapping[str, Service], Mapping[str, int], Catalogue]] = {}

    def of(self, centre: Centre) -> Catalogue:
        """The list of a centre."""
        asked = self._asked_of(centre.code)
        made = self._made.get(centre.code)
        if made is None or made[0] is not centre.services or made[1] is not asked:
            with self._lock:
                made = centre.services, asked, catalogue(centre, asked)
                self._made[centre.code] = made
        return made[2]


def catalogue(centre: Centre, asked: Mapping[str, int]) -> Catalogue:
    """The list of a centre, in the order of its document; `asked` as in Catalogues."""
    rows = [procedure(service, asked.get(service.code, 0)) for service in centre.services.values()]
    text = json.dumps(rows, ensure_ascii=False, separators=(",", ":"))
    version = hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:16]
    body = f'{{"ok":true,"version":"{version}","services":{text}}}'
    return Catalogue(centre.code, version, body.encode("utf-8", "replace"))


def procedure(service: Service, asked: int = 0) -> Row:
    """A procedure as screens list and find it; what the document leaves out is left out."""
    row: Row = {
        "code": service.code,
        "fields": service.fields,
        "name": service.name,
        "official": service.official,
        "short": service.short,
        "group": service.group,
        "words": service.words,
        "papers": service.papers,
        "fee": service.fee,
        "days": service.days,
        "level": service.level,
        "valid_from": service.valid_from,
        "valid_until": service.valid_until,
        "hidden": service.hidden,
        "pinned": service.pinned,
        "asked": asked,
    }
    return {key: value for key, value in row.items() if value or (key == "days" and value == 0)}
