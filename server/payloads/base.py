"""What every payload is made of: strict models in which an unknown key is an error."""

import re
from collections.abc import Iterable
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from domain.languages import CODE

RequestId = Annotated[
    str,
    Field(
        pattern=r"^[A-Za-z0-9_-]{8,64}$",
        description="Made once per press; the same id gets the same answer.",
    ),
]
Code = Annotated[str, Field(min_length=1, max_length=40)]
Reason = Annotated[str, Field(min_length=1, max_length=40)]
Counter = Annotated[int | str, Field(description="A counter's number, or the id of a desk.")]

#: half a surrogate pair fits no file, and a zero byte no text of PostgreSQL
NOT_TEXT = re.compile("[\0\ud800-\udfff]")
#: pydantic's kinds of mistake, in the codes of the language files
PROBLEMS = {
    "missing": "missing",
    "extra_forbidden": "unknown",
    "string_type": "text",
    "int_type": "whole_number",
    "int_from_float": "whole_number",
    "float_type": "number",
    "bool_type": "yes_no",
    "list_type": "list",
    "dict_type": "object",
    "model_type": "object",
    "model_attributes_type": "object",
    "string_too_long": "long",
    "string_too_short": "short",
    "too_long": "many",
    "too_short": "few",
    "string_pattern_mismatch": "form",
    "greater_than_equal": "at_least",
    "less_than_equal": "at_most",
    "literal_error": "one_of",
}


class LengthOnly:
    """Marks a text of which only its length goes into the fingerprint of a press: a hash of a short
    text can be guessed, and what it says may be personal.
    """


class BadPayload(Exception):
    """The payload is not of the documented form; `key` says where,
    `problem` what is wrong with it: a code of the language files' `problems`, filled by `params`,
    or words as they are.
    """

    def __init__(self, key: str, problem: str = "", **params: Any) -> None:
        super().__init__(f"{key}: {problem}")
        self.key, self.problem, self.params = key, problem, params


class Press(BaseModel):
    """A verb that needs nothing but its request id."""

    model_config = ConfigDict(extra="forbid", strict=True)
    request_id: RequestId


class Wish(Press):
    """What a number is wanted for: a field, or a service (which names its field)."""

    field: Code | None = None
    service: Code | None = None
    priority: Code | None = None
    lang: Annotated[str, Field(pattern=rf"^{CODE}$")] | None = None

    @model_validator(mode="after")
    def _one_of_them(self) -> Self:
        if self.field is None and self.service is None:
            raise ValueError("field_or_service")
        return self


class WithReason(Press):
    """A verb that may say why."""

    reason: Reason | None = None


class Empty(BaseModel):
    """Nothing needs to be said."""

    model_config = ConfigDict(extra="forbid", strict=True)


def read(model: type[BaseModel], content: Any) -> dict[str, Any]:
    """`content` as the model's keyword arguments, keys left out where nothing was said.

    Raises BadPayload.
    """
    if not isinstance(content, dict):
        raise BadPayload("body", "object")
    for key, value in content.items():
        if not (_is_text(key) and _is_text(value)):
            raise BadPayload(str(key)[:40].encode("ascii", "replace").decode())
    try:
        return model.model_validate(content).model_dump(exclude_unset=True)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        params = first.get("ctx", {})
        problem = (
            str(params.pop("error"))
            if first["type"] == "value_error"
            else PROBLEMS.get(first["type"], "")
        )
        raise BadPayload(
            ".".join(str(part) for part in first["loc"]) or "field", problem, **params
        ) from None


def _is_text(value: Any) -> bool:
    """Whether every text in a value can be written down."""
    if isinstance(value, str):
        return NOT_TEXT.search(value) is None
    parts: Iterable[Any] = ()
    if isinstance(value, dict):
        parts = (*value, *value.values())
    elif isinstance(value, list):
        parts = value
    try:
        return all(_is_text(part) for part in parts)
    except RecursionError:
        return False
