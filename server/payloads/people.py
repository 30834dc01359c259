"""What a person logging in says."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from .base import Code, LengthOnly, Press


class LogIn(BaseModel):
    """A member of staff logs in; `centre` may be left out where the hub holds one."""

    model_config = ConfigDict(extra="forbid", strict=True)
    centre: Code | None = None
    name: Annotated[str, Field(min_length=1, max_length=64)]
    password: Annotated[str, Field(min_length=1, max_length=256)]
    code: Annotated[str, Field(max_length=40)] = ""


Password = Annotated[str, Field(min_length=1, max_length=256)]
Role = Literal["clerk", "greeter", "viewer", "manager", "admin", "province"]
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


#: What a browser made or signed, as it says it; the library that checks it knows its form.
Credential = dict[str, Any]


class MakePasskey(Press):
    """The key a browser made, and what its owner calls it."""

    name: Annotated[str, Field(min_length=1, max_length=60)]
    credential: Credential


class LogInByPasskey(BaseModel):
    """A browser comes in by a key of somebody's own device."""

    model_config = ConfigDict(extra="forbid", strict=True)
    credential: Credential


class AskOfPerson(Press):
    """What is kept of whoever gave this address (a phone number, a mail address)?"""

    address: Annotated[str, Field(min_length=5, max_length=2_000), LengthOnly()]


class ErasePerson(AskOfPerson):
    """Erase it, by the code in the export."""

    code: Annotated[str, Field(min_length=1, max_length=40)]


class LinkIdentity(Press):
    """Whose somebody of the sign-in service is; without `person`: nobody's."""

    issuer: Annotated[str, Field(min_length=1, max_length=300)]
    sub: Annotated[str, Field(min_length=1, max_length=255)]
    person: Annotated[str, Field(max_length=64)] | None = None
