"""What the pages need of the running hub they are part of; `server/app.py` makes the parts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, Protocol

from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from domain.centre import Centre

from ..accounts.first_run import FirstRun
from ..accounts.identity import Identity
from ..accounts.passkeys import Passkeys
from ..accounts.pins import Pins
from ..accounts.sign_in_service import SignInService
from ..acts import ActContext
from ..acts.act import Store
from ..acts.show import CentreReading
from ..config import Settings
from .slots import Slots

if TYPE_CHECKING:
    from .reports import ReportRunner
    from .voices import VoiceWatch


class Readings(Protocol):
    """The newest reading of each centre's hall."""

    def newest(self, centre: str) -> CentreReading:
        """The reading of a centre."""


class Publisher(Protocol):
    """What the screens are shown."""

    @property
    def readings(self) -> Readings:
        """The readings the snapshots are made from."""

    def snapshot(self, kind: str, centre: str, device: str | None = None) -> dict[str, Any]:
        """The snapshot of a board, manager or kiosk."""

    def kiosk_snapshot(
        self, centre: str, device: str | None = None, whole_list: bool = False
    ) -> dict[str, Any]:
        """The snapshot of a kiosk; `whole_list`: with the procedures in it."""

    def counter_snapshot(
        self, centre: str, counter: str, whole_list: bool = False
    ) -> dict[str, Any]:
        """The snapshot of a counter's console; `whole_list`: with the procedures in it."""

    def standing(self, centre: str, alert: str) -> float | None:
        """What the alert of a key that stands now is measured by, or None."""

    def told_to(self, centre: str, role: str) -> list[dict[str, Any]]:
        """What the centre's rules tell clerks or greeters."""

    def soon(self, centre: str) -> None:
        """Read the hall anew and send it."""


class Presence(Protocol):
    """Which devices are there."""

    def is_online(self, device: str) -> bool:
        """Whether a device has a connection."""

    def connections(self, device: str) -> list[str]:
        """The sockets of a device."""

    def device_asked(self, device: str, at: int) -> None:
        """A device without a socket asked at this moment (ms)."""

    def asked_at(self, device: str) -> int | None:
        """When it last did (ms), or None."""


class Tasks(Protocol):
    """The hub's background tasks."""

    def states(self) -> dict[str, str]:
        """How each is, by its name."""

    def collect(self) -> Iterator[Metric]:
        """The same for Prometheus."""


class Owners(Protocol):
    """Which centres live in this process."""

    def is_mine(self, centre: str) -> bool:
        """Whether a centre does."""


class Figures(Protocol):
    """What the process counts of its own work."""

    @property
    def all(self) -> tuple[Collector, ...]:
        """Its collectors."""


class LogIns(Protocol):
    """A line of log-ins for each address."""

    def of(self, address: str) -> AbstractContextManager[None]:
        """Wait until nobody of this address is inside."""


class HubParts(Protocol):
    """The parts of a running hub; `socketio` is Flask-SocketIO's, which has no types."""

    @property
    def settings(self) -> Settings: ...
    @property
    def context(self) -> ActContext: ...
    @property
    def identity(self) -> Identity: ...
    @property
    def socketio(self) -> Any: ...
    @property
    def presence(self) -> Presence: ...
    @property
    def publisher(self) -> Publisher: ...
    @property
    def log_ins(self) -> LogIns: ...
    @property
    def tasks(self) -> Tasks: ...
    @property
    def voices(self) -> VoiceWatch: ...
    @property
    def reports(self) -> ReportRunner: ...
    @property
    def figures(self) -> Figures: ...
    @property
    def owners(self) -> Owners: ...
    @property
    def voice_slots(self) -> Slots: ...
    @property
    def store(self) -> Store: ...
    @property
    def first_run(self) -> FirstRun: ...
    @property
    def pins(self) -> Pins: ...
    @property
    def passkeys(self) -> Passkeys: ...
    @property
    def sign_in_service(self) -> SignInService: ...
    @property
    def demo(self) -> bool: ...

    def centres(self) -> list[Centre]:
        """Every loaded centre."""

    def trouble(self) -> str | None:
        """Why the hub cannot work now, with the mend, or None."""
