"""What a hub tells Prometheus: its halls, and itself (docs/metrics.md explains each figure).

Labels are codes of centres, prefixes of fields, names of tasks, acts, namespaces and languages:
there are as many series as the centres' documents and the program make, whoever asks for what.
"""

import logging
import os
from collections.abc import Iterator, Sequence
from typing import Any, cast

from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from .. import VERSION
from ..acts import StorageError, show
from ..acts.show.centres_now import SILENT_MS
from ..serving import faults
from .backups import newest_of
from .disk import free
from .parts import HubParts

log = logging.getLogger("luot")
NAMESPACES = ("/kiosk", "/counter", "/board", "/manager")


def text_of(luot: HubParts) -> bytes:
    """Every figure, as Prometheus reads it. A figure that cannot be had now is left out."""
    registry = CollectorRegistry(auto_describe=False)
    tasks = cast(Collector, luot.tasks)
    for collector in (Halls(luot), Hub(luot), tasks, *luot.figures.all):
        registry.register(collector)
    ProcessCollector(registry=registry)
    return generate_latest(registry)


def _gauge(name: str, sentence: str, *labels: str) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, sentence, labels=labels)


class Halls(Collector):
    """How the halls are. One reading of the database for all of them."""

    def __init__(self, luot: HubParts) -> None:
        self._luot = luot

    def collect(self) -> Iterator[Metric]:
        """The figures of every centre; none while the database does not answer."""
        context = self._luot.context
        try:
            halls, notices = show.all_halls(context), show.notices_waiting(context)
        except StorageError as trouble:
            log.warning("the figures of the halls could not be read: %s", trouble)
            return
        yield from self._of_centres(halls, notices)
        yield from self._of_fields(halls)
        yield self._of_devices(halls)
        yield self._of_forecasts()

    def _of_centres(
        self, halls: Sequence[show.HallGlance], notices: dict[str, int]
    ) -> Iterator[Metric]:
        centres = _gauge("luot_centres", "Centres this hub knows.")
        centres.add_metric((), len(halls))
        mine = _gauge("luot_centres_here", "Centres that live in this process.")
        mine.add_metric((), sum(self._luot.owners.is_mine(hall.row.code) for hall in halls))
        yield from (centres, mine)
        of_a_centre: tuple[tuple[str, str, Any], ...] = (
            ("luot_journal_seq", "Facts in a centre's journal.", lambda hall: hall.row.seq),
            ("luot_day_open", "1 while the service day is open.", lambda hall: hall.is_open),
            ("luot_issued_today", "Numbers given on the day.", lambda hall: hall.row.issued),
            (
                "luot_at_counters",
                "People called or served now.",
                lambda hall: hall.row.at_counters,
            ),
            ("luot_absent", "People called in vain who may come back.", lambda h: h.row.absent),
            ("luot_parked", "People put aside.", lambda hall: hall.row.parked),
            ("luot_counters_open", "Counters that are open.", lambda hall: hall.counters_open),
            (
                "luot_notices_waiting",
                "Notices out of the house that were not sent yet.",
                lambda hall: notices.get(hall.row.code, 0),
            ),
        )
        for name, sentence, value in of_a_centre:
            family = _gauge(name, sentence, "centre")
            for hall in halls:
                family.add_metric((hall.row.code,), value(hall))
            yield family

    def _of_fields(self, halls: Sequence[show.HallGlance]) -> Iterator[Metric]:
        waiting = _gauge("luot_waiting", "People who wait.", "centre", "field")
        longest = _gauge(
            "luot_longest_wait_seconds", "How long the first in line has waited.", "centre", "field"
        )
        counters = _gauge(
            "luot_field_counters", "Open counters that serve a field.", "centre", "field"
        )
        for hall in halls:
            for line in hall.fields:
                labels = (hall.row.code, line.prefix)
                waiting.add_metric(labels, line.waiting)
                longest.add_metric(labels, line.longest_ms / 1000)
                counters.add_metric(labels, line.counters)
        yield from (waiting, longest, counters)

    def _of_devices(self, halls: Sequence[show.HallGlance]) -> Metric:
        now = self._luot.context.real_clock()
        family = _gauge(
            "luot_devices",
            "Devices that may come in, by whether they were heard of in two minutes, or ever.",
            "centre",
            "role",
            "state",
        )
        for hall in halls:
            for role, seen in sorted(hall.row.devices.items()):
                there = sum(at is not None and now - at <= SILENT_MS for at in seen)
                family.add_metric((hall.row.code, role, "there"), there)
                never = sum(at is None for at in seen)
                family.add_metric((hall.row.code, role, "silent"), len(seen) - there - never)
                family.add_metric((hall.row.code, role, "never"), never)
        return family

    def _of_forecasts(self) -> Metric:
        context = self._luot.context
        family = _gauge(
            "luot_forecast_age_seconds", "How old a centre's last forecast is.", "centre"
        )
        for code, age_ms in sorted(context.estimates.forecasts.ages(context.clock()).items()):
            family.add_metric((code,), age_ms / 1000)
        return family


class Hub(Collector):
    """How this process is, and the machine under it."""

    def __init__(self, luot: HubParts) -> None:
        self._luot = luot

    def collect(self) -> Iterator[Metric]:
        """The figures of the process."""
        luot = self._luot
        build = _gauge("luot_build_info", "1, with the version that runs.", "version")
        build.add_metric((VERSION,), 1)
        yield build
        yield self._sockets()
        voices = _gauge(
            "luot_voice_missing_clips", "Clips a centre's voice lacks.", "centre", "lang"
        )
        for code, of_centre in luot.voices.by_centre.items():
            for voice in of_centre:
                voices.add_metric((code, voice["lang"]), len(voice["missing"]))
        yield voices
        strangers = CounterMetricFamily(
            "luot_strangers_faults", "What strangers did wrong.", labels=("fault",)
        )
        for fault, count in sorted(faults.totals().items()):
            strangers.add_metric((fault,), count)
        yield strangers
        newest = newest_of(luot.settings)
        if newest:
            backup = _gauge("luot_backup_age_seconds", "How old the newest backup here is.")
            backup.add_metric((), (luot.context.real_clock() - newest) / 1000)
            yield backup
        disk = _gauge("luot_disk_free_bytes", "Free bytes of the data disk.")
        disk.add_metric((), free(luot.settings))
        resident = _gauge("luot_resident_bytes", "Memory this process holds.")
        resident.add_metric((), _resident())
        yield from (disk, resident)

    def _sockets(self) -> Metric:
        rooms = self._luot.socketio.server.manager.rooms
        family = _gauge("luot_sockets", "Screens and programs connected.", "namespace")
        for namespace in NAMESPACES:
            family.add_metric((namespace,), len(rooms.get(namespace, {}).get(None, {})))
        return family


def _resident() -> int:
    with open("/proc/self/statm") as statm:
        return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
