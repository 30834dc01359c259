"""Texts by language in what is sent: the default language is needed, any other may stand beside."""

from typing import Annotated, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    model_serializer,
    model_validator,
)

from domain.languages import CODE, DEFAULT

LanguageCode = Annotated[str, Field(pattern=rf"^{CODE}$")]


class ByLanguage(BaseModel):
    """{vi: …, en: …, km: …}; what is empty or null in another language is as if left out."""

    model_config = ConfigDict(extra="allow", strict=True)
    default: Annotated[str, Field(alias=DEFAULT)]

    @model_validator(mode="after")
    def _only_what_is_said(self) -> Self:
        extra = self.__pydantic_extra__ or {}
        for lang in [lang for lang, words in extra.items() if words is None]:
            del extra[lang]
        return self

    @model_serializer
    def _by_language(self) -> dict[str, str]:
        """As it came: a mapping of languages."""
        return {DEFAULT: self.default, **(self.__pydantic_extra__ or {})}


Line = Annotated[str, Field(max_length=400)]
Spoken = Annotated[str, Field(min_length=1, max_length=200, pattern=r"\S")]
#: Blanks alone are no sentence: a kiosk would show nothing where the reason should stand.
Sentence = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


class AnnouncedText(ByLanguage):
    """What is shown and said."""

    __pydantic_extra__: dict[LanguageCode, Spoken | None] = Field(init=False)
    default: Annotated[Spoken, Field(alias=DEFAULT)]


class Words(ByLanguage):
    """A line of a playlist, or what stands on every screen in an emergency."""

    __pydantic_extra__: dict[LanguageCode, Line | None] = Field(init=False)
    default: Annotated[Line, Field(alias=DEFAULT)]


class Message(ByLanguage):
    """A sentence for the kiosks."""

    __pydantic_extra__: dict[LanguageCode, Sentence | None] = Field(init=False)
    default: Annotated[Sentence, Field(alias=DEFAULT)]
