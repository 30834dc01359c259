"""What the studio says when a voice is published or put back."""

from typing import Annotated, Literal

from pydantic import Field

from domain.languages import CODE

from .base import Press

Line = Annotated[str, Field(min_length=1, max_length=120)]
Language = Annotated[
    str,
    Field(
        pattern=rf"^{CODE}$",
        description="Language of the pack, as in voice.packs of the centre file.",
    ),
]


class PublishVoice(Press):
    """The recordings of the studio become a new version of the centre's own pack, in force at
    once.
    """

    lang: Language
    speaker: Line
    licence: Annotated[str, Field(min_length=1, max_length=400)]
    consent: Annotated[
        str,
        Field(
            max_length=400,
            description=(
                "How the reader agreed; without it the pack is not given to other centres."
            ),
        ),
    ] = ""
    dialect: Literal["north", "central", "south", ""] = ""
    gaps: Annotated[
        bool,
        Field(
            description=(
                "Publish although clips that calls can need are missing; such a call is chimed and"
                " shown, not spoken."
            )
        ),
    ] = False


class UseVoice(Press):
    """Put another version of the centre's own pack in force; 0 gives way to the hub's or the
    shipped one.
    """

    lang: Language
    version: Annotated[int, Field(ge=0, le=9999)]
