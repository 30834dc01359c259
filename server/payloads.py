"""What may be said to the hub: one model per verb, for sockets and HTTP alike. An unknown key is an error."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

RequestId = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{8,64}$", description="Made once per press; the same id gets the same answer.")]
Code = Annotated[str, Field(min_length=1, max_length=40)]
Reason = Annotated[str, Field(min_length=1, max_length=40)]
Counter = Annotated[int | str, Field(description="A counter's number, or the id of a desk.")]


class BadPayload(Exception):
    """The payload is not of the documented form; `key` says where, `problem` what is wrong with it."""

    def __init__(self, key, problem):
        super().__init__(f"{key}: {problem}")
        self.key, self.problem = key, problem


class Press(BaseModel):
    """A verb that needs nothing but its request id."""

    model_config = ConfigDict(extra="forbid", strict=True)
    request_id: RequestId


class Issue(Press):
    """Take a number: of a field, or of a service (which names its field)."""

    field: Code | None = None
    service: Code | None = None
    priority: Code | None = None
    lang: Annotated[str, Field(pattern=r"^[a-z]{2}$")] | None = None

    @model_validator(mode="after")
    def _one_of_them(self):
        if self.field is None and self.service is None:
            raise ValueError("field or service is needed")
        return self


class WithReason(Press):
    """A verb that may say why."""

    reason: Reason | None = None


class Call(WithReason):
    """Call a chosen ticket, by id or number."""

    ticket: Code


class OptionalTicket(Press):
    """A verb on the named ticket, or on the one at hand."""

    ticket: Code | None = None


class Cancel(OptionalTicket):
    """Give up a ticket."""

    reason: Reason | None = None


class Requeue(OptionalTicket):
    """Put a ticket back in line."""

    place: Literal["after", "front", "end"] | None = None


class Transfer(Press):
    """Send the ticket at hand to another field or another counter."""

    field: Code | None = None
    to_counter: Counter | None = None
    come_back: bool = False


class Finish(Press):
    """End the visit, with its outcome and the services delivered."""

    outcome: Code | None = None
    services: Annotated[list[Code], Field(max_length=20)] | None = None


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


class OfflineTicket(BaseModel):
    """A ticket that a kiosk gave out of its block while cut off."""

    model_config = ConfigDict(extra="forbid", strict=True)
    request_id: RequestId
    number: Code
    field: Code
    service: Code | None = None
    priority: Code | None = None
    lang: Annotated[str, Field(pattern=r"^[a-z]{2}$")] | None = None
    issued_at: Annotated[int, Field(gt=0)]


class Upload(BaseModel):
    """Tickets given out while cut off, at most 50 at a time."""

    model_config = ConfigDict(extra="forbid", strict=True)
    request_id: RequestId | None = None
    tickets: Annotated[list[OfflineTicket], Field(min_length=1, max_length=50)]


class Help(BaseModel):
    """Somebody at the kiosk wants a person."""

    model_config = ConfigDict(extra="forbid", strict=True)
    request_id: RequestId | None = None
    screen: Annotated[str, Field(max_length=60)] = ""


class Played(BaseModel):
    """A board has shown, and if it speaks, spoken the call of this seq."""

    model_config = ConfigDict(extra="ignore", strict=True)
    request_id: RequestId | None = None
    seq: Annotated[int, Field(ge=0)]


class LogIn(BaseModel):
    """A member of staff logs in; `centre` may be left out where the hub holds one."""

    model_config = ConfigDict(extra="forbid", strict=True)
    centre: Code | None = None
    name: Annotated[str, Field(min_length=1, max_length=64)]
    password: Annotated[str, Field(min_length=1, max_length=256)]


class Empty(BaseModel):
    """Nothing needs to be said."""

    model_config = ConfigDict(extra="forbid", strict=True)


COUNTER_VERBS = {
    "open": WithReason, "pause": WithReason, "resume": Press, "close": Press, "call_next": Finish, "call": Call, "recall": Press, "start": Press, "park": WithReason,
    "transfer": Transfer, "miss": Press, "requeue": Requeue, "finish": Finish, "cancel": Cancel, "undo": Press,
}
KIOSK_VERBS = {"issue": Issue, "printed": Printed, "status": Status, "upload": Upload, "help": Help}
BOARD_VERBS = {"played": Played, "status": Status}
TICKET_VERBS = {"cancel": Cancel, "requeue": Requeue}
DAY_VERBS = {"open_day": Press, "close_day": Press}


def read(model, said):
    """`said` as the model's keyword arguments, keys left out where nothing was said. Raises BadPayload."""
    if not isinstance(said, dict):
        raise BadPayload("", "an object is needed")
    try:
        return model.model_validate(said).model_dump(exclude_unset=True)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
        key = ".".join(str(part) for part in first["loc"]) or "field"
        raise BadPayload(key, {"missing": "missing", "extra_forbidden": "unknown"}.get(first["type"], first["msg"])) from None
