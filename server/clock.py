"""The one place where now is made. Everything else is handed a clock."""

import ctypes
import os
import time

from domain.clock_check import STEP_MS, Reading

#: The kernel's own word for "this clock may be off by any amount" (µs), as `timedatectl` reads it:
#: chrony, ntpd and systemd-timesyncd keep it below while they are in touch with a server.
_UNKNOWN_ERROR_US = 16_000_000
#: struct timex as longs: where its largest error and its own time (seconds, microseconds) stand.
_TIMEX_LONGS, _MAX_ERROR, _SECONDS = 40, 3, 9
_FAILED = -1


def now_ms() -> int:
    """Milliseconds since 1970 UTC, as the machine's clock says."""
    return time.time_ns() // 1_000_000


class Machine:
    """What this machine says of the time. Its running time comes from the kernel's file, which no
    setting of the clock moves and which counts while the machine sleeps.
    """

    def __init__(self) -> None:
        try:
            self._uptime: int | None = os.open("/proc/uptime", os.O_RDONLY)
        except OSError:
            self._uptime = None
        self._boot = _boot_id()
        self._libc = _adjtimex()

    def read(self) -> Reading:
        """Wall clock and running time, without asking for the synchronisation: cheap enough for
        every act.
        """
        return Reading(now_ms(), self._running_ms(), self._boot)

    def read_whole(self) -> Reading:
        """A Reading that also says whether something keeps the clock right."""
        quick = self.read()
        return Reading(quick.wall, quick.uptime, quick.boot, self._synchronised(quick.wall))

    def _running_ms(self) -> int:
        if self._uptime is not None:
            try:
                return round(float(os.pread(self._uptime, 64, 0).split()[0]) * 1000)
            except (OSError, ValueError, IndexError):
                self._uptime = None
        return time.monotonic_ns() // 1_000_000

    def _synchronised(self, wall: int) -> bool | None:
        """Whether the kernel's clock is kept right; None where it does not say, or where this
        process is shown another clock than the kernel's.
        """
        if self._libc is None:
            return None
        timex = (ctypes.c_long * _TIMEX_LONGS)()
        if self._libc.adjtimex(ctypes.byref(timex)) == _FAILED:
            return None
        if abs(timex[_SECONDS] * 1000 - wall) > STEP_MS:
            return None
        return bool(timex[_MAX_ERROR] < _UNKNOWN_ERROR_US)


def _boot_id() -> str:
    try:
        with open("/proc/sys/kernel/random/boot_id", encoding="ascii") as file:
            return file.read().strip()
    except OSError:
        return f"process-{os.urandom(8).hex()}"


def _adjtimex() -> ctypes.CDLL | None:
    libc = ctypes.CDLL(None)
    return libc if hasattr(libc, "adjtimex") and ctypes.sizeof(ctypes.c_long) == 8 else None
