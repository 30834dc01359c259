"""A hub behind TLS on loopback, as nginx stands before it: a certificate of an own authority, bytes
passed on as they are.
"""

import base64
import hashlib
import socket
import ssl
import threading

from cryptography import x509
from cryptography.hazmat.primitives import serialization


class TlsFront:
    """`url` leads to a port of this machine through TLS, under a name."""

    def __init__(self, name, port, key_and_certificate):
        self._port, self._ends = port, []
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(key_and_certificate)
        self._context = context
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"https://{name}:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                plain, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(plain,), daemon=True).start()

    def _serve(self, plain):
        try:
            outer = self._context.wrap_socket(plain, server_side=True)
            inner = socket.create_connection(("127.0.0.1", self._port))
        except OSError:
            plain.close()
            return
        self._ends += [outer, inner]
        back = threading.Thread(target=_pass_on, args=(inner, outer), daemon=True)
        back.start()
        _pass_on(outer, inner)
        back.join(20)
        for end in (outer, inner):
            end.close()

    def close(self):
        """End it, and what runs through it."""
        self._listener.close()
        for end in self._ends:
            end.close()


def _pass_on(source, to):
    try:
        while piece := source.recv(65_536):
            to.sendall(piece)
        to.shutdown(socket.SHUT_WR)
    except OSError:
        return


def trusted(certificate):
    """The flag by which Chromium trusts one key, that of a certificate file."""
    public = x509.load_pem_x509_certificate(certificate.read_bytes()).public_key()
    spki = public.public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    digest = base64.b64encode(hashlib.sha256(spki).digest()).decode()
    return f"--ignore-certificate-errors-spki-list={digest}"
