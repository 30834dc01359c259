"""The address of this machine in its local network."""

import socket

from domain.phone_address import phone_problem

from .children import ChildFailed

#: An address for documentation: no packet is sent, the kernel only says which way it would go.
FAR_AWAY = ("192.0.2.1", 9)


def lan_address(named: str) -> str:
    """The address by which phones of the same network reach this machine: `named`, or for an empty
    name the one that packets to elsewhere leave by. Raises ChildFailed with the mend.
    """
    address = named or _usual_address()
    if address is None or phone_problem(f"http://{_in_url(address)}") is not None:
        raise ChildFailed(
            f"no phone reaches this machine at {address or 'any address'}: connect it to the"
            " network of the phones, or name its address there, as in --lan=192.168.1.7"
        )
    return address


def at(address: str, port: int) -> str:
    """The HTTP address of a port there."""
    return f"http://{_in_url(address)}:{port}"


def _in_url(address: str) -> str:
    return f"[{address}]" if ":" in address else address


def _usual_address() -> str | None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(FAR_AWAY)
        except OSError:
            return None
        return str(probe.getsockname()[0])
