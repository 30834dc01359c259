"""The ways to a printer: python-escpos's Network, Usb, Serial and File, with time limits everywhere
and a read that never blocks for long.
"""

import errno
import select
import time
from collections.abc import Callable
from typing import Any, Protocol

from kiosk.escpos_library import EscposError, File, Network, Serial, Usb
from kiosk.printer_address import PrinterAddress

CONNECT_S, WRITE_S = 3.0, 10.0


class WireError(Exception):
    """The printer cannot be reached, or the connection broke.

    `refused`: somebody is there and takes nobody now, as a printer does that still has a client.
    """

    refused = False


class Wire(Protocol):
    """A way to a printer, opened for one job or one question."""

    #: whether anything can come back
    talks_back: bool

    def open(self) -> None:
        """Raises WireError where the printer cannot be reached."""

    def write(self, data: bytes) -> None:
        """Raises WireError where the connection breaks."""

    def read(self, seconds: float) -> bytes:
        """What came within this time; nothing is an answer too."""

    def close(self) -> None:
        """Let go of it, also where it was never opened."""


class NetworkWire:
    """A printer on the network; also the virtual one.

    Held only while printing or asking, since most take one client at a time.
    """

    talks_back = True

    def __init__(self, address: PrinterAddress) -> None:
        self._printer = Network(address.host, address.port, timeout=CONNECT_S)

    def open(self) -> None:
        _guard(self._printer.open)
        self._printer.device.settimeout(WRITE_S)

    def write(self, data: bytes) -> None:
        _guard(self._printer._raw, data)

    def read(self, seconds: float) -> bytes:
        """What came within this time; nothing is an answer too. A closed connection is an error."""
        device = self._printer.device
        if not select.select([device], [], [], seconds)[0]:
            return b""
        data: bytes = _guard(device.recv, 64)
        if not data:
            wrong = WireError("the printer closed the connection")
            wrong.refused = True
            raise wrong
        return data

    def close(self) -> None:
        self._printer.close()


class _CalmUsb(Usb):  # type: ignore[misc]
    """Without python-escpos's reset at every opening: it would wipe what a printer that waits for
    paper still holds.
    """

    def _configure_usb(self) -> None:
        try:
            self.device.get_active_configuration()
        except Exception as error:  # pyusb's own error, known only when USB is in use
            if type(error).__module__.split(".")[0] != "usb":
                raise
            self.device.set_configuration()


class UsbWire:
    """A printer by libusb.

    Opened for each job by vendor and product, so that a re-plugged printer is found again.
    """

    talks_back = True

    def __init__(self, address: PrinterAddress) -> None:
        self._address = address
        self._printer: Any = None  # python-escpos's, from the first opening on

    def open(self) -> None:
        self._printer = _CalmUsb(
            self._address.vendor,
            self._address.product,
            timeout=int(WRITE_S * 1000),
            in_ep=self._address.in_ep,
            out_ep=self._address.out_ep,
        )
        _guard(self._printer.open)

    def write(self, data: bytes) -> None:
        _guard(self._printer._raw, data)

    def read(self, seconds: float) -> bytes:
        try:
            return bytes(
                self._printer.device.read(self._address.in_ep, 64, max(1, int(seconds * 1000)))
            )
        except Exception as error:
            if "timeout" in str(error).lower() or "timed out" in str(error).lower():
                return b""
            raise WireError(str(error)) from error

    def close(self) -> None:
        if self._printer:
            self._printer.close()


class SerialWire:
    """A printer on a serial line."""

    talks_back = True

    def __init__(self, address: PrinterAddress) -> None:
        self._printer = Serial(devfile=address.path, baudrate=address.baud, timeout=1)

    def open(self) -> None:
        _guard(self._printer.open)
        self._printer.device.write_timeout = max(WRITE_S, 30.0)

    def write(self, data: bytes) -> None:
        _guard(self._printer._raw, data)

    def read(self, seconds: float) -> bytes:
        end = time.monotonic() + seconds
        device = self._printer.device
        device.timeout = min(0.05, seconds)
        while True:
            data: bytes = _guard(device.read, 64)
            if data or time.monotonic() >= end:
                return data

    def close(self) -> None:
        self._printer.close()


class FileWire:
    """A device file that is only written to: such a printer says nothing, so nothing is known of
    it.
    """

    talks_back = False

    def __init__(self, address: PrinterAddress) -> None:
        self._printer = File(address.path, auto_flush=True)

    def open(self) -> None:
        _guard(self._printer.open)

    def write(self, data: bytes) -> None:
        _guard(self._printer._raw, data)

    def read(self, seconds: float) -> bytes:
        return b""

    def close(self) -> None:
        self._printer.close()


def wire_to(address: PrinterAddress) -> Wire:
    """The way to this printer, not yet opened."""
    kinds: dict[str, Callable[[PrinterAddress], Wire]] = {
        "virtual": NetworkWire,
        "network": NetworkWire,
        "usb": UsbWire,
        "serial": SerialWire,
        "file": FileWire,
    }
    return kinds[address.kind](address)


def _guard(act: Callable[..., Any], *args: Any) -> Any:
    try:
        return act(*args)
    except (EscposError, OSError, RuntimeError, ValueError) as error:
        raise _wire_error(error) from error
    except (
        Exception
    ) as error:  # libusb's and pyserial's own errors, known only when those are in use
        if type(error).__module__.split(".")[0] in ("usb", "serial"):
            raise _wire_error(error) from error
        raise


def _wire_error(error: BaseException) -> WireError:
    """What went wrong, and whether the printer only had no ear for us."""
    wrong = WireError(f"{type(error).__name__}: {error}")
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, (ConnectionRefusedError, ConnectionResetError)) or (
            isinstance(cause, OSError) and cause.errno == errno.EBUSY
        ):
            wrong.refused = True
        cause = cause.__cause__ or cause.__context__
    return wrong
