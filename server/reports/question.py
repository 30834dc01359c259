"""A question about waits: which days, rows by what. Read once, from whoever asks."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date as Date
from typing import Any

from domain.languages import DEFAULT

from ..texts import languages

BY = (
    "field",
    "official_field",
    "service",
    "half_hour",
    "hour",
    "weekday",
    "day",
    "week",
    "month",
    "quarter",
    "counter",
    "clerk",
    "channel",
    "priority",
    "zone",
)
KEYS = ("from", "to", "by", "charts", "lang", "format", "separator", "decimal")
#: What may part the cells of a CSV file, and its decimals.
SEPARATORS = {"semicolon": ";", "comma": ",", "tab": "\t"}
DECIMALS = {"comma": ",", "point": "."}
#: More days than this are asked for by a typing mistake, not by a manager.
MOST_DAYS = 1100


class BadQuestion(Exception):
    """The question is not of the documented form:

    `key` says where, `problem` what is wrong, as a code of the language files' `problems`, filled
    by `params`.
    """

    def __init__(self, key: str, problem: str, **params: Any) -> None:
        super().__init__(f"{key}: {problem}")
        self.key, self.problem, self.params = key, problem, params


@dataclass(frozen=True, slots=True)
class Question:
    """Service days `first`…`last` (local dates), rows by `by`; `charts` adds the heat map, the
    curves and the last hour.
    """

    first: str
    last: str
    by: str = "field"
    charts: bool = False
    lang: str = DEFAULT
    #: names of SEPARATORS and DECIMALS; None: as the language has it
    separator: str | None = None
    decimal: str | None = None

    @property
    def csv_signs(self) -> tuple[str, str]:
        """What parts the cells of a CSV file, and its decimals."""
        own = languages()[self.lang].facts["csv"]
        return (
            SEPARATORS[self.separator or own["separator"]],
            DECIMALS[self.decimal or own["decimal"]],
        )

    @property
    def days(self) -> int:
        """How many days are asked for."""
        return (Date.fromisoformat(self.last) - Date.fromisoformat(self.first)).days + 1


def ask(query: Mapping[str, str | None], today: str) -> Question:
    """The Question of `query` (text by key: from, to, by, charts, lang, separator,
    decimal).

    Without `to` it ends today; with `to` alone it is that one day.

    `today` is the centre's service day. Raises BadQuestion.
    """
    for key in query:
        if key not in KEYS:
            raise BadQuestion(key, "unknown")
    last = _day("to", query.get("to")) or today
    first = _day("from", query.get("from")) or (last if query.get("to") else today)
    if first > last:
        raise BadQuestion("from", "after_to")
    by = query.get("by") or "field"
    if by not in BY:
        raise BadQuestion("by", "one_of", expected=", ".join(BY))
    lang = query.get("lang") or DEFAULT
    if lang not in languages().for_staff():
        raise BadQuestion("lang", "one_of", expected=", ".join(languages().for_staff()))
    if query.get("charts") not in (None, "", "0", "1"):
        raise BadQuestion("charts", "one_of", expected="0, 1")
    separator = _one_of("separator", query.get("separator"), SEPARATORS)
    decimal = _one_of("decimal", query.get("decimal"), DECIMALS)
    question = Question(first, last, by, query.get("charts") == "1", lang, separator, decimal)
    if len(set(question.csv_signs)) == 1:
        raise BadQuestion("decimal", "like_separator")
    if question.days > MOST_DAYS:
        raise BadQuestion("from", "many_days", most=MOST_DAYS)
    return question


def _one_of(key: str, word: str | None, words: Mapping[str, str]) -> str | None:
    if not word:
        return None
    if word not in words:
        raise BadQuestion(key, "one_of", expected=", ".join(words))
    return word


def _day(key: str, text: str | None) -> str | None:
    if not text:
        return None
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        raise BadQuestion(key, "date")
    try:
        return Date.fromisoformat(text).isoformat()
    except ValueError:
        raise BadQuestion(key, "no_day", day=text) from None
