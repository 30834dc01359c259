"""What may be said of booked times and numbers kept from home."""

import re
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from domain.languages import CODE

from .base import Code, LengthOnly, Press

#: Eight letters, however they are written and spaced.
BookingCode = Annotated[str, Field(min_length=8, max_length=20)]
#: A number of an identity card or telephone; only its keyed hash is kept (docs/privacy.md).
Person = Annotated[str, Field(min_length=6, max_length=30), LengthOnly()]
#: A solved challenge of ALTCHA: JSON in base64.
Proof = Annotated[str, Field(min_length=20, max_length=2_000)]
DoorCode = Annotated[str, Field(min_length=10, max_length=24)]
#: What an address of a kind looks like; those of other kinds are their provider's own.
_FORMS = {
    "email": re.compile(r"[^@\s<>\"]{1,64}@[^@\s<>\"]+\.[^@\s<>\".]+"),
    "sms": re.compile(r"\+?[0-9][0-9 .-]{6,18}[0-9]"),
    "push": re.compile(r"\{.{20,}\}", re.DOTALL),
}
Lang = Annotated[str, Field(pattern=rf"^{CODE}$")]


class _Wanted(Press):
    field: Code | None = None
    service: Code | None = None
    lang: Lang | None = None
    person: Person | None = None

    @model_validator(mode="after")
    def _one_of_them(self) -> Self:
        if self.field is None and self.service is None:
            raise ValueError("field_or_service")
        return self


class Book(_Wanted):
    """Hold a place of a time that can be booked (`start` in ms); staff book it at once."""

    start: Annotated[int, Field(gt=0)]


class AskToBook(Book):
    """Hold a place of a time (`start` in ms). proof: the work done on `GET /challenge`, where very
    many ask at once (`proof_needed`).
    """

    proof: Proof | None = None


class OfBooking(Press):
    """What its code is enough for: confirming a held place, giving it back."""

    code: BookingCode


class Move(OfBooking):
    """Move a booking to another time; its code stays."""

    start: Annotated[int, Field(gt=0)]


class CheckIn(OfBooking):
    """Whoever booked or kept a number from home is here. `door`: the code shown at the door, where
    they say so by their own phone.
    """

    door: DoorCode | None = None


class Contact(BaseModel):
    """By which channel somebody is told, at which address, in which language."""

    kind: Code
    address: Annotated[str, Field(min_length=5, max_length=2_000), LengthOnly()]
    lang: Lang

    @model_validator(mode="after")
    def _of_its_kind(self) -> Self:
        form = _FORMS.get(self.kind)
        if form is not None and not form.fullmatch(self.address.strip()):
            raise ValueError("contact")
        return self


class Forget(OfBooking):
    """No more notices, to addresses of one kind or of all."""

    kind: Code | None = None


class ReachBooking(OfBooking, Contact):
    """Be reminded of a booking: by which channel (`kind`: push, email, or a kind of the centre's
    message providers as sms or zalo), at which address, in which language.
    """


class ReachClaim(ReachBooking):
    """Be told when to leave home for a number kept there; travel_minutes: how long the way is."""

    travel_minutes: Annotated[int, Field(ge=0, le=240)] = 0


class WatchDay(Press, Contact):
    """Be told when a place of a day's times is free at once: by which channel (`kind`), at which
    address, in which language.
    """

    field: Code | None = None
    service: Code | None = None
    date: Annotated[str, Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")]

    @model_validator(mode="after")
    def _one_of_them(self) -> Self:
        if self.field is None and self.service is None:
            raise ValueError("field_or_service")
        return self


class KeepNumber(_Wanted):
    """Keep a number from home."""


class AskToKeep(KeepNumber):
    """Keep a number from home. proof: as for a booking."""

    proof: Proof | None = None


class FindVisits(BaseModel):
    """What a person may come for, by their key: HMAC-SHA256 in hexadecimal, made by a kiosk that
    read an ID card.
    """

    model_config = ConfigDict(extra="forbid", strict=True)

    person: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$"), LengthOnly()]


class Join(CheckIn):
    """Join the ordinary number that a kiosk gave without the hub to a number kept from home."""

    ticket: Code


#: What a draw is called: in its addresses, so letters, figures and dashes.
DrawName = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{1,39}$")]
#: A date and time of the centre, as 2026-12-03T19:00.
LocalMoment = Annotated[str, Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}$")]


class OfDraw(Press):
    """Close the requests of a draw: publish the list and its fingerprint."""

    draw: DrawName


class OpenDraw(OfDraw):
    """Announce a draw of a day's places of staff: its secret's fingerprint is published at once.
    opens, closes, fixed: when requests open and close, and when the public figure is known; source:
    which figure, in words.
    """

    field: Code | None = None
    service: Code | None = None
    date: Annotated[str, Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")]
    places: Annotated[int, Field(ge=1, le=10_000)]
    source: Annotated[str, Field(min_length=3, max_length=200)]
    opens: LocalMoment
    closes: LocalMoment
    fixed: LocalMoment


class DoDraw(OfDraw):
    """Do a draw with the public figure: publish the secret and the order that follows."""

    value: Annotated[str, Field(min_length=1, max_length=100)]


class AskDraw(OfDraw):
    """Ask for a place in a draw, once a person."""

    lang: Lang | None = None
    person: Person | None = None


class AskForDraw(AskDraw):
    """Ask for a place in a draw, once a person. proof: as for a booking."""

    proof: Proof | None = None


BOOKING_VERBS: dict[str, type[BaseModel]] = {
    "confirm": OfBooking,
    "move": Move,
    "cancel": OfBooking,
    "check-in": CheckIn,
    "reach-me": ReachBooking,
    "forget-me": Forget,
}
CLAIM_VERBS: dict[str, type[BaseModel]] = {
    "check-in": CheckIn,
    "give-back": OfBooking,
    "join": Join,
    "reach-me": ReachClaim,
    "forget-me": Forget,
}
DRAW_VERBS: dict[str, type[BaseModel]] = {
    "ask": AskForDraw,
    "close": OfDraw,
    "do": DoDraw,
}
