"""A question about waits: which days, rows by what. Read once, from whoever asks."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date as Date
from typing import Any

BY = ("field", "service", "hour", "weekday", "counter", "clerk", "day")
LANGUAGES = ("vi", "en")
KEYS = ("from", "to", "by", "charts", "lang", "format")
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
    lang: str = "vi"

    @property
    def days(self) -> int:
        """How many days are asked for."""
        return (Date.fromisoformat(self.last) - Date.fromisoformat(self.first)).days + 1


def ask(query: Mapping[str, str | None], today: str) -> Question:
    """The Question of `query` (text by key: from, to, by, charts, lang).

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
    lang = query.get("lang") or "vi"
    if lang not in LANGUAGES:
        raise BadQuestion("lang", "one_of", expected=", ".join(LANGUAGES))
    if query.get("charts") not in (None, "", "0", "1"):
        raise BadQuestion("charts", "one_of", expected="0, 1")
    question = Question(first, last, by, query.get("charts") == "1", lang)
    if question.days > MOST_DAYS:
        raise BadQuestion("from", "many_days", most=MOST_DAYS)
    return question


def _day(key: str, text: str | None) -> str | None:
    if not text:
        return None
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        raise BadQuestion(key, "date")
    try:
        return Date.fromisoformat(text).isoformat()
    except ValueError:
        raise BadQuestion(key, "no_day", day=text) from None
