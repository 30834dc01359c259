"""What every payload is made of: strict models in which an unknown key is an error."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

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


class WithReason(Press):
    """A verb that may say why."""

    reason: Reason | None = None


class Empty(BaseModel):
    """Nothing needs to be said."""

    model_config = ConfigDict(extra="forbid", strict=True)


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
