"""Finished answers over days that are over, kept in the process that gave them: a year's figures
are counted once, and given again until something comes in about one of its days.

Nothing is believed for a while: each time the journals since are asked. Kept are only answers made
of folds alone (`LongReading.settled`).
"""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from ..store import people
from ..store import rollups as kept
from ..store.engine import Store

#: So many, none larger than this (a year by day has some 600 kB).
MOST_KEPT = 32
LARGEST = 1 << 20
Key = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Basis:
    """What an answer was made of: the service days `first`…`last` of the centres, the journal and
    the document of each as they were (`code → (seq, version)`), and of `only` one what its staff
    was called (a signature is shown with a name).
    """

    first: str
    last: str
    only: str | None
    centres: Mapping[str, tuple[int, int]]
    staff: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Kept:
    basis: Basis
    head: Mapping[str, Any]
    #: the body, parted where the seq of the journal stands in it
    parts: tuple[bytes, ...]


def basis_of(store: Store, first: str, last: str, only: str | None) -> Basis:
    """What an answer of this moment is made of; of all centres, or of `only` one."""
    with store.read() as conn:
        staff = people.full_names(conn, only) if only is not None else {}
        return Basis(first, last, only, kept.states(conn, only), staff)


class KeptAnswers:
    """The newest answers by question."""

    def __init__(self) -> None:
        self._answers: OrderedDict[Key, _Kept] = OrderedDict()

    def keep(self, key: Key, basis: Basis, head: Mapping[str, Any], body: bytes) -> None:
        """Keep an answer made of `basis`, which was looked at before it was made."""
        parts: tuple[bytes, ...] = (body,)
        if basis.only is not None:
            seq = basis.centres[basis.only][0]
            parts = tuple(body.split(b'"seq":%d,"hash"' % seq))
            if len(parts) != 2:
                return
        if len(body) > LARGEST:
            return
        self._answers[key] = _Kept(basis, head, parts)
        self._answers.move_to_end(key)
        while len(self._answers) > MOST_KEPT:
            self._answers.popitem(last=False)

    def get(self, store: Store, key: Key) -> tuple[Mapping[str, Any], bytes] | None:
        """`(head, body)` as it would be made right now, or None where none is kept that is."""
        answer = self._answers.pop(key, None)
        if answer is None:
            return None
        basis = _of_now(store, answer.basis)
        if basis is None:
            return None
        self._answers[key] = replace(answer, basis=basis)
        if basis.only is None:
            return answer.head, answer.parts[0]
        seq = b'"seq":%d,"hash"' % basis.centres[basis.only][0]
        return answer.head, seq.join(answer.parts)


def _of_now(store: Store, basis: Basis) -> Basis | None:
    """The basis with the journals of now; None where what an answer is made of has changed."""
    with store.read() as conn:
        now = kept.states(conn, basis.only)
        if now == basis.centres and basis.only is None:
            return basis
        if now.keys() != basis.centres.keys():
            return None
        for code, (seq, version) in now.items():
            seq_then, version_then = basis.centres[code]
            if version != version_then or seq < seq_then:
                return None
            days = (basis.first, basis.last)
            if seq > seq_then and kept.reported_since(conn, code, seq_then, *days):
                return None
        if basis.only is not None and people.full_names(conn, basis.only) != basis.staff:
            return None
    return replace(basis, centres=now)
