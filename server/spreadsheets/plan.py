"""What a list changes at a centre: a new document beside the one in force, and everything that is
told before anybody says yes.
"""

import copy
import difflib
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from domain.languages import CODE, DEFAULT
from domain.procedures import national_code, official_code

from ..centre import CentreDocument, Mistake, check
from ..centre.changes import changes
from ..centre.models.types import LONGEST_CODE
from .columns import Columns, columns_of
from .fields_alike import proposed
from .notes import Note
from .rows import Row, read_rows, without_field_word
from .table import Table, bare

#: A field that a list names so is left out of the centre's list.
LEFT_OUT = "-"
#: Every field that a list names and the centre does not know; not remembered.
ANY = "*"
#: column of the list → key of the procedure, where a text by language stands
_TEXTS = ("short", "group", "fee")


@dataclass(frozen=True, slots=True)
class Plan:
    """What a list would do. document: None where something refuses it. missing: codes in force that
    the list does not hold; they stay unless they were to be removed.
    """

    columns: Columns
    document: CentreDocument | None
    differences: Sequence[str]
    notes: Sequence[Note]
    missing: Sequence[str]
    count: int

    @property
    def refusals(self) -> list[Note]:
        """Why nothing is taken; empty when the list may come into force."""
        return [note for note in self.notes if note.refuses]


def plan_of(
    table: Table,
    in_force: CentreDocument,
    called: Mapping[str, str] | None = None,
    remove_missing: bool = False,
) -> Plan:
    """What a list changes at a centre. `called`: a field's name in the list → the field's prefix,
    or "-" to leave its procedures out; "*" stands for every name not known. What is said of one
    name is remembered in the document. Raises ListFault when the list cannot be read.
    """
    columns = columns_of(table)
    plain = copy.deepcopy(in_force.plain())
    services: list[dict[str, Any]] = plain.get("services") or []
    official = {code for code in map(code_of, services) if code is not None}
    read = read_rows(table, columns, official)
    columns = read.columns
    fields = _Fields(plain["fields"], called or {}, has_column=any(row.fields for row in read.rows))
    merged = _Merge(services, fields, columns)
    for row in read.rows:
        merged.take(row)
    notes = [*read.notes, *fields.notes(), *merged.notes]
    missing = [s["code"] for s in services if s["code"] not in merged.taken]
    kept = [] if remove_missing else [s for s in services if s["code"] in set(missing)]
    plain["services"] = [*merged.result, *kept]
    document, mistakes = (None, []) if any(n.refuses for n in notes) else check(plain)
    notes += [_of_mistake(mistake, plain, merged.rows) for mistake in mistakes]
    if document is not None and missing:
        notes.append(
            Note(
                "removed" if remove_missing else "missing",
                None,
                {"count": len(missing), "codes": _some(missing)},
            )
        )
    if document is not None:
        without = sum(service.short is None for service in document.services)
        notes += [Note("short_proposed", None, {"count": without})] if without else []
    differences = changes(in_force.whole(), document.whole()) if document is not None else []
    return Plan(columns, document, differences, notes, missing, len(read.rows))


def _of_mistake(mistake: Mistake, plain: Mapping[str, Any], rows: Sequence[int]) -> Note:
    """A mistake of the document that the list would make, with the row it came from."""
    path = mistake.path
    place = path[1] if len(path) > 1 and path[0] == "services" else None
    row = rows[place] if isinstance(place, int) and place < len(rows) else None
    return Note("mistake", row, {"sentence": mistake.sentence(plain)}, refuses=True)


def _some(codes: Sequence[str], most: int = 8) -> str:
    return ", ".join(codes[:most]) + (", …" if len(codes) > most else "")


def code_of(service: Mapping[str, Any]) -> str | None:
    """The official code of a procedure in a document, without the mark of a province."""
    return national_code(official_code(service.get("official"), service["code"]))


class _Fields:
    """The fields of a centre by every name a list may give them."""

    def __init__(
        self, rows: list[dict[str, Any]], called: Mapping[str, str], has_column: bool
    ) -> None:
        self._by_name: dict[str, str] = {}
        self._own_names: dict[str, set[str]] = {}
        self._unknown: dict[str, list[int]] = {}
        self._left_out: Counter[str] = Counter()
        self._by_prefix = {row["prefix"]: row for row in rows}
        for row in rows:
            names = [row["prefix"], *row["name"].values(), *(row.get("short") or {}).values()]
            self._own_names[row["prefix"]] = {bare(name) for name in names}
            for name in [*names, *(row.get("called") or [])]:
                self._by_name.setdefault(bare(name), row["prefix"])
        self._wrong = [
            (n, p) for n, p in called.items() if p != LEFT_OUT and p not in self._by_prefix
        ]
        self._otherwise = called.get(ANY)
        for name, prefix in called.items():
            if name == ANY:
                continue
            self._by_name[bare(name)] = prefix
            field = self._by_prefix.get(prefix)
            if field is not None and name not in (field.get("called") or []):
                field["called"] = [*(field.get("called") or []), name]
        self._one = rows[0]["prefix"] if len(rows) == 1 and not has_column else None

    def of(self, row: Row, before: Sequence[str]) -> list[str] | None:
        """The prefixes of a row's fields, [] where they are left out; those it has now where the
        list says none; None where one is not known.
        """
        if not row.fields:
            return list(before) or ([self._one] if self._one else None)
        matches = [self._find(name, row.row) for name in row.fields]
        if None in matches:
            return None
        return list(dict.fromkeys(prefix for prefix in matches if prefix and prefix != LEFT_OUT))

    def _match(self, name: str) -> str | None:
        forms = (name, without_field_word(name))
        for written in (*forms, *(re.sub(r"\(.*\)", "", form) for form in forms)):
            prefix = self._by_name.get(bare(written))
            if prefix is not None:
                return prefix
        return None

    def _find(self, name: str, row: int) -> str | None:
        prefix = self._match(name)
        if prefix is not None:
            if prefix == LEFT_OUT:
                self._left_out[name] += 1
            return prefix
        if self._otherwise is None:
            self._unknown.setdefault(name, []).append(row)
        elif self._otherwise == LEFT_OUT:
            self._left_out[name] += 1
        return self._otherwise

    def official_of(self, row: Row) -> str | None:
        """The first name a row gives its field that is not the centre's own word for it: that of
        the national list. None where there is none.
        """
        for name in row.fields:
            written = without_field_word(name)
            own_names = self._own_names.get(self._match(name) or self._otherwise or "")
            if own_names is not None and bare(written) not in own_names:
                return written
        return None

    def notes(self) -> list[Note]:
        """What is to be told of the names of fields."""
        wrong = [
            Note(
                "wrong_field",
                None,
                {"name": name, "prefix": prefix, "known": ", ".join(self._by_prefix)},
                refuses=True,
            )
            for name, prefix in self._wrong
        ]
        unknown = [
            Note(
                "unknown_field",
                rows[0],
                {
                    "name": name,
                    "count": len(rows),
                    "near": self._near(name),
                    "proposed": self._proposed(name),
                },
                refuses=True,
            )
            for name, rows in self._unknown.items()
        ]
        left = [Note("left_out", None, {"name": n, "count": c}) for n, c in self._left_out.items()]
        return [*wrong, *unknown, *left]

    def _proposed(self, name: str) -> str | None:
        names = {
            prefix: [*row["name"].values(), *(row.get("short") or {}).values()]
            for prefix, row in self._by_prefix.items()
        }
        return proposed(name, names)

    def _near(self, name: str) -> str:
        if (alike := self._proposed(name)) is not None:
            return alike
        near = difflib.get_close_matches(bare(name), list(self._by_name), 1, 0.5)
        return self._by_name[near[0]] if near else next(iter(self._by_prefix))


class _Merge:
    """The procedures of a centre with those of a list put in their place."""

    def __init__(
        self, services: Sequence[dict[str, Any]], fields: _Fields, columns: Columns
    ) -> None:
        self._fields, self._columns = fields, columns
        self._by_official = {
            code: service for service in services if (code := code_of(service)) is not None
        }
        self._by_code = {service["code"]: service for service in services}
        self._by_name = {bare(service["name"][DEFAULT]): service for service in services}
        self._codes = set(self._by_code)
        self.result: list[dict[str, Any]] = []
        self.rows: list[int] = []
        self.taken: set[str] = set()
        self.notes: list[Note] = []

    def take(self, row: Row) -> None:
        """Put one row of the list in its place."""
        before = self._before(row)
        had = [before["field"], *before.get("also_in", [])] if before else []
        fields = self._fields.of(row, had)
        if fields is None:
            if not row.fields:
                self.notes.append(Note("no_field", row.row, {}, refuses=True))
            return
        if not fields:
            return  # said to be left out
        service = self._made(row, before, fields)
        if service["code"] in self.taken:
            self.notes.append(
                Note(
                    "code_twice",
                    row.row,
                    {"code": service["code"], "first": self.rows[self._place(service["code"])]},
                    refuses=True,
                )
            )
            return
        self.taken.add(service["code"])
        self.result.append(service)
        self.rows.append(row.row)

    def _place(self, code: str) -> int:
        return next(n for n, service in enumerate(self.result) if service["code"] == code)

    def _before(self, row: Row) -> dict[str, Any] | None:
        if row.own is not None and row.own in self._by_code:
            return self._by_code[row.own]
        if row.official is not None:
            kept = self._by_official.get(national_code(row.official) or "")
            if kept is not None:
                return kept
        named = self._by_name.get(bare(row.name))
        # a procedure of the same name with another national code is another one
        if named is None or named["code"] in self.taken or (row.official and code_of(named)):
            return None
        return named

    def _made(
        self, row: Row, before: dict[str, Any] | None, fields: Sequence[str]
    ) -> dict[str, Any]:
        service = copy.deepcopy(before) if before else {"code": self._new_code(row)}
        service["field"] = fields[0]
        _put(service, "also_in", list(fields[1:]))
        if row.official and row.official != service["code"]:
            service["official"] = row.official
        _name(service, "name", DEFAULT, row.name)
        in_list = self._fields.official_of(row)
        if in_list is not None and "official_field" not in self._columns.at:
            _official_field(service, in_list)
        for what, value in row.given.items():
            kind, _, lang = what.rpartition("_")
            if kind in ("name", "short") and re.fullmatch(CODE, lang):
                _name(service, kind, lang, value)
            elif what == "official_field":
                _official_field(service, value)
            elif what in _TEXTS:
                _name(service, what, DEFAULT, value)
            elif what == "papers":
                _papers(service, value)
            else:
                _put(service, what, value)
        return service

    def _new_code(self, row: Row) -> str:
        """The code of a new procedure: the list's, else made of its name."""
        code = row.own or row.official
        if code is None:
            base = (
                bare(row.name)
                .removeprefix("thu tuc ")
                .replace(" ", "-")[: LONGEST_CODE - 4]
                .strip("-")
                or "x"
            )
            code, n = base, 2
            while code in self._codes:
                code, n = f"{base}-{n}", n + 1
        self._codes.add(code)
        return code


def _put(service: dict[str, Any], key: str, value: Any) -> None:
    """A value, or none: what says nothing is not said."""
    if value:
        service[key] = value
    elif key == "days" and value == 0:
        service[key] = 0
    else:
        service.pop(key, None)


def _name(service: dict[str, Any], key: str, lang: str, text: str | None) -> None:
    """One language of a text by language. The name in a language the list leaves empty stays that
    of before only where the Vietnamese did not change.
    """
    named = dict(service.get(key) or {})
    before = named.get(DEFAULT)
    if lang == DEFAULT and text and before not in (None, text):
        for other in named:
            if named[other] == before:
                named[other] = text  # it was only standing in for the other language
    if text:
        named[lang] = text
    else:
        named.pop(lang, None)
    if DEFAULT in named:
        service[key] = named
    else:
        service.pop(key, None)


def _official_field(service: dict[str, Any], name: str | None) -> None:
    """The field of the national list by its Vietnamese name; the same keeps its other languages."""
    if (service.get("official_field") or {}).get(DEFAULT) != name:
        _put(service, "official_field", {DEFAULT: name} if name else None)


def _papers(service: dict[str, Any], papers: Sequence[str] | None) -> None:
    """Papers by their Vietnamese words; those that were there keep their other languages."""
    before = service.get("bring") or []
    before = before if isinstance(before, list) else [before]
    papers_before = {paper[DEFAULT]: paper for paper in before}
    _put(service, "bring", [papers_before.get(paper, {DEFAULT: paper}) for paper in papers or ()])
