"""What a slip says. Composed here for the hub, for a kiosk without it, for its test slips and for
the preview of a centre's file.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Protocol, TypedDict

from .procedures import proposed_short

#: What a slip may be made of, in the usual order; `number` is always there.
LINES = ("logo", "centre", "field", "number", "place", "wait", "bring", "note", "scan", "foot")
#: The mark of a ticket with priority where the centre's file names none.
USUAL_BADGE = "ƯT"

#: A text by language.
Name = Mapping[str, str]


class SlipContent(TypedDict):
    """What is printed of a ticket; None is left off the paper.

    code, short: the procedure's national code and the name where it is chosen; papers: what to
    bring, one by one. ahead: people before it. estimate: minutes {"low", "high"}; no_estimate: why
    none is told, {"why", "at"}; calls_from: when counters call again that are closed now, {"why":
    "break" or "opening", "at"}. issued_at: ms since 1970 UTC. url: what the QR code holds.
    dossiers: how many the person brings.
    """

    centre: Name
    field: Name
    service: Name | None
    code: str | None
    short: Name | None
    bring: Name | None
    papers: list[Name]
    number: str
    priority: bool
    badge: str
    counters: list[int | str]
    zone: Name | None
    ahead: int | None
    estimate: Mapping[str, int] | None
    no_estimate: Mapping[str, Any] | None
    calls_from: Mapping[str, Any] | None
    issued_at: int
    lang: str
    url: str | None
    device: str
    dossiers: int | None


def slip_content(
    *,
    centre: Name,
    field: Name,
    number: str,
    issued_at: int,
    lang: str,
    device: str,
    service: Name | None = None,
    code: str | None = None,
    short: Name | None = None,
    bring: Name | None = None,
    papers: Iterable[Name] = (),
    priority: bool = False,
    badge: str = USUAL_BADGE,
    counters: Iterable[int | str] = (),
    zone: Name | None = None,
    ahead: int | None = None,
    estimate: Mapping[str, int] | None = None,
    no_estimate: Mapping[str, Any] | None = None,
    calls_from: Mapping[str, Any] | None = None,
    url: str | None = None,
    dossiers: int | None = None,
) -> SlipContent:
    """The slip of a ticket; what is not known where it is composed is left out."""
    return SlipContent(
        centre=centre,
        field=field,
        service=service,
        code=code,
        short=short or (shortened(service) if service else None),
        bring=bring,
        papers=list(papers),
        number=number,
        priority=priority,
        badge=badge,
        counters=list(counters),
        zone=zone,
        ahead=ahead,
        estimate=estimate,
        no_estimate=no_estimate,
        calls_from=calls_from,
        issued_at=issued_at,
        lang=lang,
        url=url,
        device=device,
        dossiers=dossiers,
    )


def shortened(official: Name) -> dict[str, str]:
    """A short name made of an official one, in each of its languages."""
    return {lang: proposed_short(text) for lang, text in official.items()}


class ServingCounter(Protocol):
    """A counter as far as slips name it."""

    @property
    def fields(self) -> Iterable[str]: ...
    @property
    def mode(self) -> str: ...
    @property
    def bulk(self) -> bool: ...
    @property
    def label(self) -> int | str: ...


def counters_named(counters: Iterable[ServingCounter], prefix: str) -> list[int | str]:
    """The counters a slip of a field names: the ordinary ones whose own field it is, else all."""
    own = [counter for counter in counters if prefix in counter.fields]
    ordinary = [counter for counter in own if counter.mode == "normal" and not counter.bulk]
    return [counter.label for counter in ordinary or own]
