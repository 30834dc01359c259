"""A connection's deadlines: for a head, for each piece of a body, and for who sends byte by byte."""

import socket
import time

import pytest

from server.serving.connections import MOST_PIECES, READS_AT_ONCE, FairSocket, admit, is_proxy
from server.serving.places import Places

pytestmark = pytest.mark.slow


@pytest.fixture
def sockets():
    """Our end of a connection, as a worker has it, and the client's."""
    here, client = socket.socketpair()
    pauses = []
    places = Places(10, 5)
    connection = admit(places, here, "10.0.0.1", head_seconds=0.3, idle_seconds=60, proxy=False)
    yield FairSocket(here, connection, lambda: pauses.append(1)), client, pauses
    here.close()
    client.close()


def test_a_head_that_is_never_finished_ends_in_time(sockets):
    sock, client, _ = sockets
    client.sendall(b"GET / HTTP/1.1\r\n")
    began = time.monotonic()
    assert sock.recv(100) == b"GET / HTTP/1.1\r\n"
    assert sock.recv(100) == b"" and 0.2 < time.monotonic() - began < 10


def test_an_idle_connection_may_wait_but_its_next_head_may_not(sockets):
    sock, client, _ = sockets
    sock.connection.begin_request()
    sock.connection.end_request()
    assert sock.connection.left_s() > 50
    client.sendall(b"G")
    assert sock.recv(100) == b"G" and sock.connection.left_s() <= 0.3


def test_a_head_in_too_many_pieces_ends(sockets):
    sock, client, _ = sockets
    sock.connection.head_seconds = 60
    for _ in range(MOST_PIECES):
        client.sendall(b"x")
        assert sock.recv(1) == b"x"
    client.sendall(b"x")
    assert sock.recv(1) == b""


def test_a_body_may_have_many_pieces_each_in_time(sockets):
    sock, client, pauses = sockets
    sock.connection.begin_request()
    for _ in range(3 * MOST_PIECES):
        client.sendall(b"x")
        assert sock.recv(1) == b"x"
    assert len(pauses) == 3 * MOST_PIECES // READS_AT_ONCE
    assert sock.recv(1) == b""


def test_a_websocket_has_deadlines_of_its_own(sockets):
    sock, _client, _ = sockets
    sock.connection.begin_request()
    sock.connection.become_socket()
    sock.settimeout(0.05)
    with pytest.raises(TimeoutError):
        sock.recv(1)


def test_a_large_answer_lets_others_go_between_its_pieces(sockets):
    sock, client, pauses = sockets
    sock.connection.begin_request()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_000_000)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4_000_000)
    sock.sendall(b"x" * 150_000)
    assert len(pauses) == 2
    sock.connection.idle_seconds = 0.05
    with pytest.raises(ConnectionResetError):
        sock.sendall(b"x" * 50_000_000)


@pytest.mark.parametrize(
    "address, proxies, expected",
    [("127.0.0.1", 1, True), ("127.0.0.1", 0, False), ("10.0.0.1", 1, False), ("::1", 1, True)],
)
def test_only_the_proxy_in_front_speaks_for_many(address, proxies, expected):
    assert is_proxy(address, proxies) is expected


def test_another_servers_websockets_in_the_same_process_go_on_as_ever():
    """A hub's bounds for gevent and threading are its own worker's: a plain Flask-SocketIO server
    beside it, as the tests' own stand-in hubs are, is not touched.
    """
    import threading

    import socketio
    from flask import Flask
    from flask_socketio import SocketIO
    from werkzeug.serving import make_server

    from server.packets import bound_simple_websocket

    bound_simple_websocket(16_000)
    app = Flask("plain")
    SocketIO(app, async_mode="threading", transports=["websocket"])
    server = make_server("127.0.0.1", 0, app, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    client = socketio.Client()
    try:
        client.connect(f"http://127.0.0.1:{server.server_port}", transports=["websocket"])
        assert client.connected
    finally:
        client.disconnect()
        server.shutdown()
        server.server_close()
