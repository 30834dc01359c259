"""What may be said of the province's document."""

from typing import Annotated

from pydantic import Field

from .base import Code, Press
from .settings import SettingChange, Why

ChangeId = Annotated[str, Field(min_length=1, max_length=32)]


class ProposeBase(Press):
    """A change of what all centres share, with why; a second person approves it."""

    changes: Annotated[list[SettingChange], Field(min_length=1, max_length=200)]
    reason: Why = ""


class ShareBase(Press):
    """Pages of this centre's settings that all centres shall share, wherever the shared document
    says nothing yet; a second person approves it.
    """

    pages: Annotated[list[Annotated[str, Field(max_length=20)]], Field(min_length=1, max_length=20)]
    reason: Why = ""


class BaseStep(Press):
    """The next step of a change; `centres`: where it goes first, at most five at a time."""

    change: ChangeId
    centres: Annotated[list[Code], Field(max_length=5)] = Field(default_factory=list)
