"""What fields, services, counters and clerks were called, and when the centre was open, at the time
a report tells of: from the documents that were in force then.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import NamedTuple

from domain.centre import Centre, Name
from domain.languages import DEFAULT

from ..centre import in_force
from ..store import centres, people
from ..store.centres import Connection

#: What has names of its own; all else a report is asked by is called the same for ever.
NAMED = ("field", "service", "counter", "clerk", "priority", "zone")


class Called(NamedTuple):
    """A name and until when it held (ms); None: it holds still."""

    name: Name | None
    until: int | None


@dataclass(frozen=True)
class History:
    """The documents of a centre, `(at, version, JSON)` oldest first, and the earlier full names of
    its staff as `{id: [(until, name), …]}` beside those of now.
    """

    documents: Sequence[tuple[int, int, str]]
    names: Mapping[str, str]
    earlier_names: Mapping[str, Sequence[tuple[int, str]]]
    #: number of a document → its Centre. Asked for with every wait, a document of some hundred
    #: kilobytes is no key to find it by.
    _centres: dict[int, Centre] = field(default_factory=dict, init=False, repr=False, compare=False)

    @classmethod
    def of(cls, conn: Connection, centre: str) -> "History":
        """What is kept of a centre."""
        return cls(
            centres.documents(conn, centre),
            people.full_names(conn, centre),
            people.earlier_names(conn, centre),
        )

    def at(self, moment: int) -> Centre:
        """The centre as it was at a moment (ms); before the first document kept, as that says."""
        return self._centre(self._number_at(moment))

    def names_of(self, by: str, key: str, first: int, last: int) -> list[Called]:
        """What a key was called from `first` to `last` (ms), oldest first; a name ends where
        another took its place, and one that was removed goes on being called what it was.
        """
        if by == "clerk":
            return self._names_of_clerk(key, first, last)
        begin, end = self._number_at(first), self._number_at(last)
        names: list[tuple[int, Name]] = []
        for n in range(begin, end + 1):
            name = _name(self._centre(n), by, key)
            if name is not None and (not names or names[-1][1].get(DEFAULT) != name.get(DEFAULT)):
                names.append((self.documents[n - 1][0], name))
        if not names:
            return [Called(self._name_nearby(by, key, begin), None)]
        untils: list[int | None] = [since for since, _ in names[1:]]
        return [
            Called(name, until) for (_, name), until in zip(names, [*untils, None], strict=True)
        ]

    def renamed_between(self, first: int, last: int) -> bool:
        """Whether anything may have got another name after `first`, until `last` (ms)."""
        moments = chain(
            (at for at, _, _ in self.documents),
            (until for names in self.earlier_names.values() for until, _ in names),
        )
        return any(first < moment <= last for moment in moments)

    def official_field(self, service: str | None, field: str | None, at: int) -> Name | None:
        """The field of the national list a procedure was in at a moment; where it had none, or none
        was chosen, the centre's own field `field`.
        """
        begin = self._number_at(at)
        nearby = () if service is None else self._nearby(begin)
        versions = (self._centre(n).services.get(str(service)) for n in nearby)
        procedure = next((version for version in versions if version is not None), None)
        if procedure is not None and procedure.official_field is not None:
            return procedure.official_field
        return (
            None if field is None else self._name_nearby("field", field, begin) or {DEFAULT: field}
        )

    def official_fields(self, first: int, last: int) -> dict[str, Name]:
        """`{name in the default language: names}` of all that `official_field` answers from
        `first` to `last` (ms), in the order of the centre's fields at the end; each field
        before the national ones in it.
        """
        names: dict[str, Name] = {}
        for n in range(self._number_at(last), self._number_at(first) - 1, -1):
            centre = self._centre(n)
            official: dict[str, list[Name]] = defaultdict(list)
            for procedure in centre.services.values():
                if procedure.official_field is not None:
                    official[procedure.field].append(procedure.official_field)
            for prefix, own_field in centre.fields.items():
                for name in (own_field.name, *official[prefix]):
                    names.setdefault(name[DEFAULT], name)
        return names

    def _names_of_clerk(self, key: str, first: int, last: int) -> list[Called]:
        held = [
            Called({DEFAULT: name}, until)
            for until, name in self.earlier_names.get(key, ())
            if first < until <= last
        ]
        later = next((n for until, n in self.earlier_names.get(key, ()) if until > last), None)
        name = later or self.names.get(key)
        return [*held, Called({DEFAULT: name} if name else None, None)]

    def _name_nearby(self, by: str, key: str, before: int) -> Name | None:
        """The newest name from before, else the oldest from after: of a key that no document of the
        time asked for knows.
        """
        names = (_name(self._centre(n), by, key) for n in self._nearby(before))
        return next((name for name in names if name is not None), None)

    def _nearby(self, before: int) -> Iterable[int]:
        """The documents from one back to the oldest, then those after it."""
        return chain(range(before, 0, -1), range(before + 1, len(self.documents) + 1))

    def _number_at(self, moment: int) -> int:
        """Which document was in force at a moment (ms), counted from 1."""
        return max(bisect_right(self.documents, moment, key=lambda kept: kept[0]), 1)

    def _centre(self, n: int) -> Centre:
        if n not in self._centres:
            _, version, document = self.documents[n - 1]
            self._centres[n] = in_force(version, document)
        return self._centres[n]


def _name(centre: Centre, by: str, key: str) -> Name | None:
    """What a document calls a key; {} for a counter without a name; None where it has none."""
    if by == "field" and key in centre.fields:
        return centre.fields[key].name
    if by == "service" and key in centre.services:
        return centre.services[key].name
    if by == "counter" and key in centre.counters:
        return centre.counters[key].name or {}
    if by == "priority" and key in centre.priorities:
        return centre.priorities[key].name
    if by == "zone" and key in centre.zones:
        name: Name = centre.zones[key]["name"]
        return name
    return None
