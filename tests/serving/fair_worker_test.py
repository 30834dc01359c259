"""Connections as a green worker serves them, whatever happens to the worker meanwhile."""

import contextlib
import socket

import pytest
from gunicorn.config import Config
from gunicorn.glogging import Logger

from server.serving.fair_worker import FairWorker


class Worker(FairWorker):
    """A worker without green threads of its own."""

    def pause(self) -> None:
        pass

    def timeout_ctx(self):
        return contextlib.nullcontext()


@pytest.fixture
def worker():
    """A worker whose application greets."""
    config = Config()
    worker = Worker(1, 0, [], None, 30, config, Logger(config))

    def greets(environ, start_response):
        start_response("200 OK", [("Content-Length", "5")])
        return [f"{environ['SERVER_NAME'][:3]}:)".encode()]

    worker.wsgi = greets
    yield worker
    worker.tmp.close()


def test_who_came_in_before_the_end_is_served_though_the_listener_is_closed(worker, caplog):
    listener = socket.create_server(("127.0.0.1", 0))
    visitor = socket.create_connection(listener.getsockname())
    client, address = listener.accept()
    listener.close()
    visitor.sendall(b"GET /readyz HTTP/1.1\r\nHost: hub\r\nConnection: close\r\n\r\n")
    worker.handle(listener, client, address)
    with visitor, visitor.makefile("rb") as answer:
        assert answer.read().endswith(b"\r\n\r\n127:)")
    assert "Bad file descriptor" not in caplog.text
