"""Whether people's phones reach an address: the one rule for every QR code and link that a phone is
to open (slips, the kiosk's screen, pairing).

A phone is not on the hub's machine, knows no name that only the hall's network knows, and trusts no
certificate of ours. It is on the internet or in the hall's wireless network, so a public name or
address is right, and so is a private address over plain HTTP.
"""

from enum import StrEnum
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import SplitResult, urlsplit


class PhoneProblem(StrEnum):
    """Why no phone opens an address; the values are words of the contract (alerts, status)."""

    NO_ADDRESS = "no_address"
    THIS_MACHINE = "this_machine"
    LINK_LOCAL = "link_local"
    HALL_NAME = "hall_name"
    NO_CERTIFICATE = "no_certificate"


#: Networks of houses, offices and test rooms: whoever is in the same network reaches them.
PRIVATE = tuple(
    ip_network(net)
    for net in (
        *("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7"),
        *("192.0.2.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32"),
    )
)
#: Last labels that no public name server answers (RFC 2606, 6761, 6762, 8375; names routers use).
HALL_ENDINGS = frozenset(
    "lan local localdomain home internal intranet corp private domain test example invalid onion"
    " arpa".split()
)


def phone_problem(address: str) -> PhoneProblem | None:
    """Why no phone opens `address` (a whole http or https address), or None when phones do."""
    parts = _split(address)
    if parts is None or not parts.hostname:
        return PhoneProblem.NO_ADDRESS
    host = parts.hostname.rstrip(".").lower()
    ip = _ip(host)
    if ip is not None:
        return _problem_of_ip(ip, parts.scheme)
    labels = host.split(".")
    if labels[-1] == "localhost":
        return PhoneProblem.THIS_MACHINE
    if not all(labels):
        return PhoneProblem.NO_ADDRESS
    if len(labels) < 2 or labels[-1] in HALL_ENDINGS or not labels[-1][0].isalpha():
        return PhoneProblem.HALL_NAME
    return None


def for_phones(address: str | None) -> str | None:
    """The address if phones open it, else None: then no QR code is drawn."""
    return address if address and phone_problem(address) is None else None


def _split(address: str) -> SplitResult | None:
    """The parts of a whole address without a name or password in it, or None."""
    try:
        parts = urlsplit(address)
        _ = parts.port  # raises ValueError where it is none
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or "@" in parts.netloc or " " in parts.netloc:
        return None
    return parts


def _ip(host: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None


def _problem_of_ip(ip: IPv4Address | IPv6Address, scheme: str) -> PhoneProblem | None:
    if isinstance(ip, IPv6Address) and ip.ipv4_mapped is not None:
        ip = ip.ipv4_mapped
    if ip.is_loopback or ip.is_unspecified:
        return PhoneProblem.THIS_MACHINE
    if ip.is_link_local:
        return PhoneProblem.LINK_LOCAL
    if any(ip.version == net.version and ip in net for net in PRIVATE):
        # nobody certifies a private address, and a phone shows a warning instead of the page
        return PhoneProblem.NO_CERTIFICATE if scheme == "https" else None
    return None if ip.is_global and not ip.is_multicast else PhoneProblem.NO_ADDRESS
