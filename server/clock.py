"""The one place where now is made. Everything else is handed a clock."""

import time


def now_ms():
    """Milliseconds since 1970 UTC."""
    return time.time_ns() // 1_000_000
