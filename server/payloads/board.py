"""What a board may say."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from .base import RequestId
from .kiosk import Status


class Played(BaseModel):
    """A board has shown, and if it speaks, spoken the call of this seq."""

    model_config = ConfigDict(extra="ignore", strict=True)
    request_id: RequestId | None = None
    seq: Annotated[int, Field(ge=0)]


BOARD_VERBS = {"played": Played, "status": Status}
