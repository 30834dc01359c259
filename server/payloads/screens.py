"""What may be said about the screens of the hall: pairing, their settings, the playlist, an
emergency.
"""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from .base import Code, Counter, Press
from .by_language import Words

STRICT = ConfigDict(extra="forbid", strict=True)
Name = Annotated[str, Field(min_length=1, max_length=60, pattern=r"^[^\x00-\x1f\x7f]+$")]
Line = Annotated[str, Field(max_length=400)]


class AskPairing(BaseModel):
    """A new screen asks for a code.

    `claim` is the secret it made: 43 letters of 64, about 256 bits, kept by the device.
    """

    model_config = STRICT
    claim: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{43}$")]
    kind: Literal["board", "sign", "kiosk"] = "board"
    centre: Code | None = None
    screen: Annotated[str, Field(pattern=r"^\d{2,5}x\d{2,5}$")] | None = None
    browser: Annotated[str, Field(max_length=160)] | None = None
    name: Annotated[str, Field(max_length=60)] | None = None
    version: Annotated[str, Field(max_length=40)] | None = None
    printer: Annotated[str, Field(max_length=120)] | None = None


class RenewToken(BaseModel):
    """A device gives itself a new token: `claim`, a secret as at its pairing."""

    model_config = STRICT
    claim: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{43}$")]


TypedCode = Annotated[str, Field(min_length=4, max_length=20)]


class LookUp(Press):
    """A code as somebody read it from a screen."""

    code: TypedCode


class Pair(Press):
    """Say what the screen showing this code is; `replaces` names the device in whose place, with
    its name and numbers, it stands from now on.
    """

    code: TypedCode
    kind: Literal["board", "sign", "kiosk"]
    name: Name
    zone: Code | None = None
    counter: Counter | None = None
    settings: dict[str, Any] | None = None
    replaces: Annotated[str, Field(max_length=40)] | None = None


class ChangeScreen(Press):
    """Say anew what a screen is or how it looks; `settings` as a whole.

    An empty zone means all zones.
    """

    kind: Literal["board", "sign"] | None = None
    name: Name | None = None
    zone: Annotated[str, Field(max_length=40)] | None = None
    counter: Counter | None = None
    settings: dict[str, Any] | None = None


class Wifi(BaseModel):
    """The Wi-Fi a board or pad joins; none for a cable."""

    model_config = STRICT
    ssid: Annotated[str, Field(min_length=1, max_length=32)]
    password: Annotated[str, Field(max_length=63)]


class RemakeFirmware(Press):
    """New secrets for an LED board or call pad; the old ones are worth nothing from now on."""

    wifi: Wifi | None = None


class MakeFirmware(RemakeFirmware):
    """A new LED board or call pad: what it is, and what it is flashed with."""

    kind: Literal["led", "pad"]
    name: Annotated[str, Field(pattern=r"^[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?$")]
    counter: Counter


class GroupDevices(Press):
    """Put machines into a group by its name; an empty name takes them out of theirs."""

    devices: Annotated[
        list[Annotated[str, Field(min_length=1, max_length=64)]],
        Field(min_length=1, max_length=500),
    ]
    group: Annotated[str, Field(max_length=60)]


class PlaylistItem(BaseModel):
    """One thing a board plays: a picture or film (`media`), a notice or ticker (`text`), the hours,
    or what to prepare (`field`, or all).
    """

    model_config = STRICT
    kind: Literal["image", "video", "notice", "ticker", "hours", "prepare"]
    media: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")] | None = None
    text: Words | None = None
    field: Code | None = None
    seconds: int = 12
    fit: Literal["contain", "cover"] | None = None
    from_: Annotated[str | None, Field(alias="from")] = None
    to: str | None = None
    hours: Annotated[list[str], Field(max_length=8)] | None = None
    zones: Annotated[list[str], Field(max_length=40)] | None = None


class SetPlaylist(Press):
    """Put the playlist in force."""

    items: Annotated[list[PlaylistItem], Field(max_length=60)]


class RaiseEmergency(Press):
    """Put a text on every board and sign at once."""

    text: Words
