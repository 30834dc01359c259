"""A procedure: its names, where it is listed, what people call it, what it needs."""

from typing import Annotated, Literal, Self, cast

from pydantic import BeforeValidator, Field, ValidationInfo, field_validator, model_validator

from domain.procedures import CODE, LONGEST_SHORT

from .types import (
    LONGEST_SLIP_TEXT,
    Code,
    Date,
    FieldRef,
    Section,
    name_of_at_most,
    names_of,
    number,
    refuse,
    shown_as,
    unique,
)

#: Official names of the national list have up to 919 letters.
LONGEST_OFFICIAL = 1_000
LONGEST_GROUP, LONGEST_FEE, LONGEST_WORD = 60, 120, 80
LONGEST_OFFICIAL_FIELD = 200
MOST_WORDS, MOST_PAPERS, MOST_FIELDS = 60, 30, 6


@shown_as("texts", most=MOST_WORDS)
def _words(value: object, info: ValidationInfo) -> object:
    if not isinstance(value, list) or not all(
        isinstance(word, str) and word.strip() for word in value
    ):
        refuse("words", value=value)
    if not names_of(info).stored:
        for word in value:
            if len(word) > LONGEST_WORD:
                refuse("long_word", value=word, most=LONGEST_WORD)
        if len(value) > MOST_WORDS:
            refuse("many", value=len(value), most=MOST_WORDS)
    return value


@shown_as("names", most=MOST_PAPERS, longest=LONGEST_SLIP_TEXT)
def _papers(value: object, info: ValidationInfo) -> object:
    """One text, or a list of them."""
    papers = value if isinstance(value, list) else [value]
    if len(papers) > MOST_PAPERS:
        refuse("many", value=len(papers), most=MOST_PAPERS)
    check = name_of_at_most(LONGEST_SLIP_TEXT)
    return [check(paper, info) for paper in papers]


@shown_as("text")
def _official(value: object) -> object:
    if not isinstance(value, str) or not CODE.fullmatch(value):
        refuse("official_code", value=value)
    return value


class Service(Section):
    """A procedure a citizen picks inside a field."""

    code: Annotated[Code, unique("service")]
    official: Annotated[str, BeforeValidator(_official)] | None = None
    field: FieldRef
    also_in: list[FieldRef] = Field(default_factory=list)
    official_field: (
        Annotated[dict[str, str], BeforeValidator(name_of_at_most(LONGEST_OFFICIAL_FIELD))] | None
    ) = None
    group: Annotated[dict[str, str], BeforeValidator(name_of_at_most(LONGEST_GROUP))] | None = None
    name: Annotated[dict[str, str], BeforeValidator(name_of_at_most(LONGEST_OFFICIAL))]
    short: Annotated[dict[str, str], BeforeValidator(name_of_at_most(LONGEST_SHORT))] | None = None
    words: Annotated[list[str], BeforeValidator(_words)] = Field(default_factory=list)
    bring: Annotated[list[dict[str, str]], BeforeValidator(_papers)] = Field(default_factory=list)
    fee: Annotated[dict[str, str], BeforeValidator(name_of_at_most(LONGEST_FEE))] | None = None
    days: Annotated[int | float, number(0, 3_650, whole=False)] | None = None
    level: Literal["full", "part", "info"] | None = None
    valid_from: Date | None = None
    valid_until: Date | None = None
    hidden: bool = False
    pinned: bool = False

    @field_validator("also_in", mode="after")
    @classmethod
    def _each_once(cls, fields: list[str], info: ValidationInfo) -> list[str]:
        first = cast(str | None, info.data.get("field"))
        for prefix in fields:
            if prefix == first or fields.count(prefix) > 1:
                refuse("named_twice", value=prefix)
        if len(fields) >= MOST_FIELDS:
            refuse("many", value=len(fields), most=MOST_FIELDS - 1)
        return fields

    @model_validator(mode="after")
    def _days_in_order(self) -> Self:
        if self.valid_from and self.valid_until and self.valid_from > self.valid_until:
            refuse("valid_days", valid_from=self.valid_from, valid_until=self.valid_until)
        return self
