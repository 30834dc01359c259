"""Receivers outside the house on loopback that can misbehave: a web server (push service, webhook,
provider of messages) and a mail server.
"""

import datetime
import ipaddress
import json
import socketserver
import ssl
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


class WebTwin:
    """A web server: `requests` are what it was sent, `(method, path, headers, body)`; `answers` are
    what it says, in order, the last one from then on: a status, `(status, headers, body)`, "silent",
    which holds the request until the twin is let go, or a function of path, headers and body that
    gives one of these.
    """

    def __init__(self, *answers, certificate=None):
        self.requests, self.answers = [], list(answers or (200,))
        self.let_go = threading.Event()
        self.came = threading.Condition()
        twin = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.0"

            def log_message(self, *about):
                """Nothing is printed."""

            def do_POST(self):
                """Take what was sent and answer as told."""
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                headers = {name.lower(): value for name, value in self.headers.items()}
                with twin.came:
                    twin.requests.append((self.command, self.path, headers, body))
                    answer = twin.answers[0] if len(twin.answers) == 1 else twin.answers.pop(0)
                    if callable(answer):
                        answer = answer(self.path, headers, body)
                    twin.came.notify_all()
                if answer == "silent":
                    twin.let_go.wait(60)
                    return
                status, more, text = answer if isinstance(answer, tuple) else (answer, {}, "")
                self.send_response(status)
                for name, value in more.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(text.encode())

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        scheme = "http"
        if certificate is not None:
            scheme = "https"
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            self.server.socket = context.wrap_socket(
                self.server.socket, server_side=True, do_handshake_on_connect=False
            )
        self.url = f"{scheme}://127.0.0.1:{self.server.server_address[1]}"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True)
        self.thread.start()

    def bodies(self):
        """What was sent, as JSON."""
        return [json.loads(body) for _, _, _, body in self.requests]

    def wait_for(self, n, seconds=20):
        """Wait until so many requests have come."""
        with self.came:
            assert self.came.wait_for(lambda: len(self.requests) >= n, seconds)

    def close(self):
        """End it."""
        self.let_go.set()
        self.server.shutdown()
        self.server.server_close()
        self.thread.join(10)


class MailTwin:
    """A mail server: `letters` are what it took; `codes` say what it answers to a command (`RCPT`,
    `TEXT`: the letter's end) instead of 250; "silent" ends the line without an answer.
    """

    def __init__(self, certificate=None, **codes):
        self.letters, self.codes = [], codes
        twin = self

        class Handler(socketserver.StreamRequestHandler):
            def says(self, code):
                if code == "silent":
                    raise ConnectionAbortedError
                self.wfile.write(f"{code} so\r\n".encode())

            def handle(self):
                try:
                    self.talk()
                except OSError:
                    return

            def talk(self):
                self.says(220)
                while line := self.rfile.readline():
                    word = line.split()[0].decode().upper()
                    if word == "QUIT":
                        self.says(twin.codes.get(word, 221))
                        return
                    if word != "DATA":
                        self.says(twin.codes.get(word, 250))
                        continue
                    self.says(354)
                    letter = b""
                    while (line := self.rfile.readline()) != b".\r\n":
                        letter += line
                    twin.letters.append(letter)
                    self.says(twin.codes.get("TEXT", 250))

        self.server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        if certificate is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            self.server.socket = context.wrap_socket(
                self.server.socket, server_side=True, do_handshake_on_connect=False
            )
        self.port = self.server.server_address[1]
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True)
        self.thread.start()

    def close(self):
        """End it."""
        self.server.shutdown()
        self.server.server_close()
        self.thread.join(10)


def certificate(folder, name, address=None):
    """`(file with key and certificate, file with the certificate alone)`, signed by itself, for a
    name or an address.
    """
    key = ec.generate_private_key(ec.SECP256R1())
    who = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    names = [x509.IPAddress(ipaddress.ip_address(address)) if address else x509.DNSName(name)]
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(who)
        .issuer_name(who)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    public = made.public_bytes(serialization.Encoding.PEM)
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    both, alone = folder / f"{name}.both.pem", folder / f"{name}.pem"
    both.write_bytes(private + public)
    alone.write_bytes(public)
    return both, alone
