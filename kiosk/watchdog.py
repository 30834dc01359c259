"""A sign of life to systemd (sd_notify): given while every thread of the kiosk goes round, so that
a stuck one ends in a restart.
"""

import logging
import os
import socket
import threading
from collections.abc import Callable, Mapping, Sequence

log = logging.getLogger(__name__)
PATIENCE_S = 1.0


def notify(word: str, environ: Mapping[str, str] = os.environ) -> bool:
    """Sends a word to systemd; False where no systemd waits for one."""
    address = environ.get("NOTIFY_SOCKET")
    if not address:
        return False
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
            line.settimeout(PATIENCE_S)  # an ear that is full must not hold up the kiosk
            line.connect("\0" + address[1:] if address.startswith("@") else address)
            line.sendall(word.encode())
        return True
    except OSError as error:
        log.warning("systemd does not hear: %s", error)
        return False


class Watchdog:
    """Says READY=1 once, then WATCHDOG=1 at half the interval systemd asks for (WATCHDOG_USEC), as
    long as `all_well()`.
    """

    def __init__(
        self, all_well: Callable[[], Sequence[str]], environ: Mapping[str, str] = os.environ
    ) -> None:
        self._all_well, self._environ = all_well, environ
        usec = environ.get("WATCHDOG_USEC", "")
        self.every_s = int(usec) / 2_000_000 if usec.isdigit() and int(usec) else 0.0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._bark, name="watchdog", daemon=True)

    def start(self) -> None:
        notify("READY=1", self._environ)
        if self.every_s:
            self._thread.start()

    def stop(self, for_good: bool = True) -> None:
        """Ends the barking.

        Only a program that ends for good says so: one that begins anew in its place would be killed
        in the midst of its work for not having stopped.
        """
        self._stop.set()
        if for_good:
            notify("STOPPING=1", self._environ)

    def _bark(self) -> None:
        while True:
            stuck = self._all_well()
            if stuck:
                log.error(
                    "not going round any more: %s; systemd will restart the kiosk", ", ".join(stuck)
                )
            else:
                notify("WATCHDOG=1", self._environ)
            if self._stop.wait(self.every_s):
                return
