"""What goes out of the house: web pushes, mail, messages by a provider, webhooks. Secrets are not
in the document: `luot delivery-secret` keeps them.
"""

import re
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import BeforeValidator, Field

from domain.facts import KINDS

from .types import Code, Section, Text, number, refuse, shown_as, unique

#: The names that stand for something in the texts of a provider.
PLACES = frozenset(
    ("address", "id", "title", "text", "lang", "secret", "phone", "token", "refresh")
)
_MAIL = re.compile(r"[^@\s<>\"]+@[^@\s<>\"]+\.[^@\s<>\".]+")


@shown_as("text")
def _address(value: object) -> object:
    """A whole http or https address without a name or password in it."""
    if not isinstance(value, str) or any(letter in value for letter in " \r\n\t"):
        refuse("web_address", value=value)
    try:
        parts = urlsplit(value)
        sound = parts.scheme in ("http", "https") and parts.hostname and "@" not in parts.netloc
        _ = parts.port
    except ValueError:
        sound = None
    if not sound:
        refuse("web_address", value=value)
    return value


@shown_as("text")
def _mail_address(value: object) -> object:
    if not isinstance(value, str) or not _MAIL.fullmatch(value):
        refuse("mail_address", value=value)
    return value


@shown_as("text")
def _header(value: object) -> object:
    """One line: what is put into a request must not begin another line."""
    if not isinstance(value, str) or not value.strip() or any(c in value for c in "\r\n\0"):
        refuse("text", value=value)
    return value


WebAddress = Annotated[str, BeforeValidator(_address)]
MailAddress = Annotated[str, BeforeValidator(_mail_address)]
HeaderText = Annotated[str, BeforeValidator(_header)]


@shown_as("code")
def _fact(value: object) -> object:
    """A kind of the journal's facts."""
    if value not in KINDS:
        refuse("one_of", value=value, expected=", ".join(sorted(KINDS)))
    return value


FactKind = Annotated[str, BeforeValidator(_fact)]


class WebhookRow(Section):
    """A program outside that is told of facts, by Standard Webhooks."""

    code: Annotated[Code, unique("webhook")]
    url: WebAddress
    facts: list[FactKind]


class Mail(Section):
    """The SMTP server that takes the centre's mail."""

    host: Text
    port: Annotated[int, number(1, 65_535)] = 587
    security: Literal["starttls", "tls", "none"] = "starttls"
    sender: MailAddress
    user: Text | None = None
    repeat_unconfirmed: bool = False


class HeaderRow(Section):
    """One header of a provider's requests."""

    name: HeaderText
    value: HeaderText


class Renewal(Section):
    """How a provider gives another access token for a refresh token that is good once, as Zalo's
    official accounts do.

    In `headers` and `body` (a form) the places {refresh} and {secret} are filled. access, refresh,
    lasts: the fields of its JSON answer that hold the new pair and for how many seconds it is good.
    expired: what the provider answers to a message (status or `result`) whose access token is good
    no longer; it is renewed then, and the message sent once more.
    """

    url: WebAddress
    headers: list[HeaderRow] = Field(default_factory=list)
    body: Text
    access: Text = "access_token"
    refresh: Text = "refresh_token"
    lasts: Text = "expires_in"
    expired: list[str] = Field(default_factory=list)


class MessageProvider(Section):
    """A provider of text or chat messages, as its HTTP interface wants to be asked.

    kind: which contacts it serves. In `url`, `headers` and `body` the places {address}, {phone} (as
    84912345678), {text}, {title}, {id}, {lang}, {secret} and {token} are filled. renewal: how the
    access token that {token} stands for is renewed. result: the field of a JSON answer that says
    how it went ("error", "messages.0.status"), good: what it says then, again: what it says where a
    later try may work; without `result` the status alone tells. knows_id: the provider drops a
    second request with the same {id}. repeat_unconfirmed: repeat also what may have been sent.
    """

    code: Annotated[Code, unique("provider")]
    kind: Code
    url: WebAddress
    headers: list[HeaderRow] = Field(default_factory=list)
    body: Text
    secret: bool = False
    renewal: Renewal | None = None
    result: Text | None = None
    good: list[str] = Field(default_factory=list)
    again: list[str] = Field(default_factory=list)
    knows_id: bool = False
    repeat_unconfirmed: bool = False


class Delivery(Section):
    """push: whether phones may be woken by web push. soon_people: whoever asked for it is told once
    at most so many are before them; 0: nobody. keep_days: how long what was sent is listed.
    """

    push: bool = True
    soon_people: Annotated[int, number(0, 20)] = 3
    keep_days: Annotated[int, number(1, 400)] = 30
    mail: Mail | None = None
    messages: list[MessageProvider] = Field(default_factory=list)
    webhooks: list[WebhookRow] = Field(default_factory=list)
