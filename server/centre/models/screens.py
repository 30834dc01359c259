"""What screens and kiosks show: `displays`, `slip`, `wizard`."""

import re
from collections.abc import Mapping
from typing import Annotated, Any, Self

from pydantic import BeforeValidator, Field, ValidationError, field_validator, model_validator

from domain import displays
from domain.languages import DEFAULT
from domain.slip import LINES

from ...texts import languages
from ..mistakes import Mistake, from_validation
from .types import (
    FieldRef,
    Id,
    Name,
    Names,
    Section,
    ServiceRef,
    SlipText,
    Text,
    ZoneRef,
    one_of,
    refuse,
    shown_as,
    unique,
)


@shown_as("text", offered=[], closed=True)
def _languages_of_screen(value: object) -> object:
    """One language, or two with a comma between."""
    if not isinstance(value, str) or not re.fullmatch(displays.LANGUAGES_OF_SCREEN, value):
        refuse("one_of", value=value, expected=", ".join(languages()))
    if any(code not in languages() for code in value.split(",")):
        refuse("one_of", value=value, expected=", ".join(languages()))
    return value


LanguagesOfScreen = Annotated[str, BeforeValidator(_languages_of_screen)]


class ScreenSettings(Section):
    """What may be set for a screen; what is left out is as the centre's file, or as usual."""

    layout: Annotated[str, one_of(*displays.LAYOUTS)] | None = None
    orientation: Annotated[str, one_of(*displays.ORIENTATIONS)] | None = None
    theme: Annotated[str, one_of(*displays.THEMES)] | None = None
    lang: LanguagesOfScreen | None = None
    arrow: Annotated[str, one_of(*displays.ARROWS)] | None = None
    sound: bool | None = None
    quiet: bool | None = None
    media: list[Annotated[str, one_of(*displays.KINDS)]] | None = None


def setting_mistakes(settings: Mapping[str, Any]) -> list[Mistake]:
    """What is wrong with the settings an administrator gives one screen."""
    try:
        ScreenSettings.model_validate(dict(settings), context=Names(set(), set(), set(), set()))
    except ValidationError as error:
        return from_validation(error, ScreenSettings)
    return []


class Board(ScreenSettings):
    """A board of the hall and what differs there from the usual; docs/display.md draws each
    layout.
    """

    id: Annotated[Id, unique("board")]
    zone: ZoneRef | None = None


class Displays(Section):
    """The screens of the hall."""

    quiet: bool = False
    sign_clerk_name: bool = False
    boards: list[Board] = Field(default_factory=list)
    prepare: dict[FieldRef, Name] = Field(default_factory=dict)


class Slip(Section):
    """What a slip is made of. `logo`: a PNG beside the file; in the stored document its bytes in
    base64, since kiosks get it from the hub.
    """

    logo: Text | None = None
    lines: list[Annotated[str, one_of(*LINES)]] = Field(default_factory=lambda: list(LINES))
    note: SlipText | None = None

    @field_validator("lines", mode="after")
    @classmethod
    def _number_among_them(cls, lines: list[str]) -> list[str]:
        if "number" not in lines or len(set(lines)) != len(lines):
            refuse("slip_lines", lines=", ".join(LINES))
        return lines


class Answer(Section):
    """An answer of the wizard: it leads to a service, to a field, or to the next question."""

    icon: Text | None = None
    name: Name
    service: ServiceRef | None = None
    field: FieldRef | None = None
    ask: Name | None = None
    answers: "list[Answer] | None" = None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        ways = [w for w in ("service", "field", "answers") if getattr(self, w) is not None]
        if not ways:
            refuse("answer_nowhere")
        if len(ways) > 1:
            refuse("answer_ways", ways=", ".join(ways))
        if ways == ["answers"] and self.ask is None:
            refuse("question")
        return self


class Wizard(Section):
    """The kiosk's "help me choose": short questions, at most six answers each and four deep."""

    ask: Name
    answers: list[Answer]

    @model_validator(mode="after")
    def _short(self) -> Self:
        _measure(self.ask[DEFAULT], self.answers, 1)
        return self


def _measure(ask: str, answers: list[Answer], depth: int) -> None:
    if not 1 <= len(answers) <= 6 or depth > 4:
        refuse("wizard_size", ask=ask, answers=len(answers), depth=depth)
    for answer in answers:
        if answer.answers is not None and answer.ask is not None:
            _measure(answer.ask[DEFAULT], answer.answers, depth + 1)
