"""The shapes of the snapshots, as mypy holds their makers to them and docs/sockets.md tells them.

Moments are milliseconds since 1970 UTC; a name is a text by language.
"""

from collections.abc import Mapping
from typing import Any, NotRequired, TypedDict

from ...store.rollups import PublicLine
from ..catalogue import CatalogueAt
from ..estimates import FieldEstimate

Name = Mapping[str, str]
CounterName = int | str | None


class CentreHead(TypedDict):
    """Which centre a snapshot is of."""

    code: str
    name: Name
    timezone: str
    locales: list[str]


class DayHead(TypedDict):
    """The service day; the last two keys are for kiosks, which decide without the hub by them."""

    date: str
    state: str
    issuing: bool
    by_hand: NotRequired[bool]
    closed_fields: NotRequired[dict[str, Name | None]]


class Head(TypedDict):
    """What every snapshot begins with."""

    seq: int
    at: int
    centre: CentreHead
    day: DayHead


class KioskField(FieldEstimate):
    """A field on a kiosk."""

    field: str
    name: Name
    short: Name
    kind: str
    zone: Name
    minutes: float
    state: str
    message: Name | None
    again_at: int | None
    waiting: int
    counters: list[int | str]
    bulk_from: int | None


class ListedKioskField(KioskField):
    """A field on a kiosk that does not fetch the list of procedures."""

    services: list[dict[str, Any]]


class KioskSnapshot(Head):
    """What a touch kiosk shows."""

    catalogue: CatalogueAt
    calendar: dict[str, Any]
    ticket_format: str
    open: bool
    again_at: int | None
    why: str | None
    fields: list[KioskField]
    blocks: list[dict[str, Any]]
    lost: int | None
    reset_time: str
    next: dict[str, Any]
    slip: Mapping[str, Any] | None
    phone_url: str | None
    limits: dict[str, int]
    priority: dict[str, Any]
    wizard: Mapping[str, Any] | None
    hours: dict[str, list[list[str]]]
    booking: dict[str, bool]
    promises_kept: PublicLine | None


class BoardCounter(TypedDict):
    """A counter on the lobby board and on its sign."""

    counter: CounterName
    name: Name | None
    zone: str
    fields: list[str]
    state: str
    number: str | None
    ticket_state: str | None
    calls: int
    called_at: int | None
    priority: bool
    resume_at: int | None


class BoardField(FieldEstimate):
    """A field on the lobby board."""

    field: str
    name: Name
    short: Name
    zone: str
    state: str
    waiting: int


class BoardSnapshot(Head):
    """What the lobby boards and counter signs show; nobody's name."""

    screens: Any
    emergency: dict[str, Any] | None
    working: bool
    again_at: int | None
    zones: list[dict[str, Any]]
    counters: list[BoardCounter]
    calls: list[dict[str, Any]]
    fields: list[BoardField]
    notice: Name | None
    badge: str
    promises_kept: PublicLine | None


class ConsoleCounter(TypedDict):
    """The counter of a console."""

    counter: CounterName
    name: Name | None
    zone: Name
    fields: list[str]
    overflow: list[str]
    mode: str
    assigned: bool
    state: str
    since: int | None
    pause_reason: str | None
    clerk: str | None
    wants_next: bool
    break_wanted: bool


class ConsoleSnapshot(Head):
    """What the console of one counter shows; tickets as staff see them (server/acts/views.py)."""

    catalogue: CatalogueAt
    counter: ConsoleCounter
    consoles: int
    mine: dict[str, Any] | None
    next: list[dict[str, Any]]
    waiting: int
    sent_back: list[dict[str, Any]]
    parked: list[dict[str, Any]]
    absent: list[dict[str, Any]]
    fields: list[dict[str, Any]]
    undo: dict[str, Any] | None
    lists: dict[str, Any]
    priorities: list[dict[str, Any]]
    targets: dict[str, list[dict[str, Any]]]
    ticket_format: str
    rules: dict[str, Any]


class ListedConsoleSnapshot(ConsoleSnapshot):
    """The same for a console that does not fetch the list of procedures."""

    services: list[dict[str, Any]]


class ManagerField(FieldEstimate):
    """A field as a manager watches it."""

    field: str
    name: Name
    short: Name
    zone: str
    waiting: int
    oldest_at: int | None
    open_counters: int
    course: list[int]
    state: str
    message: Name | None
    issued: int
    served: int


class ManagerCounter(TypedDict):
    """A counter as a manager watches it."""

    counter: CounterName
    name: Name | None
    zone: str
    fields: list[str]
    overflow: list[str]
    mode: str
    assigned: bool
    wants_next: bool
    break_wanted: bool
    state: str
    since: int | None
    pause_reason: str | None
    clerk: str | None
    number: str | None
    ticket_state: str | None
    ticket_since: int | None


class ManagerSnapshot(Head):
    """The hall as its manager watches it."""

    reopen: dict[str, Any] | None
    totals: dict[str, int]
    fields: list[ManagerField]
    counters: list[ManagerCounter]
    devices: list[dict[str, Any]]
    alerts: list[dict[str, Any]]
    suggestions: list[dict[str, Any]]
    rules: dict[str, Any]


class LinesField(TypedDict):
    """A field's line on the greeter's page."""

    field: str
    name: Name
    short: Name
    zone: Name
    state: str
    waiting: list[dict[str, Any]]
    counters: list[CounterName]


class LinesSnapshot(Head):
    """All lines of a hall at a glance."""

    badge: str
    fields: list[LinesField]
    counters: list[dict[str, Any]]
    parked: list[dict[str, Any]]
    absent: list[dict[str, Any]]
