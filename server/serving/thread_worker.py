"""The gunicorn worker for threads: gunicorn's own, with the places and deadlines of the hub."""

import errno
import threading
import time
from typing import Any

from gunicorn.workers.gthread import TConn
from gunicorn.workers.gthread import ThreadWorker as PlainWorker

from .connections import Connection, FairSocket, admit, is_proxy
from .places import Places
from .requests import body_left, setting

#: This part of all threads may read requests of one address at once: a head that never ends holds
#: its thread until its deadline.
PART_OF_THREADS = 4


class ThreadWorker(PlainWorker):  # type: ignore[misc]  # gunicorn has no types
    """Serves HTTP and websockets on threads, one per request or websocket."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.proxies = setting("trusted_proxies", 0)
        self.head_seconds = setting("head_seconds", 10)
        self.places = Places(
            self.worker_connections - 50,
            min(setting("max_connections_per_address", 2500), self.cfg.threads // PART_OF_THREADS),
        )

    def init_process(self) -> None:
        """A thread that died is written into the log, which is bounded, not past it."""
        threading.excepthook = self._log_thread
        super().init_process()

    def _log_thread(self, died: threading.ExceptHookArgs) -> None:
        if died.exc_value is not None:
            trouble = (died.exc_type, died.exc_value, died.exc_traceback)
            self.log.error("a thread died", exc_info=trouble)

    def accept(self, listener: Any) -> None:
        """Take in a newcomer if there is a place for it; else hang up."""
        try:
            client, addr = listener.accept()
        except OSError as error:
            if error.errno in (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM):
                self.log.error("cannot accept (%s); waiting", error)
                time.sleep(0.5)
                return
            if error.errno not in (errno.EAGAIN, errno.ECONNABORTED, errno.EWOULDBLOCK):
                raise
            return
        address = addr[0] if isinstance(addr, tuple) else ""
        connection = admit(
            self.places,
            client,
            address,
            self.head_seconds,
            self.cfg.keepalive,
            is_proxy(address, self.proxies),
        )
        if connection is None:
            client.close()
            return
        self.nr_conns += 1
        sock = FairSocket(client, connection, lambda: None)
        self.enqueue_req(_Conn(self.cfg, sock, addr, listener.getsockname()))

    def handle_request(self, req: Any, conn: Any) -> Any:
        """One request of a connection; whether another may follow."""
        connection: Connection = conn.sock.connection
        connection.begin_request()
        try:
            follows = super().handle_request(req, conn)
        finally:
            connection.end_request()
        return follows and not (not connection.is_socket and body_left(req))


class _Conn(TConn):  # type: ignore[misc]  # gunicorn has no types
    """A connection that gives its place back when it is closed."""

    def close(self, graceful: bool = False) -> None:
        self.sock.connection.leave()
        super().close(graceful)
