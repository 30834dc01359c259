"""create_app: the only file that knows every part."""

import logging
from dataclasses import dataclass, field

from flask import Flask, request
from flask_socketio import SocketIO
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix

from . import config
from .accounts.identity import Identity
from .acts import ActContext, Refusal, StorageError, run_periodic_jobs
from .clock import now_ms
from .notifier import Notifier
from .packets import Doorkeeper, bound_simple_websocket
from .payloads import BadPayload
from .serving import faults
from .serving.off_loop import OffLoop, OneByOne
from .sockets.broadcast import Broadcast
from .sockets.publish import Publisher
from .sockets.roles import ROLES
from .sockets.watch import Watch
from .store import lines, migrate
from .store.engine import open_store
from .web.announcements import Recordings, announcements
from .web.api import api
from .web.auth import NotAllowed, answered, auth
from .web.devices import devices
from .web.disk import watch_disk
from .web.files import files
from .web.health import health
from .web.media import media
from .web.openapi import openapi
from .web.pages import pages
from .web.voices import watch

log = logging.getLogger("luot")
POLICY = (
    "default-src 'self'; connect-src 'self' ws: wss:; img-src 'self' data: blob:; media-src 'self'"
    " blob:; frame-ancestors 'self'; object-src 'none'; base-uri 'none'; form-action 'self'"
)
HEADERS = (
    ("Content-Security-Policy", POLICY),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Permissions-Policy", "camera=(), microphone=(), geolocation=()"),
)
ROUNDS_EVERY_S = 1
#: HTTP's own refusals, as the language files name them (`bad_request_…`); any other: unreadable.
UNREAD = {404: "address", 405: "method", 413: "large"}


@dataclass
class Luot:
    """The parts of a running hub."""

    settings: object
    store: object
    context: ActContext
    identity: Identity
    socketio: SocketIO
    publisher: Publisher
    log_ins: OneByOne = field(default_factory=OneByOne)
    demo: bool = False
    extras: dict = field(default_factory=dict)

    def centres(self):
        """Every loaded centre."""
        return self.context.centres()

    def trouble(self):
        """Why the hub cannot work now, with the mend, or None."""
        try:
            if migrate.current(self.store) != migrate.newest():
                return "the database has an older schema: run `luot migrate`"
            with self.store.change() as conn:
                lines.probe(conn, self.context.clock())
        except StorageError as trouble:
            return str(trouble)
        return None


def create_app(settings=None):
    """The Flask application of a hub with everything in it.

    Nothing happens at import; everything starts here.
    """
    settings = settings or config.load()
    store = open_store(settings.database_url or settings.data)
    if migrate.current(store) is None:
        migrate.migrate(store)
    app = Flask(
        __name__,
        root_path=str(files.root_path),
        template_folder="templates",
        static_folder="static",
    )
    app.config.update(
        MAX_CONTENT_LENGTH=64 * 1024, MAX_FORM_MEMORY_SIZE=64 * 1024, TEMPLATES_AUTO_RELOAD=False
    )
    app.json.ensure_ascii = False
    app.json.sort_keys = False
    if settings.async_mode != "eventlet":
        bound_simple_websocket(settings.packet_bytes)
    socketio = SocketIO(
        app,
        async_mode=settings.async_mode,
        transports=["websocket"],
        manage_session=False,
        max_http_buffer_size=settings.packet_bytes,
        ping_interval=settings.ping_seconds,
        ping_timeout=settings.ping_seconds,
        http_compression=False,
        cookie=None,
        always_connect=False,
        **({"client_manager": Broadcast()} if settings.async_mode == "eventlet" else {}),
    )
    context = ActContext(store, now_ms, settings.hours, settings.undo_seconds, settings.public_url)
    identity = Identity(context, settings.session_hours, settings.idle_minutes)
    identity.off_loop = OffLoop(settings.async_mode)
    publisher = Publisher(socketio, context)
    context.heard, context.tell_again = publisher.heard, publisher.tell_again
    if settings.redis_url:
        publisher.loudspeakers.drive.alone = False
        publisher.notifier = Notifier(settings.redis_url, publisher.look)
        socketio.start_background_task(publisher.notifier.listen)
    luot = app.extensions["luot"] = Luot(
        settings, store, context, identity, socketio, publisher, demo=settings.hours == "always"
    )
    roles = [role(namespace, context, identity, publisher) for namespace, role in ROLES.items()]
    for role in roles:
        socketio.on_namespace(role)
    for blueprint in (
        auth,
        openapi,
        api,
        announcements,
        files,
        health,
        pages,
        devices,
        media,
        *_report_pages(),
    ):
        app.register_blueprint(blueprint)
    _guard(app)
    app.wsgi_app = Doorkeeper(app.wsgi_app, settings, socketio.sleep)
    if settings.trusted_proxies:
        app.wsgi_app = ProxyFix(
            app.wsgi_app, x_for=settings.trusted_proxies, x_proto=settings.trusted_proxies, x_host=0
        )
    publisher.loudspeakers.clip = Recordings(settings.data).of
    socketio.start_background_task(faults.run, socketio.sleep)
    socketio.start_background_task(publisher.run)
    socketio.start_background_task(publisher.loudspeakers.run)
    socketio.start_background_task(_run_periodic_jobs, luot)
    socketio.start_background_task(watch, luot)
    socketio.start_background_task(watch_disk, luot)
    socketio.start_background_task(Watch(socketio, identity, roles, now_ms).run)
    return app


def _report_pages():
    from .web.manager import manager
    from .web.phone import phone
    from .web.reports import reports
    from .web.studio import studio
    from .web.voices import voices

    return manager, phone, reports, studio, voices


def _run_periodic_jobs(luot):
    """What the hub does by itself in every centre (server/acts/periodic_jobs.py), for as long as it
    runs.
    """
    while True:
        try:
            for code in list(luot.context.seqs()):
                _run_jobs_of(luot, code)
                luot.socketio.sleep(0)  # screens are served between two centres
            luot.store.empty_log()
        except StorageError as trouble:
            log.warning("the centres could not be looked after: %s", trouble)
        luot.socketio.sleep(ROUNDS_EVERY_S)


def _run_jobs_of(luot, code):
    try:
        run_periodic_jobs(luot.context, code)
    except (StorageError, Refusal) as trouble:
        log.warning("%s could not be looked after: %s", code, trouble)
    except Exception:
        log.exception("%s could not be looked after", code)


def _guard(app):
    """One JSON error everywhere, and the headers every page gets."""

    @app.errorhandler(NotAllowed)
    def not_allowed(error):
        return answered(Refusal("not_allowed").answer(), error.status)

    @app.errorhandler(BadPayload)
    def bad_payload(error):
        return answered(
            Refusal("bad_request", key=error.key, problem=error.problem, **error.params).answer()
        )

    @app.errorhandler(Refusal)
    def refused(error):
        return answered(error.answer(), 401 if error.code == "not_allowed" else None)

    @app.errorhandler(StorageError)
    def storage(error):
        log.error("storage: %s", error)
        return answered(Refusal(error.code).answer())

    @app.errorhandler(Exception)
    def anything(error):
        if isinstance(error, HTTPException):
            if not request.path.startswith("/api/"):
                return error
            why = UNREAD.get(error.code, "unreadable")
            return answered(Refusal("bad_request", why=why).answer(), error.code)
        log.exception("%s %s failed", request.method, request.path)
        return answered(Refusal("internal").answer())

    @app.after_request
    def headers(response):
        for name, value in HEADERS:
            if name not in response.headers:
                response.headers.add(name, value)
        if "Cache-Control" not in response.headers and response.mimetype in (
            "application/json",
            "text/html",
        ):
            response.headers.add("Cache-Control", "no-store")
        return response
