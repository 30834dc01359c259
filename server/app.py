"""create_app: the only file that knows every part."""

import logging
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any

from flask import Flask
from flask_socketio import SocketIO
from werkzeug.middleware.proxy_fix import ProxyFix

from domain.facts import OF_COUNTER

from . import config, rounds
from .accounts.first_run import FirstRun
from .accounts.identity import Identity
from .accounts.number_limits import USUAL_A_MINUTE, NumberLimits
from .accounts.passkeys import Passkeys
from .accounts.pins import Pins
from .accounts.sign_in_service import SignInService
from .acts import ActContext, StorageError
from .acts.forecast_files import ForecastFiles
from .acts.hub_clock import HallTime, HubClock
from .acts.sealing import Sealer
from .background import BackgroundTasks
from .clock import Machine, now_ms
from .notifier import Notifier
from .owners import BEAT_S, HOUSE, Owners
from .packets import Doorkeeper, bound_simple_websocket
from .serving import faults, memory
from .serving.figures import ProcessFigures
from .serving.loop_lag import LoopLag
from .serving.memory import Memory
from .serving.off_loop import OffLoop, OneByOne
from .serving.request_ids import RequestIds
from .sockets import loudspeaker as loudspeakers_part
from .sockets import publish, utf8_json, watch
from .sockets.blocks import KioskBlocks
from .sockets.broadcast import Broadcast
from .sockets.commits import Commits
from .sockets.loudspeaker import Loudspeakers
from .sockets.moved_centres import MovedCentres
from .sockets.persons import Persons, ticket_reader
from .sockets.presence import Presence
from .sockets.publish import Publisher
from .sockets.readings import Readings
from .sockets.roles import NAMESPACES, BoardRole, CounterRole, KioskRole, ManagerRole
from .sockets.seals import SealPrinter
from .sockets.watch import Watch
from .store import hub_processes, lines, migrate, phones
from .store.engine import Store, open_store
from .web import disk, voices
from .web.all_pages import add_pages
from .web.announcements import Recordings
from .web.backups import BackupMaker
from .web.disk import DiskWatch, LogWatch, PagesWatch
from .web.exports import ExportMaker
from .web.files import files
from .web.guard import guard
from .web.parts import HubParts
from .web.phone_reads import PhoneReads
from .web.reports import ReportRunner
from .web.sign_in_service import service_of
from .web.slots import Slots
from .web.studio import RETRY_AFTER_S, WORKERS
from .web.voices import VoiceWatch

log = logging.getLogger("luot")
JOBS_EVERY_S = 1
#: How often it is looked whether the forecaster wrote something new.
FORECASTS_EVERY_S = 1
#: How often it is looked whether an alert that somebody took is nobody's any more.
ALERTS_EVERY_S = 5
#: How often it is looked whether a new day asks for a new count of what people ask for.
ASKED_EVERY_S = 60
#: How often it is looked whether something kept of people is past its time, and of log-ins.
RETENTION_EVERY_S, LOG_INS_EVERY_S = 60, 3600
#: A hub that listens on all addresses is reached by its own machine at this one.
EVERY_ADDRESS = ("0.0.0.0", "::", "")  # noqa: S104
#: How often what was written is sealed (server/store/chain.py).
SEAL_EVERY_S = 5


@dataclass(frozen=True)
class Luot:
    """The parts of a running hub."""

    settings: config.Settings
    store: Store
    context: ActContext
    identity: Identity
    socketio: SocketIO
    presence: Presence
    publisher: Publisher
    log_ins: OneByOne
    tasks: BackgroundTasks
    voices: VoiceWatch
    reports: ReportRunner
    voice_slots: Slots
    figures: ProcessFigures
    owners: Owners
    first_run: FirstRun
    pins: Pins
    passkeys: Passkeys
    sign_in_service: SignInService
    demo: bool = False

    def centres(self) -> list[Any]:
        """Every loaded centre."""
        return list(self.context.centres())

    def end(self) -> None:
        """The orderly end: no task goes on, none is cut in the middle of what it writes; then the
        process of short reports and the database are closed.
        """
        for name in self.tasks.end():
            log.warning("%s: did not end in time", name)
        self.reports.short.close()
        with suppress(StorageError):
            self.owners.end()
        self.store.close()

    def trouble(self) -> str | None:
        """Why the hub cannot work now, with the mend, or None."""
        if self.store.damage is not None:
            return self.store.damage
        try:
            if migrate.current(self.store) != migrate.newest():
                return "the database has an older schema: run `luot migrate`"
            with self.store.change() as conn:
                lines.probe(conn, self.context.clock())
        except StorageError as trouble:
            return str(trouble)
        return None


def create_app(settings: config.Settings | None = None, hall_time: HallTime | None = None) -> Flask:
    """The Flask application of a hub with everything in it.

    Nothing happens at import; everything starts here. Each part is given what it needs when it is
    made; the tasks start last. hall_time: makes the hall's clock of the hub's where the hall lives
    at another speed (a demo).
    """
    settings = settings or config.load()
    figures = ProcessFigures()
    store = _migrated_store(settings, figures.commits.observe)
    app = _flask_app()
    socketio = _socketio(app, settings)
    shared = bool(settings.redis_url)

    owners = _owners(settings, store)
    commits, presence = Commits(), Presence(shared)
    limits = NumberLimits(now_ms, _numbers_a_minute(settings))
    machine = Machine()
    clock = HubClock(store, machine.read, machine.read_whole)
    context = ActContext(
        store,
        hall_time(clock) if hall_time is not None else clock,
        settings.hours,
        settings.undo_seconds,
        settings.public_url,
        commits.heard,
        commits.tell_again,
        presence.kiosk_is_there,
        limits,
        clock,
        figures.act,
    )
    identity = Identity(
        context, settings.session_hours, settings.idle_minutes, OffLoop(settings.async_mode)
    )
    tasks = BackgroundTasks(
        socketio.sleep,
        socketio.start_background_task,
        expected=(StorageError, OSError),
        ending=socketio.server.eio.create_event(),
    )
    loop_lag = LoopLag(tasks.pause, figures.loop_lag.observe)
    disk_watch, pages_watch = DiskWatch(settings, store, now_ms), PagesWatch(store, now_ms)
    log_watch = LogWatch(store, now_ms)
    backup_maker = BackupMaker(context, settings, tasks.pause, partial(owners.is_mine, HOUSE))
    voice_watch = VoiceWatch(settings.data, context, partial(socketio.sleep, 0), owners.is_mine)

    readings, persons = Readings(context), Persons(ticket_reader(context))
    blocks = KioskBlocks(socketio, context, presence)
    recordings = Recordings(settings.data)
    loudspeakers = Loudspeakers(socketio, context, readings.newest, recordings.of, shared)
    notifier = Notifier(settings.redis_url, socketio.start_background_task) if shared else None
    publisher = Publisher(
        socketio,
        context,
        commits,
        presence,
        readings,
        loudspeakers,
        notifier,
        (
            ("centre_loaded", context.forget),
            *((kind, context.estimates.counters_changed) for kind in OF_COUNTER),
            ("day_opened", blocks.lease_all),
            ("day_closed", persons.forget),
            *loudspeakers.on_fact.items(),
        ),
        (
            disk_watch.alerts,
            log_watch.alerts,
            backup_maker.alerts,
            pages_watch.alerts,
            voice_watch.alerts,
            limits.alerts,
        ),
        partial(socketio.sleep, 0),
        figures.telling.observe,
        None if store.sqlite else socketio.start_background_task,
    )

    parts = (context, identity, publisher)
    roles = (
        KioskRole("/kiosk", *parts, blocks, persons),
        CounterRole("/counter", *parts),
        BoardRole("/board", *parts),
        ManagerRole("/manager", *parts),
    )
    for role in roles:
        socketio.on_namespace(role)
    hub: HubParts = Luot(
        settings,
        store,
        context,
        identity,
        socketio,
        presence,
        publisher,
        OneByOne(),
        tasks,
        voice_watch,
        ReportRunner(),
        Slots(WORKERS, RETRY_AFTER_S),
        figures,
        owners,
        FirstRun(identity, settings.data),
        Pins(identity),
        Passkeys(identity, settings.public_url),
        SignInService(identity, service_of(settings)),
        demo=settings.hours == "always",
    )
    app.extensions["luot"] = hub
    hub.first_run.offer_to_new()
    add_pages(app)
    guard(app, figures.request)
    _add_doors(app, settings, store, socketio.sleep)

    tasks.every(publish.TOGETHER_S, "publish", publisher.round)
    tasks.every(loudspeakers_part.TICK_S, "loudspeakers", loudspeakers.round)
    mine, let_others = owners.is_mine, partial(socketio.sleep, 0)
    keep_clock = partial(rounds.keep_clock, clock, context, publisher.soon, mine)
    tasks.every(JOBS_EVERY_S, "clock", keep_clock)
    tasks.every(JOBS_EVERY_S, "jobs", partial(rounds.do_jobs, context, let_others, mine))
    tasks.every(ASKED_EVERY_S, "asked", partial(rounds.count_asked, context, let_others), 1)
    seal_printer = SealPrinter(socketio, context, presence)
    sealer = Sealer(context, let_others, seal_printer.day_ended)
    seal = partial(rounds.seal, sealer, seal_printer, mine)
    tasks.every(SEAL_EVERY_S, "seals", seal, SEAL_EVERY_S)
    erase_due = partial(rounds.erase_due, context, mine)
    tasks.every(RETENTION_EVERY_S, "retention", erase_due, RETENTION_EVERY_S)
    erase_old = partial(rounds.erase_old, context, mine)
    tasks.every(LOG_INS_EVERY_S, "log-ins", erase_old, RETENTION_EVERY_S)
    forecasts = ForecastFiles(settings.data, context.estimates.forecasts)
    tasks.every(FORECASTS_EVERY_S, "forecasts", forecasts.refresh)
    tasks.every(ALERTS_EVERY_S, "alerts", partial(rounds.release_alerts, context, publisher, mine))
    connections = Watch(socketio, identity, roles, clock)
    tasks.every(watch.REFRESH_S, "connections", connections.refresh, watch.REFRESH_S)
    tasks.every(voices.REFRESH_S, "voices", voice_watch.refresh, voices.SOON_S)
    tasks.every(disk.REFRESH_S, "disk", disk_watch.refresh, disk.REFRESH_S)
    tasks.every(disk.CHECK_EVERY_S, "pages", pages_watch.refresh, disk.FIRST_CHECK_AFTER_S)
    tasks.every(JOBS_EVERY_S, "database", log_watch.refresh)
    tasks.every(faults.SUM_UP_EVERY_S, "log", faults.sum_up, faults.SUM_UP_EVERY_S)
    exports = ExportMaker(context, settings.data, settings.reports_folder, tasks.pause, mine)
    tasks.keep("exports", exports.loop)
    tasks.keep("backups", backup_maker.loop)
    tasks.every(0, "loop", loop_lag.round)
    held = Memory(lambda: len(socketio.server.eio.sockets), OffLoop(settings.async_mode))
    tasks.every(memory.REFRESH_S, "memory", held.refresh, memory.REFRESH_S)
    if notifier is not None:
        tasks.every(BEAT_S, "owners", owners.round)
        moved = MovedCentres(socketio, roles, owners.is_elsewhere)
        tasks.every(watch.REFRESH_S, "moved centres", moved.round, watch.REFRESH_S)
        tasks.keep("notifier", partial(notifier.listen, publisher.catch_up))
    return app


def _owners(settings: config.Settings, store: Store) -> Owners:
    def beat(name: str, gone_after_ms: int) -> list[str]:
        with store.change() as conn:
            return hub_processes.beat(conn, name, gone_after_ms)

    def leave(name: str) -> None:
        with store.change() as conn:
            hub_processes.leave(conn, name)

    host = "127.0.0.1" if settings.host in EVERY_ADDRESS else settings.host
    name = settings.hub_name or f"{host}:{settings.port}"
    return Owners(name if settings.redis_url else None, beat, leave)


def _numbers_a_minute(settings: config.Settings) -> int:
    """The setting; where it is left at 0, the usual limit in a hall by its hours, else none."""
    usual = 0 if settings.hours == "always" else USUAL_A_MINUTE
    return settings.numbers_per_minute or usual


def _migrated_store(settings: config.Settings, on_commit: Callable[[float], object]) -> Store:
    url = settings.database_url or settings.data
    store = open_store(url, data_folder=settings.data, on_commit=on_commit)
    if migrate.current(store) is None:
        migrate.migrate(store)
    return store


class _PlainFlask(Flask):
    """Flask without coroutines: none of the hub's views is one, and it would look each time."""

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """As Flask's."""
        return func


def _flask_app() -> Flask:
    app = _PlainFlask(
        __name__,
        root_path=str(files.root_path),
        template_folder="templates",
        static_folder="static",
    )
    app.config.update(
        MAX_CONTENT_LENGTH=64 * 1024, MAX_FORM_MEMORY_SIZE=64 * 1024, TEMPLATES_AUTO_RELOAD=False
    )
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.json.sort_keys = False  # type: ignore[attr-defined]
    return app


def _socketio(app: Flask, settings: config.Settings) -> SocketIO:
    if settings.async_mode != "eventlet":
        bound_simple_websocket(settings.packet_bytes)
    return SocketIO(
        app,
        async_mode=settings.async_mode,
        transports=["websocket"],
        namespaces=list(NAMESPACES),
        manage_session=False,
        max_http_buffer_size=settings.packet_bytes,
        ping_interval=settings.ping_seconds,
        ping_timeout=settings.ping_seconds,
        http_compression=False,
        json=utf8_json,
        cookie=None,
        always_connect=False,
        **({"client_manager": Broadcast()} if settings.async_mode == "eventlet" else {}),
    )


def _add_doors(
    app: Flask, settings: config.Settings, store: Store, pause: Callable[[float], Any]
) -> None:
    """What stands before the application: who comes in, and nginx's word for who asks."""

    lines: dict[str, phones.Standing] = {}
    alone = threading.Lock()

    def standing(centre: str) -> Mapping[str, phones.Place]:
        with alone, store.read() as conn:
            looked_at = lines.setdefault(centre, phones.Standing(centre))
            places = looked_at.read(conn)
            if not places:
                # nobody is there, or there is no such centre
                del lines[centre]
            return places

    app.wsgi_app = PhoneReads(app.wsgi_app, standing)  # type: ignore[method-assign]
    app.wsgi_app = Doorkeeper(app.wsgi_app, settings, pause)  # type: ignore[method-assign]
    trusted = settings.trusted_proxies > 0
    app.wsgi_app = RequestIds(app.wsgi_app, trusted)  # type: ignore[method-assign]
    if settings.trusted_proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=settings.trusted_proxies, x_proto=settings.trusted_proxies, x_host=0
        )
