"""What is wrong with a centre's document: a code, where, and what fills its sentence.

Sentences stand in `ui/texts/*/centre.json`; a place is named as people call it ("field A",
"counter 5"), not by its position.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from domain.languages import COMMAND_LINE

from ..texts import area

Path = tuple[str | int, ...]

#: A list's rows are known by this key of theirs.
NAMED: Mapping[str, str] = {
    "fields": "prefix",
    "counters": "number",
    "guidance_desks": "id",
    "services": "code",
    "zones": "id",
    "kiosks": "id",
    "boards": "id",
    "classes": "code",
    "outcomes": "code",
    "break_reasons": "code",
    "park_reasons": "code",
    "jump_reasons": "code",
    "levels": "score",
    "criteria": "code",
    "alerts": "code",
    "arrivals": "from",
    "webhooks": "code",
    "messages": "code",
    "headers": "name",
    "texts": "key",
}
#: What pydantic calls a mistake of form → our code.
_CODES = {
    "missing": "missing",
    "extra_forbidden": "unknown_key",
    "invalid_key": "unknown_key",
    "bool_type": "true_or_false",
    "int_type": "whole_number",
    "float_type": "whole_number",
    "string_type": "text",
    "list_type": "list",
    "dict_type": "section",
    "model_type": "section",
    "model_attributes_type": "section",
    "literal_error": "one_of",
}
_LONGEST = 40


@dataclass(frozen=True, slots=True)
class Mistake:
    """One mistake: `path` leads to it from the document's root, `params` fill the sentence of
    `code`; `line` is its line in the YAML file it came from.
    """

    code: str
    path: Path
    params: Mapping[str, Any] = field(default_factory=dict)
    line: int | None = None

    def at(self, line: int | None) -> "Mistake":
        """The same with its line."""
        return replace(self, line=line)

    def sentence(self, document: object, lang: str = COMMAND_LINE) -> str:
        """What is wrong and the mend, in a language; `document` is what it is in."""
        place, key = place_in_words(self.path, document, lang)
        if not key and "{key}" in area(lang, "centre")["mistakes"][self.code]:
            place, _, key = place.rpartition(": ")
        words = self.words(key, lang)
        return f"{place}: {words}" if place else words

    def words(self, key: str, lang: str) -> str:
        """What is wrong with what is called `key`, and the mend."""
        template = str(area(lang, "centre")["mistakes"][self.code])
        values = {k: _shown(v, k == "value") for k, v in self.params.items()}
        return template.format(**{"key": key, "value": "", **values})


def from_validation(error: ValidationError, model: type[BaseModel]) -> list[Mistake]:
    """The mistakes pydantic found in a document of this model, in the order of the document."""
    mistakes = []
    for row in error.errors(include_url=False):
        path = tuple(step for step in row["loc"] if step != "[key]")
        code, params = _CODES.get(row["type"], row["type"]), dict(row.get("ctx") or {})
        if code == "missing" and len(path) == 1:
            code = "missing_section"
        elif code == "unknown_key":
            params["known"] = ", ".join(_keys_at(model, path[:-1]))
        elif code == "one_of" and "'" in str(params["expected"]):
            params["expected"] = str(params["expected"]).replace("'", "").replace(" or ", ", ")
        params.setdefault("value", None if code == "missing" else row["input"])
        mistakes.append(Mistake(code, path, params))
    return mistakes


def _keys_at(model: type[BaseModel], path: Sequence[str | int]) -> list[str]:
    """The keys a part of the document may hold, found by the path that leads to it."""
    here: Any = model
    for step in path:
        if isinstance(step, int):
            continue
        fields = getattr(here, "model_fields", {})
        fields_here = {info.alias or name: info.annotation for name, info in fields.items()}
        here = model_in(fields_here.get(step))
    return [info.alias or name for name, info in getattr(here, "model_fields", {}).items()]


def model_in(annotation: Any) -> Any:
    """The model inside `X | None` or `list[X]`, if any."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for inner in get_args(annotation):
        model = model_in(inner)
        if model is not None:
            return model
    return None


def place_in_words(path: Path, document: object, lang: str) -> tuple[str, str]:
    """`(place, key)`: where a path leads to as people call it ("counter 5"), and its last key.

    The key of a list's text is the list's; a row has none.
    """
    texts = area(lang, "centre")["places"]
    words: list[str] = []
    here, key = document, ""
    for step in path:
        inner = _step(here, step)
        if isinstance(step, str):
            if key and key != "answers":
                words.append(key)
            key = step
        elif isinstance(inner, dict) or key in NAMED:
            name = inner.get(NAMED.get(key, "")) if isinstance(inner, dict) else None
            shown = f"({step + 1})" if isinstance(name, (bool, type(None))) else str(name)
            if key in texts:
                words = [texts[key].format(name=shown)]
            elif key != "answers":
                words.append(f"{key} {shown}")
            key = ""
        here = inner
    return ": ".join(words), key


def _step(value: object, step: str | int) -> Any:
    if isinstance(value, dict):
        return value.get(step)
    if isinstance(value, list) and isinstance(step, int) and step < len(value):
        return value[step]
    return None


def _shown(value: object, quoted: bool) -> object:
    if not quoted:
        return value
    text = repr(_plain(value))
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def _plain(value: object) -> object:
    """Without the classes that remember a line."""
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    return [_plain(inner) for inner in value] if isinstance(value, list) else value
