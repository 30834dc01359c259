"""What a board may say, and what staff may announce to the hall."""

from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from .base import Code, Press, RequestId
from .by_language import AnnouncedText
from .kiosk import Status


class Played(BaseModel):
    """A board has said the call of this seq, or the speech of this id; `heard` false: it could not
    (`late`: the word came when its time was over).
    """

    model_config = ConfigDict(extra="ignore", strict=True)
    request_id: RequestId | None = None
    seq: Annotated[int, Field(ge=0)] | None = None
    id: Annotated[str, Field(min_length=1, max_length=64)] | None = None
    heard: bool = True
    late: bool = False

    @model_validator(mode="after")
    def _names_it(self) -> Self:
        if self.seq is None and self.id is None:
            raise ValueError("seq_or_id")
        return self


class Announce(Press):
    """Show a text on the boards of some zones (default: all) for `show_seconds`, and say it `times`
    times (0: only show it).
    """

    text: AnnouncedText
    zones: Annotated[list[Code], Field(min_length=1, max_length=40)] | None = None
    times: Annotated[int, Field(ge=0, le=3)] = 1
    show_seconds: Annotated[int, Field(ge=10, le=3600)] = 60


BOARD_VERBS = {"played": Played, "status": Status}
