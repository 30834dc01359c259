"""One HTTP request out of the house: to a public address only, which is looked up once, without
following where an answer sends us, within a time and a size.
"""

import socket
import ssl
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import urlsplit

import urllib3

#: A whole request may take so long, its connection so long.
WITHIN_S, CONNECT_S = 10.0, 5.0
#: So much of an answer is read.
ANSWER_BYTES = 16_384

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network


class NotAllowed(Exception):
    """The address lies where nothing of ours is to be sent; the text is an error code."""


class NotSent(Exception):
    """The request certainly did not reach anybody; the text is an error code."""


class Unanswered(Exception):
    """The request went out and its answer did not come; the text is an error code."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: headers with small letters."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Outside:
    """Sends requests. networks: those of the house's own that may be reached all the same, also
    over plain HTTP; ca_file: certificates trusted beside the public ones.
    """

    def __init__(self, networks: Sequence[str] = (), ca_file: str = "") -> None:
        self._networks: list[Network] = [ip_network(text) for text in networks]
        self._tls = ssl.create_default_context()
        if ca_file:
            self._tls.load_verify_locations(ca_file)

    def post(
        self,
        url: str,
        body: bytes,
        headers: Mapping[str, str],
        method: str = "POST",
        within_s: float = WITHIN_S,
    ) -> Answer:
        """Raises NotAllowed, NotSent, Unanswered."""
        parts = urlsplit(url)
        host = parts.hostname
        if host is None or parts.scheme not in ("http", "https") or "@" in parts.netloc:
            raise NotAllowed("no_address")
        secure = parts.scheme == "https"
        address = self._address_of(host, parts.port or (443 if secure else 80), secure)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        deadline = time.monotonic() + within_s
        pool = self._pool(secure, str(address), parts.port, host, within_s)
        sent = {"Host": parts.netloc, **headers}
        try:
            response = pool.urlopen(
                method,
                path,
                body=body,
                headers=sent,
                redirect=False,
                retries=False,
                preload_content=False,
                assert_same_host=False,
            )
            return Answer(
                response.status,
                {name.lower(): value for name, value in response.headers.items()},
                _read(response, deadline),
            )
        except urllib3.exceptions.SSLError:
            raise NotSent("certificate") from None
        except (urllib3.exceptions.NewConnectionError, urllib3.exceptions.ConnectTimeoutError):
            raise NotSent("no_connection") from None
        except urllib3.exceptions.HTTPError as error:
            if isinstance(error.__cause__, ssl.SSLError):
                raise NotSent("certificate") from None
            raise Unanswered("no_answer") from None
        except OSError:
            raise Unanswered("no_answer") from None
        finally:
            pool.close()

    def _pool(
        self, secure: bool, address: str, port: int | None, host: str, within_s: float
    ) -> urllib3.HTTPConnectionPool:
        timeout = urllib3.Timeout(connect=min(CONNECT_S, within_s), read=within_s)
        if not secure:
            return urllib3.HTTPConnectionPool(address, port or 80, timeout=timeout)
        return urllib3.HTTPSConnectionPool(
            address,
            port or 443,
            timeout=timeout,
            ssl_context=self._tls,
            server_hostname=host,
            assert_hostname=host,
        )

    def _address_of(self, host: str, port: int, secure: bool) -> Address:
        """The one address the request goes to: looked up here and not again, so that it cannot
        become another between the check and the connection.
        """
        try:
            rows = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except OSError:
            raise NotSent("no_name") from None
        addresses = [ip_address(str(row[4][0]).partition("%")[0]) for row in rows]
        if not addresses:
            raise NotSent("no_name")
        # one inner address among several is already a trick
        for address in addresses:
            if not self._ours(address) and (not secure or not _public(address)):
                raise NotAllowed("inner_address" if secure else "not_https")
        return addresses[0]

    def _ours(self, address: Address) -> bool:
        return any(address.version == net.version and address in net for net in self._networks)


def _public(address: Address) -> bool:
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    return address.is_global and not address.is_multicast


def _read(response: urllib3.BaseHTTPResponse, deadline: float) -> bytes:
    """The beginning of an answer's body. One that drips is cut off: its status is what counts."""
    body = b""
    while len(body) < ANSWER_BYTES and time.monotonic() < deadline:
        try:
            piece = response.read(1024)
        except (urllib3.exceptions.HTTPError, OSError):
            break
        if not piece:
            break
        body += piece
    return body
