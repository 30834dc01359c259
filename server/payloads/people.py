"""What a person logging in says."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from .base import Code


class LogIn(BaseModel):
    """A member of staff logs in; `centre` may be left out where the hub holds one."""

    model_config = ConfigDict(extra="forbid", strict=True)
    centre: Code | None = None
    name: Annotated[str, Field(min_length=1, max_length=64)]
    password: Annotated[str, Field(min_length=1, max_length=256)]
