"""Bounds on what a socket may send and how many there may be.

Whole messages are counted, not frames: fragments must not add up past the limit (safety.md M5).
"""

from collections import Counter

from engineio.async_drivers import _websocket_wsgi


def bound_simple_websocket(limit):
    """gevent and threading use simple-websocket, which bounds whole messages if told; engineio
    never tells it.
    """
    plain = _websocket_wsgi.SimpleWebSocketWSGI.__init__

    def bounded(self, handler, server, **kwargs):
        plain(self, handler, server, **{"max_message_size": limit, **kwargs})

    _websocket_wsgi.SimpleWebSocketWSGI.__init__ = bounded


class Doorkeeper:
    """WSGI: counts sockets, all and per address, and refuses more than the settings allow before a
    socket exists.
    """

    def __init__(self, app, most, most_per_address):
        self.app, self.most, self.most_per_address = app, most, most_per_address
        self.here = Counter()

    def __call__(self, environ, start_response):
        if (
            not environ.get("PATH_INFO", "").startswith("/socket.io")
            or environ.get("HTTP_UPGRADE", "").lower() != "websocket"
        ):
            return self.app(environ, start_response)
        # no compression: a few kilobytes on a LAN are not worth a deflate window per screen, and a
        # small frame cannot blow up into a large message
        environ.pop("HTTP_SEC_WEBSOCKET_EXTENSIONS", None)
        address = environ.get("REMOTE_ADDR", "")
        if self.here.total() >= self.most or self.here[address] >= self.most_per_address:
            start_response(
                "503 Service Unavailable", [("Content-Type", "text/plain"), ("Retry-After", "5")]
            )
            return [b"too many sockets\n"]
        self.here[address] += 1
        try:
            return self.app(environ, start_response)
        finally:
            self.here[address] -= 1
            if self.here[address] <= 0:
                del self.here[address]
