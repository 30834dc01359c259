"""What a phone says that follows a number: the body of its requests, and with the number it is
about what the act is given.
"""

from typing import Annotated

from pydantic import Field

from .base import Code, Press
from .booking import Contact


class OneTicket(Press):
    """Something about one number."""

    ticket: Code


class ReachMe(Press):
    """Wake this phone when it is soon this number's turn: the browser's subscription as JSON, and
    the language it is spoken to in.
    """

    subscription: Annotated[str, Field(min_length=20, max_length=2_000)]
    lang: Code


class ReachHolder(ReachMe):
    """The same, of a number."""

    ticket: Code


class ReachTicket(OneTicket, Contact):
    """Be told when it is soon a number's turn, when it is called and when it was missed: by which
    channel (`kind`), at which address, in which language.
    """


class Forgotten(Press):
    """No more notices, to addresses of one kind or of all."""

    kind: Code | None = None


class ForgetTicket(Forgotten):
    """The same, of a number."""

    ticket: Code


class RejoinTicket(OneTicket):
    """Back in line after a missed call; `door`: the code shown at the door now."""

    door: Annotated[str, Field(min_length=10, max_length=24)]


class Rate(Press):
    """How the visit was: a step of the centre's scale, words if wanted."""

    score: Annotated[int, Field(ge=1, le=5)]
    words: Annotated[str, Field(max_length=500)] = ""


class RateTicket(Rate):
    """The same, of a number."""

    ticket: Code
