"""One notice on its way: what a channel needs to send it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..centre.models import CentreDocument


@dataclass(frozen=True, slots=True)
class Job:
    """document: the centre's, as it is in force. receiver: a contact's id or "webhook:CODE".
    address: where it goes, "" for a webhook, whose address is in the document. useful_ms: how long
    it is still worth something. title, body: its sentence; path: what a press on it opens;
    words: those of the buttons it may have.
    """

    id: str
    document: CentreDocument
    receiver: str
    kind: str
    channel: str
    address: str
    lang: str
    data: Mapping[str, Any]
    now: int
    useful_ms: int
    title: str
    body: str
    path: str
    words: Mapping[str, str] = field(default_factory=dict)
