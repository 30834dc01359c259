"""What is told of a list: a code, the row it is about, and what fills its sentence
(`ui/texts/*/spreadsheet.json`).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from domain.languages import COMMAND_LINE

from ..texts import area


@dataclass(frozen=True, slots=True)
class Note:
    """One thing told of a list. `row` as the spreadsheet numbers it, None for the whole list;
    `refuses`: with it nothing of the list is taken.
    """

    code: str
    row: int | None = None
    params: Mapping[str, Any] = field(default_factory=dict)
    refuses: bool = False

    def sentence(self, lang: str = COMMAND_LINE) -> str:
        """It in words, with the mend."""
        texts = area(lang, "spreadsheet")
        words = str(texts["notes"][self.code]).format(**self.params)
        return words if self.row is None else f"{texts['row'].format(n=self.row)}: {words}"


def sentences_of(notes: Iterable[Note], lang: str = COMMAND_LINE) -> list[str]:
    """Notes as lines; what is to be said of many rows in the same words is said once."""
    rows: dict[str, list[int]] = {}
    for note in notes:
        rows.setdefault(replace(note, row=None).sentence(lang), []).append(note.row or 0)
    texts = area(lang, "spreadsheet")
    lines = []
    for words, numbers in rows.items():
        if len(numbers) > 1:
            lines.append(f"{texts['rows'].format(list=_some(numbers))}: {words}")
        elif numbers[0]:
            lines.append(f"{texts['row'].format(n=numbers[0])}: {words}")
        else:
            lines.append(words)
    return lines


def _some(rows: Sequence[int], most: int = 5) -> str:
    places = ", ".join(map(str, rows[:most]))
    return f"{places}, … ({len(rows)})" if len(rows) > most else places


class ListFault(Exception):
    """The list cannot be read; `notes` say why, with rows."""

    def __init__(self, *notes: Note) -> None:
        super().__init__("; ".join(note.sentence() for note in notes))
        self.notes = notes
