"""What a person logging in says."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from .base import Code, Press


class LogIn(BaseModel):
    """A member of staff logs in; `centre` may be left out where the hub holds one."""

    model_config = ConfigDict(extra="forbid", strict=True)
    centre: Code | None = None
    name: Annotated[str, Field(min_length=1, max_length=64)]
    password: Annotated[str, Field(min_length=1, max_length=256)]
    code: Annotated[str, Field(max_length=40)] = ""


Password = Annotated[str, Field(min_length=1, max_length=256)]
Role = Literal["clerk", "greeter", "viewer", "manager", "admin"]
FullName = Annotated[str, Field(min_length=1, max_length=120)]


class ConfirmPassword(Press):
    """The person types their password again."""

    password: Password


class ChangePassword(Press):
    """One's own password: the one in use (`old`), and the new one."""

    old: Password
    new: Password


class SecondFactorCode(Press):
    """A code of the app: the first one begins the second factor."""

    code: Annotated[str, Field(min_length=6, max_length=40)]


class AddPerson(Press):
    """Add a member of staff, who gets a one-time code."""

    name: Annotated[str, Field(min_length=1, max_length=64)]
    full_name: FullName
    role: Role


class ChangePerson(Press):
    """Change what somebody does or is called, or shut them out (`disabled`)."""

    full_name: FullName | None = None
    role: Role | None = None
    disabled: bool | None = None


Pin = Annotated[str, Field(min_length=1, max_length=12)]


class LogInByPin(BaseModel):
    """A clerk comes in at the machine of a counter."""

    model_config = ConfigDict(extra="forbid", strict=True)
    name: Annotated[str, Field(min_length=1, max_length=64)]
    pin: Pin


class ChoosePin(Press):
    """One's own PIN, after the password."""

    password: Password
    pin: Pin


class PairCounterMachine(Press):
    """This browser stands at a counter."""

    counter: Annotated[str, Field(min_length=1, max_length=20)]
