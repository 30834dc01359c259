"""What is said while a new hub is set up in the browser."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from .by_language import Words
from .people import FullName, Password

STRICT = ConfigDict(extra="forbid", strict=True)


class BeginFirstRun(BaseModel):
    """The code that stands at the hub's machine."""

    model_config = STRICT
    code: Annotated[str, Field(min_length=1, max_length=40)]


class FirstCentre(BaseModel):
    """The first centre: made of a sample (`template`) under a name and code of its own, or of the
    text of a centre's file.
    """

    model_config = STRICT
    template: Literal["ward", "thu_duc", "city_centre"] | None = None
    file: Annotated[str, Field(max_length=2 * 2**20)] | None = None
    name: Words | None = None
    code: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,38}$")] | None = None


class FirstAdmin(BaseModel):
    """The first administrator."""

    model_config = STRICT
    name: Annotated[str, Field(min_length=1, max_length=64)]
    full_name: FullName
    password: Password


class EndFirstRun(BaseModel):
    """The hub is set up."""

    model_config = STRICT
