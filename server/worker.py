"""The gunicorn worker for eventlet; with serving/gevent_worker.py the files that know about green
threads.

Importing it patches the process: only gunicorn does so.
"""

import os
import warnings

# psycopg reads this when imported; its own waiting would stop every green thread (2.07 s instead of
# 0.54 s for four queries)
os.environ.setdefault("PSYCOPG_WAIT_FUNC", "wait_selector")
# the hub looks up no names but its database's and Redis's, at a connection; eventlet's own resolver
# costs each start a fifth of a second
os.environ.setdefault("EVENTLET_NO_GREENDNS", "yes")
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import eventlet

    eventlet.monkey_patch()
    import eventlet.wsgi
    from eventlet import greenio, hubs
    from eventlet.websocket import FailedConnectionError, RFC6455WebSocket

import contextlib
import errno
import logging
import socket
import sys
from typing import Any

import greenlet

from .serving.budgets import Greedy
from .serving.fair_worker import FairWorker
from .serving.masks import unmasked

#: Out of descriptors or memory: wait and go on. One such error must not end the accept loop, which
#: would leave a worker that looks alive and answers nothing.
SHORT_OF = (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM)
#: So many newcomers are taken in, then everybody else is served.
ACCEPTED_AT_ONCE = 8


class _BoundedMessage(RFC6455WebSocket.Message):  # type: ignore[misc]  # eventlet has no types
    """A message whose fragments together stay under the limit; eventlet bounds each frame only."""

    def push(self, data: bytes, final: bool = False) -> None:
        self.size = getattr(self, "size", 0) + len(data)
        if self.size > self.max_frame_length:
            raise FailedConnectionError(1009, "message too long")
        super().push(data, final)


_plain_frame = RFC6455WebSocket._recv_frame


def _budgeted_frame(self: Any, message: Any = None) -> Any:
    """One frame, of any kind (a ping or an empty fragment costs as much as a message), if the
    socket may send one more; else it is cut.
    """
    frame = _plain_frame(self, message)
    visitor = self.environ.get("luot.visitor")
    if visitor is not None:
        try:
            visitor.spend()
        except Greedy as greedy:
            raise FailedConnectionError(1008, str(greedy)) from None
    return frame


def _wait(self: Any) -> Any:
    """The next message, or None when the connection is to be ended."""
    message = next(self.iterator, None)
    visitor = self.environ.get("luot.visitor")
    return message if visitor is None else visitor.readable(message)


def _hang_up(self: Any, close_data: Any = None) -> None:
    """Close a websocket; that its connection is down already is no news, eventlet writes a line
    into the log for each.
    """
    try:
        self._send_closing_frame(close_data=close_data, ignore_send_errors=True)
        self.socket.shutdown(socket.SHUT_WR)
    except OSError:
        pass
    finally:
        self.socket.close()


def _log_squelched(_hub: Any, exc_info: Any) -> None:
    """A green thread that died is written into the log, which is bounded, not past it."""
    logging.getLogger("luot").error("a green thread died", exc_info=exc_info)


RFC6455WebSocket.Message = _BoundedMessage
RFC6455WebSocket._recv_frame = _budgeted_frame
RFC6455WebSocket.wait = _wait
RFC6455WebSocket._apply_mask = staticmethod(unmasked)
RFC6455WebSocket.close = _hang_up


class EventletWorker(FairWorker):
    """Serves HTTP and websockets on green threads, one per connection."""

    alive: bool

    @classmethod
    def check_config(cls, cfg: Any, log: Any) -> None:
        """Refuse what this worker cannot do, before anything starts."""
        if cfg.is_ssl:
            raise SystemExit("luot: end TLS in nginx in front of the hub, not in gunicorn")
        if cfg.preload_app:
            raise SystemExit("luot: preload_app must stay off; the app starts green threads")
        if os.environ["PSYCOPG_WAIT_FUNC"] not in ("wait_selector", "wait_select"):
            raise SystemExit(
                f"luot: PSYCOPG_WAIT_FUNC={os.environ['PSYCOPG_WAIT_FUNC']} stops every green"
                " thread while PostgreSQL thinks; unset it"
            )
        if cfg.workers > 1 and not os.environ.get("LUOT_REDIS_URL"):
            raise SystemExit("luot: several hub processes need LUOT_REDIS_URL")

    def pause(self) -> None:
        """Let the loop go round once."""
        eventlet.sleep(0)

    def init_process(self) -> None:
        """A hub of green threads of this process's own, not the parent's."""
        hubs.use_hub()
        hub = hubs.get_hub()
        hub.squelch_generic_exception = lambda exc_info: _log_squelched(hub, exc_info)
        hub.squelch_timer_exception = lambda _timer, exc_info: _log_squelched(hub, exc_info)
        super().init_process()

    def is_already_handled(self, respiter: Any) -> bool:
        """A websocket has said all itself: gunicorn must not write a response into it."""
        if getattr(eventlet.wsgi.WSGI_LOCAL, "already_handled", False):
            raise StopIteration()
        return bool(super().is_already_handled(respiter))

    def timeout_ctx(self) -> Any:
        """The deadline of an idle or half-sent request, should the line's own ever fail."""
        return eventlet.Timeout(self.cfg.keepalive + self.head_seconds, False)

    def handle_quit(self, sig: int, frame: Any) -> None:
        """The base class sleeps in its handler, which a hub must not."""
        eventlet.spawn(super().handle_quit, sig, frame)

    def handle_usr1(self, sig: int, frame: Any) -> None:
        """Reopening logs is file I/O: outside the hub's loop."""
        eventlet.spawn(super().handle_usr1, sig, frame)

    def run(self) -> None:
        """Accept until told to stop; a dead accept loop ends the process, so that gunicorn starts a
        new one.
        """
        acceptors = []
        for listener in self.sockets:
            green = greenio.GreenSocket(listener.sock if hasattr(listener, "sock") else listener)
            green.setblocking(1)
            acceptors.append(eventlet.spawn(self._accept, green))
        while self.alive:
            self.notify()
            eventlet.sleep(1.0)
            if os.getppid() != self.ppid:
                # gunicorn itself was killed: without it nobody would start this worker again, and
                # its port and folder would stay taken
                self.log.warning("gunicorn is gone; ending too")
                self.alive = False
            if self.alive and any(acceptor.dead for acceptor in acceptors):
                self.log.critical("an accept loop died; starting a new worker")
                sys.exit(1)
        self.notify()
        eventlet.sleep(0)  # told to end in its first moments: what has never run cannot be ended
        try:
            with eventlet.Timeout(self.cfg.graceful_timeout, False):
                for acceptor in acceptors:
                    acceptor.kill(eventlet.StopServe)
                for acceptor in acceptors:
                    acceptor.wait()
        finally:
            for acceptor in acceptors:
                acceptor.kill()

    def _accept(self, listener: Any) -> None:
        pool = eventlet.GreenPool(self.worker_connections)
        accepted = 0
        try:
            while True:
                accepted += 1
                if accepted % ACCEPTED_AT_ONCE == 0:
                    eventlet.sleep(0)  # accept() itself never waits while newcomers do
                try:
                    conn, addr = listener.accept()
                except OSError as error:
                    if error.errno in SHORT_OF:
                        self.log.error("cannot accept (%s); waiting", error)
                        eventlet.sleep(0.5)
                    elif error.errno != errno.ECONNABORTED:
                        raise
                    continue
                pool.spawn_n(self._serve, listener, conn, addr)
        except eventlet.StopServe:
            listener.close()
            pool.waitall()

    def _serve(self, listener: Any, conn: Any, addr: Any) -> None:
        try:
            self.handle(listener, conn, addr)
        except greenlet.GreenletExit:
            pass
        except Exception:
            self.log.exception("a connection failed")
        finally:
            with contextlib.suppress(OSError):
                conn.close()
