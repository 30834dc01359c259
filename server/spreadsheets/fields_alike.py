"""Which field of a centre a list may mean by a name it gives: a proposal for somebody to look at.

A national list names its fields more finely than a centre does, with the ministry in brackets:
"Đất đai (Bộ Nông nghiệp và Môi trường)", where the centre says "Đất đai – Nông nghiệp – Môi
trường".
"""

import re
from collections.abc import Iterable, Mapping

from .table import bare

BRACKETS = re.compile(r"\(([^()]*)\)")
#: What parts the subjects of a name; in a ministry's name also "và".
BETWEEN = re.compile(r"\s[–-]\s|[,;:/]")
#: A ministry or its like, in brackets.
MINISTRY = re.compile(r"^(bộ|thanh tra|ủy ban|ban|văn phòng)\b", re.IGNORECASE)
#: Words no subject is made of alone.
COMMON = frozenset({"dang ky", "thu tuc", "quan ly", "hoat dong", "dich vu", "tra ket qua"})


def subjects(names: Iterable[str]) -> set[str]:
    """What names speak of: their parts without marks, the very common ones left out."""
    parts = {bare(part) for name in names for part in BETWEEN.split(name)}
    starts = {part.removeprefix("dang ky ") for part in parts}
    return {part for part in parts | starts if len(part) >= 4} - COMMON


def proposed(name: str, fields: Mapping[str, Iterable[str]]) -> str | None:
    """The field (of `{prefix: its names}`) that a name speaks of: by the name itself, else by the
    ministry after it; the longest subject wins. None where none or several of them fit.
    """
    inside = BRACKETS.findall(name)
    itself = [BRACKETS.sub(" ", name), *(text for text in inside if not MINISTRY.match(text))]
    ministry = [text for text in inside if MINISTRY.match(text)]
    spoken = {prefix: subjects(names) for prefix, names in fields.items()}
    return _of(itself, spoken) or _of(ministry, spoken)


def _of(texts: Iterable[str], spoken: Mapping[str, set[str]]) -> str | None:
    words = [f" {bare(text)} " for text in texts]
    fits = {
        prefix: max((len(s) for s in own if any(f" {s} " in text for text in words)), default=0)
        for prefix, own in spoken.items()
    }
    best = max(fits.values(), default=0)
    winners = [prefix for prefix, length in fits.items() if length == best]
    return winners[0] if best and len(winners) == 1 else None
