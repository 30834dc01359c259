"""The small types a centre's document is made of.

Each refuses by a code of its own (`ui/texts/*/centre.json`, `mistakes`), so that the person who
wrote the file reads one sentence that says the mend, in their language.
"""

import math
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Any, NoReturn, TypeAlias, TypeVar, cast
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    ValidationInfo,
    model_validator,
)
from pydantic_core import PydanticCustomError

from domain.day import SPAN, is_window
from domain.grammars import DIALECTS, GRAMMARS
from domain.languages import CODE, DEFAULT

from ...texts import languages
from ..glyphs import undrawable

#: No code, prefix or id is longer: the journal and the API hold no more.
LONGEST_CODE = 40
#: A text of a slip is at most so long.
LONGEST_SLIP_TEXT = 300
#: How a counter may be called: it stands in addresses and topics, on plates, and is read aloud.
#: A name of figures alone does not begin with 0, since screens show 9 for "09".
COUNTER_NAME = re.compile(r"(?=.{1,6}$)(?!0\d*$)[0-9A-ZĂÂĐÊÔƠƯ]+(?:[.-][0-9A-ZĂÂĐÊÔƠƯ]+)*")
CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
#: What numbers may look like: every screen shows them, the loudspeaker reads them, a kiosk without
#: the hub prints them and whoever types one finds it.
TICKET_FORMAT = re.compile(r"\{prefix\}[-.]?\{n(:0[1-4]d)?\}")
#: Those that are used most, the usual one first.
OFFERED_FORMATS = (
    "{prefix}{n:03d}",
    "{prefix}{n:02d}",
    "{prefix}{n:04d}",
    "{prefix}{n}",
    "{prefix}-{n:03d}",
    "{prefix}.{n:03d}",
)
#: A day ends at night. Later, and a morning's work would be filed under the day before.
LATEST_RESET = "05:00"
_HIDDEN = ("Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp")
#: Zero-width space, non-joiner and joiner: unseen, and part of how some scripts are written.
_JOINERS = "\u200b\u200c\u200d"


@dataclass(slots=True)
class Names:
    """What a document names, gathered before it is checked, so that whoever refers to something
    learns at once whether it is there.

    `languages`: those in which every name has to be given.
    `stored`: the document was in force before, perhaps under an older version; what only a newer
    version refuses is taken as it is.
    """

    zones: set[str]
    fields: set[str]
    services: set[str]
    served: set[str]
    stored: bool = False
    used: dict[str, set[str]] = field(default_factory=dict)
    languages: frozenset[str] = frozenset([DEFAULT])


class Section(BaseModel):
    """A part of the document: its keys and no others; a key left empty says nothing."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _leave_out_what_is_empty(cls, section: Any) -> Any:
        if not isinstance(section, dict):
            return section
        return {key: value for key, value in section.items() if value is not None}


def refuse(code: str, **params: object) -> NoReturn:
    """Refuse a value by a code of `mistakes`, whose sentence these parameters fill."""
    raise PydanticCustomError(cast(Any, code), cast(Any, code), {**params})


def names_of(info: ValidationInfo) -> Names:
    """The names of the document that is being checked."""
    return cast(Names, info.context)


#: A validator → what it takes, as a form shows it (server/centre/form.py): `kind` and its bounds.
KINDS: dict[Callable[..., Any], Mapping[str, Any]] = {}
Check = TypeVar("Check", bound=Callable[..., Any])


def shown_as(kind: str, **more: object) -> Callable[[Check], Check]:
    """Says of a validator what it takes, for whoever fills in a form."""

    def remember(check: Check) -> Check:
        KINDS[check] = {"kind": kind, **more}
        return check

    return remember


# numbers


def number(least: float, most: float = 100_000, whole: bool = True) -> Any:
    """A validator of numbers from `least` to `most`; nan and infinity are no numbers."""

    @shown_as("number", least=least, most=most, whole=whole)
    def check(value: object) -> object:
        if (
            isinstance(value, bool)
            or not isinstance(value, (int, float))
            or not math.isfinite(value)
            or value < least
        ):
            refuse("number_from", value=value, least=least)
        if value > most:
            refuse("number_to", value=value, most=most)
        if whole and value != int(value):
            refuse("whole_number", value=value)
        return int(value) if whole else value

    return BeforeValidator(check)


Count = Annotated[int, number(0)]
Positive = Annotated[int, number(1)]
Minutes = Annotated[int | float, number(0.1, whole=False)]
Share = Annotated[int | float, number(0, 1, whole=False)]


# texts


def _visible(text: str, info: ValidationInfo) -> str:
    """Refuse characters nobody sees, which make blank buttons and names that cannot be found, and
    letters no typeface can draw, which make empty boxes.
    """
    if names_of(info).stored:
        return text
    for at, character in enumerate(text):
        if unicodedata.category(character) not in _HIDDEN or character in "\n\t":
            continue
        if character not in _JOINERS or not _joins(text, at):
            refuse("hidden_character", value=text, character=f"U+{ord(character):04X}")
    letter = undrawable(text)
    if letter is not None:
        name = unicodedata.name(letter, "?")
        refuse("no_glyph", value=text, character=f"{letter} (U+{ord(letter):04X} {name})")
    return text


def _joins(text: str, at: int) -> bool:
    """Whether a joiner stands between two letters of a script that is written with them (Khmer,
    Thai, Arabic, those of India); Vietnamese and English are not.
    """
    around = text[max(0, at - 1) : at] + text[at + 1 : at + 2]
    return len(around) == 2 and all(
        unicodedata.category(letter)[0] in "LM"
        and not unicodedata.name(letter, "").startswith(("LATIN", "COMBINING"))
        for letter in around
    )


@shown_as("text")
def _text(value: object, info: ValidationInfo) -> object:
    if not isinstance(value, str) or not value.strip():
        refuse("text", value=value)
    return _visible(value, info)


Text = Annotated[str, BeforeValidator(_text)]


def _name(longest: int | None) -> Callable[[object, ValidationInfo], object]:
    @shown_as("name", longest=longest)
    def check(value: object, info: ValidationInfo) -> object:
        if not isinstance(value, dict) or not all(
            isinstance(words, str) and words.strip() and isinstance(lang, str)
            for lang, words in value.items()
        ):
            refuse("name", value=value)
        if not names_of(info).languages <= value.keys():
            refuse("name", value=value)
        for words in value.values():
            _visible(words, info)
            if longest and len(words) > longest:
                refuse("long_name", value=words, most=longest)
        return dict(value)

    return check


def name_of_at_most(longest: int) -> Callable[[object, ValidationInfo], object]:
    """A validator of texts by language of at most so many letters each; those but the
    default may be left out: it stands for them. What was in force before is taken whatever its
    length.
    """

    @shown_as("name", longest=longest, english=False)
    def check(value: object, info: ValidationInfo) -> object:
        named = value
        if isinstance(value, dict):
            others = dict.fromkeys(names_of(info).languages, value.get(DEFAULT))
            named = {**others, **value}
        _name(None if names_of(info).stored else longest)(named, info)
        return dict(cast(dict[str, str], value))

    return check


#: A text in the languages of the centre, those at the least that ask for every name.
Name: TypeAlias = Annotated[dict[str, str], BeforeValidator(_name(None))]
SlipText: TypeAlias = Annotated[dict[str, str], BeforeValidator(_name(LONGEST_SLIP_TEXT))]


@shown_as(
    "words_by_language",
    choices_of={code: list(grammar["call"]) for code, grammar in GRAMMARS.items()},
)
def _by_language(value: object, info: ValidationInfo) -> object:
    """One word for the default language, or one for each: of those its grammar has."""
    by_language = value if isinstance(value, dict) else {DEFAULT: value}
    if not all(isinstance(word, str) and word for word in (*by_language, *by_language.values())):
        refuse("wording", value=value)
    for code, word in by_language.items():
        calls = list(GRAMMARS[code]["call"] if code in GRAMMARS else [word])
        if word not in calls and not names_of(info).stored:
            refuse("one_of", value=word, expected=", ".join(calls))
    return value


Wording: TypeAlias = Annotated[Any, BeforeValidator(_by_language)]


@shown_as("text")
def _floor(value: object) -> object:
    """A floor by its number or its name."""
    if isinstance(value, bool) or not isinstance(value, (int, str)):
        refuse("id", value=value)
    return value


Floor: TypeAlias = Annotated[Any, BeforeValidator(_floor)]


@shown_as("name", empty=True)
def _perhaps_unknown(value: object, info: ValidationInfo) -> object:
    """A text by language in which any may be left empty (an address nobody has written yet)."""
    if not isinstance(value, dict) or not all(
        isinstance(lang, str) and (words is None or isinstance(words, str))
        for lang, words in value.items()
    ):
        refuse("name", value=value)
    return {lang: _visible(words, info) for lang, words in value.items() if words}


PartName: TypeAlias = Annotated[dict[str, str], BeforeValidator(_perhaps_unknown)]


@shown_as("name", english=False)
def _vietnamese(value: object, info: ValidationInfo) -> object:
    """A text that has its words in the default language, which stand in for others."""
    words = _perhaps_unknown(value, info)
    if not isinstance(words, dict) or DEFAULT not in words:
        refuse("name", value=value)
    return words


Notice: TypeAlias = Annotated[dict[str, str], BeforeValidator(_vietnamese)]


# codes and what refers to them


@shown_as("code")
def _code(value: object, info: ValidationInfo) -> object:
    if not isinstance(value, str) or not 0 < len(value) <= LONGEST_CODE:
        refuse("code", value=value)
    return _visible(value, info)


@shown_as("code")
def _id(value: object, info: ValidationInfo) -> object:
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return str(value)
    if not isinstance(value, str) or not 0 < len(value) <= LONGEST_CODE:
        refuse("id", value=value)
    return _visible(value, info)


def unique(kind: str) -> Any:
    """A validator of names of which each may stand once in the document; `kind` is the list."""

    def check(value: str, info: ValidationInfo) -> str:
        used = names_of(info).used.setdefault(kind, set())
        if value in used:
            refuse("stands_twice", value=value)
        used.add(value)
        return value

    return AfterValidator(check)


Code = Annotated[str, BeforeValidator(_code)]
Id = Annotated[str, BeforeValidator(_id)]


def one_of(*values: str) -> Any:
    """A validator of one word out of a few."""

    @shown_as("choice", choices=values)
    def check(value: object) -> object:
        if value not in values:
            refuse("one_of", value=value, expected=", ".join(values))
        return value

    return BeforeValidator(check)


def _in_section(section: str) -> Any:
    @shown_as("ref", section=section)
    def check(value: str, info: ValidationInfo) -> str:
        if value not in getattr(names_of(info), section):
            refuse("not_there", value=value, section=section)
        return value

    return AfterValidator(check)


ZoneRef = Annotated[str, BeforeValidator(_id), _in_section("zones")]
FieldRef = Annotated[str, BeforeValidator(_code), _in_section("fields")]
ServiceRef = Annotated[str, BeforeValidator(_code), _in_section("services")]


@shown_as("code")
def _prefix(value: object) -> object:
    if not isinstance(value, str) or not re.fullmatch(r"[A-ZĐ]{1,2}", value):
        refuse("prefix", value=value)
    return value


Prefix = Annotated[str, BeforeValidator(_prefix), unique("prefix")]


@shown_as("code")
def _counter_name(value: object, info: ValidationInfo) -> object:
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str):
        refuse("counter_type", value=value)
    known_before = names_of(info).stored and re.fullmatch(r"0+[1-9]\d*", value)
    if not COUNTER_NAME.fullmatch(value) and not known_before:
        if re.fullmatch(r"0+[1-9]\d*", value):
            refuse("counter_zero", value=value, plain=value.lstrip("0"))
        refuse("counter_name", value=value)
    return value


CounterName = Annotated[str, BeforeValidator(_counter_name), unique("counter")]


@shown_as("code")
def _site_code(value: object) -> object:
    if not isinstance(value, str) or not re.fullmatch(r"[a-z0-9][a-z0-9-]{1,39}", value):
        refuse("site_code", value=value)
    return value


SiteCode = Annotated[str, BeforeValidator(_site_code)]


@shown_as("language")
def _language(value: object) -> object:
    if not isinstance(value, str) or not re.fullmatch(CODE, value):
        refuse("language", value=value)
    return value


def languages_of_names() -> list[str]:
    """The languages that a centre has which says nothing: those that names are given in."""
    return [code for code in languages() if languages()[code].names_required]


Language = Annotated[str, BeforeValidator(_language)]


# times


@shown_as("clock")
def _clock(value: object) -> object:
    if not isinstance(value, str) or not CLOCK.fullmatch(value):
        refuse("clock", value=value)
    return value


Clock = Annotated[str, BeforeValidator(_clock)]


@shown_as("clock")
def _reset_time(value: object, info: ValidationInfo) -> object:
    if not isinstance(value, str) or not CLOCK.fullmatch(value):
        refuse("reset_time", value=value, latest=LATEST_RESET)
    if value > LATEST_RESET and not names_of(info).stored:
        refuse("reset_time_late", value=value, latest=LATEST_RESET)
    return value


ResetTime = Annotated[str, BeforeValidator(_reset_time)]


def is_date(text: str) -> bool:
    """Whether it is a day of the calendar written as 2026-09-02."""
    try:
        return len(text) == 10 and bool(date.fromisoformat(text))
    except ValueError:
        return False


@shown_as("date")
def _date(value: object) -> object:
    if not isinstance(value, str) or not is_date(value):
        refuse("date", value=value)
    return value


Date = Annotated[str, BeforeValidator(_date)]


@shown_as("choice", choices=DIALECTS)
def _dialect(value: object, info: ValidationInfo) -> object:
    if value in DIALECTS or (isinstance(value, str) and names_of(info).stored):
        return value
    return refuse("one_of", value=value, expected=", ".join(DIALECTS))


Dialect = Annotated[str, BeforeValidator(_dialect)]


@shown_as("text", offered=["Asia/Ho_Chi_Minh"])
def _timezone(value: object) -> object:
    try:
        ZoneInfo(value if isinstance(value, str) else "")
    except (KeyError, ValueError, OSError):
        refuse("timezone", value=value)
    return value


Timezone = Annotated[str, BeforeValidator(_timezone)]


@shown_as("window")
def _opening(value: object) -> object:
    if not isinstance(value, str) or not SPAN.match(value) or value[:5] >= value[6:]:
        refuse("window", value=value)
    if value.endswith("24:00"):
        refuse("window_midnight", value=value, mend=f"{value[:6]}23:59")
    return value


@shown_as("window")
def _quiet(value: object) -> object:
    """A window in which nothing is spoken; it may go over midnight."""
    if not isinstance(value, str) or not SPAN.match(value) or not is_window(value[:5], value[6:]):
        refuse("quiet_window", value=value)
    return value


Opening = Annotated[str, BeforeValidator(_opening)]
QuietWindow = Annotated[str, BeforeValidator(_quiet)]


@shown_as("text", offered=list(OFFERED_FORMATS))
def _ticket_format(value: object, info: ValidationInfo) -> object:
    if isinstance(value, str) and (names_of(info).stored or TICKET_FORMAT.fullmatch(value)):
        return value
    return refuse("ticket_format", value=value)


TicketFormat = Annotated[str, BeforeValidator(_ticket_format)]
