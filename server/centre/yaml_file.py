"""Reading a centre's file: YAML with line numbers, checked whole, every mistake with its line and
its mend.
"""

import csv
import json
import re
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

import yaml

from domain.languages import COMMAND_LINE

from .logo import INLINE, fault_of, from_base64, in_base64, logo_fault
from .mistakes import Mistake
from .models import CentreDocument, check
from .models.types import is_date


class CentreFileError(Exception):
    """The file cannot be used; `mistakes` are lines "file:line: what is wrong; the mend", `details`
    the same as Mistakes where the file could be read at all.
    """

    def __init__(self, mistakes: Sequence[str], details: Sequence[Mistake] = ()) -> None:
        super().__init__("\n".join(mistakes))
        self.mistakes = list(mistakes)
        self.details = list(details)


class _Lined(dict[Any, Any]):
    """A mapping that knows its line and those of its keys."""

    line = 0
    lines: dict[Any, int]


class _LinedRows(list[Any]):
    """A list that knows its line."""

    line = 0


class _Loader(yaml.SafeLoader):
    """Safe loading that keeps line numbers, refuses a key written twice, and takes for a number
    only what looks like one (YAML 1.1 reads 010 as 8 and 24:30 as 1470).
    """


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in rows if not tag.endswith((":int", ":timestamp"))]
    for first, rows in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:int", re.compile(r"[-+]?(0|[1-9][0-9_]*)$"), list("-+0123456789")
)


def _mapping(loader: _Loader, node: yaml.MappingNode) -> _Lined:
    lines: dict[Any, int] = {}
    for key, _ in node.value:
        if key.value in lines:
            raise yaml.constructor.ConstructorError(
                None, None, f"the key {key.value!r} stands twice", key.start_mark
            )
        lines[key.value] = key.start_mark.line + 1
    mapping = _Lined(loader.construct_mapping(node, deep=True))
    mapping.line, mapping.lines = node.start_mark.line + 1, lines
    return mapping


def _sequence(loader: _Loader, node: yaml.SequenceNode) -> _LinedRows:
    rows = _LinedRows(loader.construct_sequence(node, deep=True))
    rows.line = node.start_mark.line + 1
    return rows


_Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)
_Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_SEQUENCE_TAG, _sequence)


def read_centre(path: str | Path, lang: str = COMMAND_LINE) -> CentreDocument:
    """The document of a centre's file, with the logo and the holidays that lie beside it.

    Raises CentreFileError naming file, line and mend, in this language.
    """
    path = Path(path)
    content = _parsed(path)
    document, mistakes = check(content)
    if document is not None and document.slip is not None and document.slip.logo is not None:
        logo = document.slip.logo
        if logo.startswith(INLINE):
            fault = fault_of(from_base64(logo.removeprefix(INLINE)))
        else:
            fault = logo_fault(path.parent / logo)
        if fault:
            params = {"value": logo[:40], "fault": fault}
            mistakes.append(Mistake("logo", ("slip", "logo"), params))
    if document is None or mistakes:
        located = sorted(
            (mistake.at(line_of(content, mistake)) for mistake in mistakes),
            key=lambda mistake: (mistake.code != "missing_section", mistake.line),
        )
        raise CentreFileError(
            [f"{path}:{m.line}: {m.sentence(content, lang)}" for m in located], located
        )
    return _with_what_lies_beside(document, path)


def _parsed(path: Path) -> object:
    try:
        return cast(object, yaml.load(path.read_text("utf-8"), _Loader))  # noqa: S506 - a SafeLoader
    except OSError as error:
        raise CentreFileError(
            [f"{path}: cannot be read ({error.strerror}); check the name"]
        ) from None
    except UnicodeDecodeError:
        raise CentreFileError([f"{path}: is not UTF-8; save it as UTF-8"]) from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise CentreFileError(
            [
                f"{path}:{mark.line + 1 if mark else 1}: {getattr(error, 'problem', error)}; mend"
                " the YAML there"
            ]
        ) from None


def line_of(content: object, mistake: Mistake) -> int:
    """The line of what a mistake's path leads to, or of the nearest part around it."""
    here, line = content, getattr(content, "line", 1)
    for step in mistake.path:
        if isinstance(here, _Lined):
            line = here.lines.get(step, here.line)
            here = here.get(step)
        elif isinstance(here, list) and isinstance(step, int) and step < len(here):
            here = here[step]
        else:
            break
        line = getattr(here, "line", 0) or line
    return max(line, 1)


def _with_what_lies_beside(document: CentreDocument, path: Path) -> CentreDocument:
    file_parts: dict[str, object] = {
        "holidays": sorted({*document.holidays, *_holidays(path, document.hours.holidays_file)})
    }
    if document.slip is not None and document.slip.logo is not None:
        written = document.slip.logo
        inline = written.removeprefix(INLINE) if written.startswith(INLINE) else None
        logo = inline or in_base64(path.parent / written)
        file_parts["slip"] = document.slip.model_copy(update={"logo": logo})
    return document.model_copy(update=file_parts)


def _holidays(path: Path, name: str | None) -> list[str]:
    """The dates in the holidays file beside the centre's; the file may be absent (then there are
    none).
    """
    file = path.parent / name if name else None
    if file is None or not file.exists():
        return []
    try:
        lines = file.read_text("utf-8-sig").splitlines()
    except UnicodeDecodeError:
        raise CentreFileError([f"{file}: is not UTF-8; save it as UTF-8"]) from None
    except OSError as error:
        raise CentreFileError(
            [f"{file}: cannot be read ({error.strerror}); check the name in hours: holidays_file"]
        ) from None
    dates = []
    for number, row in enumerate(csv.reader(lines), 1):
        if not row or row[0].startswith("#") or row[0] == "date":
            continue
        if not is_date(row[0].strip()):
            raise CentreFileError([f"{file}:{number}: {row[0]!r} is not a date; write 2026-09-02"])
        dates.append(row[0].strip())
    return dates


def written(document: CentreDocument) -> str:
    """The document as a file of its own: read again, it is the same document. Comments are not
    kept.
    """
    plain = document.plain()
    slip = plain.get("slip") or {}
    if slip.get("logo"):
        plain["slip"] = {**slip, "logo": INLINE + slip["logo"]}
    text: str = yaml.safe_dump(plain, allow_unicode=True, sort_keys=False, width=100)
    return text


def read_plain(path: str | Path) -> dict[str, Any]:
    """A file that is a part of a centre's document, unchecked, as plain data. Raises
    CentreFileError where it cannot be read, or holds no sections.
    """
    content = _parsed(Path(path))
    if not isinstance(content, dict):
        raise CentreFileError([f"{path}:1: {Mistake('no_sections', ()).sentence({})}"])
    plain: dict[str, Any] = json.loads(json.dumps(content))
    return plain


def read_text(text: str, lang: str = COMMAND_LINE) -> CentreDocument:
    """The document of a file's text, with nothing beside it. Raises CentreFileError."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "centre.yaml"
        file.write_text(text, "utf-8")
        return read_centre(file, lang)
