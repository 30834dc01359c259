"""What the green kinds of gunicorn worker have in common: places, deadlines and pauses.

Imported by a worker's own module only, after that has patched the process.
"""

from abc import abstractmethod
from typing import Any

from gunicorn.workers.base_async import AsyncWorker

from .connections import Connection, FairSocket, admit, is_proxy
from .places import Places
from .requests import body_left, setting


class FairWorker(AsyncWorker):  # type: ignore[misc]  # gunicorn has no types
    """A green worker that serves every connection through a FairSocket."""

    #: Of all places so many stay free, so that a newcomer can be told apart from a full house.
    spare = 100

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.proxies = setting("trusted_proxies", 0)
        self.head_seconds = setting("head_seconds", 10)
        self.places = Places(
            self.worker_connections - self.spare, setting("max_connections_per_address", 2500)
        )

    @abstractmethod
    def pause(self) -> None:
        """Let the loop go round once."""

    def handle(self, listener: Any, client: Any, addr: Any) -> None:
        """Serve a connection if there is a place for it; else hang up."""
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
        try:
            # gunicorn asks the listener for the address alone, and the listener may be closed by
            # now: the worker was told to end just after this connection came in
            super().handle(client, FairSocket(client, connection, self.pause), addr)
        finally:
            connection.leave()

    def handle_request(self, listener_name: Any, req: Any, sock: Any, addr: Any) -> Any:
        """One request; before one that follows at once, everybody else has a go."""
        connection: Connection = sock.connection
        if connection.begin_request():
            self.pause()
        try:
            return super().handle_request(listener_name, req, sock, addr)
        finally:
            connection.end_request()
            if not connection.is_socket and body_left(req):
                raise StopIteration
