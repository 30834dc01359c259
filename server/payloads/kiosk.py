"""What a kiosk may say."""

from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from .base import Code, Press, RequestId, Wish

Day = Annotated[str, Field(pattern=r"^\d{4}-\d\d-\d\d$")]


class Issue(Wish):
    """Take a number: of a field, or of a service (which names its field)."""

    dossiers: Annotated[int, Field(ge=1, le=200)] | None = None


class Printed(BaseModel):
    """What became of a slip. Without a request_id the ticket and outcome make one."""

    model_config = ConfigDict(extra="forbid", strict=True)
    request_id: RequestId | None = None
    ticket: Code
    ok: bool
    reason: Annotated[str, Field(max_length=80)] | None = None


class Status(BaseModel):
    """What a device says of itself."""

    model_config = ConfigDict(extra="allow")
    request_id: RequestId | None = None
    printer: Annotated[str, Field(max_length=40)] | None = None
    paper: Annotated[str, Field(max_length=40)] | None = None
    outbox: Annotated[int, Field(ge=0)] | None = None
    version: Annotated[str, Field(max_length=40)] | None = None


class OfflineTicket(Issue):
    """A ticket that a kiosk gave out of its block while cut off: what was wished for, and the
    number it got.
    """

    field: Code
    number: Code
    issued_at: Annotated[int, Field(gt=0)]
    day: Day | None = None
    id: Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")] | None = None
    key_hash: (
        Annotated[
            str,
            Field(
                pattern=r"^[0-9a-f]{64}$",
                description="SHA-256 of the key in the QR code of the slip it printed.",
            ),
        ]
        | None
    ) = None


class Upload(BaseModel):
    """Tickets given out while cut off, at most 50 at a time."""

    model_config = ConfigDict(extra="forbid", strict=True)
    request_id: RequestId | None = None
    tickets: Annotated[list[OfflineTicket], Field(min_length=1, max_length=50)]


class Forsake(Press):
    """A press that a power cut ended before it had a number: it is given up."""

    press: RequestId


class Block(BaseModel):
    """Numbers a kiosk holds."""

    model_config = ConfigDict(extra="forbid", strict=True)
    field: Code
    day: Day
    first: Annotated[int, Field(gt=0)]
    last: Annotated[int, Field(gt=0)]


class Remembered(BaseModel):
    """What a kiosk remembers when it connects: its journal file, how much of the day it has heard,
    the blocks it holds.
    """

    model_config = ConfigDict(extra="ignore", strict=True)
    journal: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{8,64}$")] | None = None
    day: Day | None = None
    seq: Annotated[int, Field(ge=0)] = 0
    blocks: Annotated[list[Block], Field(max_length=200)] = []


class HelpAnswered(Press):
    """Somebody goes to the kiosk whose call for help began at `at`; every other member of staff
    sees it end.
    """

    at: Annotated[int, Field(ge=0, le=2**53)]


class Help(BaseModel):
    """Somebody at the kiosk wants a person."""

    model_config = ConfigDict(extra="forbid", strict=True)
    request_id: RequestId | None = None
    screen: Annotated[str, Field(max_length=60)] = ""


class Person(BaseModel):
    """Somebody showed a card: alone, for the day's key; with a mark and a field, whether a live
    number is held; with the ticket too, that it is held from now on.
    """

    model_config = ConfigDict(extra="forbid", strict=True)
    request_id: RequestId | None = None
    mark: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")] | None = None
    field: Code | None = None
    ticket: Code | None = None

    @model_validator(mode="after")
    def _together(self) -> Self:
        if (self.mark is None) != (self.field is None) or (
            self.ticket is not None and self.mark is None
        ):
            raise ValueError("mark_and_field")
        return self


KIOSK_VERBS = {
    "issue": Issue,
    "printed": Printed,
    "status": Status,
    "upload": Upload,
    "forsake": Forsake,
    "help": Help,
    "person": Person,
}
