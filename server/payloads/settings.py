"""What may be said of a centre's settings."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from .base import Press

Step = Annotated[str, Field(min_length=1, max_length=200)]
Version = Annotated[int, Field(ge=0, le=10**9)]
Why = Annotated[str, Field(max_length=300)]
#: At once; when the service day ends; or the centre's local date and time.
When = Annotated[str, Field(pattern=r"^(now|tonight|\d{4}-\d\d-\d\dT\d\d:\d\d)$")]


SettingPlace = Annotated[list[Step], Field(min_length=1, max_length=24)]


class SettingChange(BaseModel):
    """What one place of the document is to hold: `["fields", "A", "cap"]`, 90. A list's rows are
    named, and its order stands at `"*"`. null: nothing is said there any more, the default holds.
    """

    model_config = ConfigDict(extra="forbid", strict=True)
    place: SettingPlace
    value: Any


Changes = Annotated[list[SettingChange], Field(max_length=4_000)]


class ReviewSettings(BaseModel):
    """Changes made of the document of a version: what they would do. Nothing is changed."""

    model_config = ConfigDict(extra="forbid", strict=True)
    version: Version
    changes: Changes


class PreviewScreens(ReviewSettings):
    """Changes made of the document of a version: what the screens of the hall would show."""

    field: Annotated[str, Field(max_length=8)] | None = None
    display: Annotated[str, Field(max_length=60)] | None = None
    counter: Annotated[str, Field(max_length=8)] | None = None
    #: the version of the list of procedures that the asker holds
    catalogue: Annotated[str, Field(max_length=64)] | None = None


class PreviewSlip(ReviewSettings):
    """The same for the paper of a field or of a procedure, in one of the centre's languages."""

    field: Annotated[str, Field(max_length=8)] | None = None
    service: Annotated[str, Field(max_length=60)] | None = None
    lang: Annotated[str, Field(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z]{2,8})?$")] | None = None


class ChangeSettings(Press):
    """Put changes in force, at once or later, with why."""

    version: Version
    changes: Annotated[list[SettingChange], Field(min_length=1, max_length=4_000)]
    reason: Why = ""
    when: When = "now"


class UndoSettings(Press):
    """Put the document of an earlier version (`to`) in force in the place of `version`."""

    version: Version
    to: Version
    reason: Why = ""


class ManageSettings(Press):
    """Say where the settings are changed: in the browser, or by a file only."""

    by: Literal["browser", "file"]


class KeepDraft(BaseModel):
    """What the person has changed on the pages and not applied yet. edited: the places edited in
    this window since it last kept the draft; all others stay as they are kept. Left out: the
    changes take the place of the draft before. No changes: the draft is gone.
    """

    model_config = ConfigDict(extra="forbid", strict=True)
    version: Version
    changes: Changes
    edited: Annotated[list[SettingPlace], Field(max_length=4_000)] | None = None
