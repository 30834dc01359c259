"""The longest waits of a report, each with what was going on while it lasted."""

from typing import Any

from .long_reading import LongReading
from .reading import Reading
from .view_sums import view_sums


def longest_waits(reading: Reading | LongReading) -> list[dict[str, Any]]:
    """The longest waits within opening hours first, as `Reasons.of` tells each."""
    sums = reading.view_sums() if isinstance(reading, LongReading) else view_sums(reading)
    return sums.longest
