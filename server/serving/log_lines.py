"""How a line of the log looks: words for people, or one JSON object a line for programs."""

import logging
import os
import sys
from typing import Any

from pythonjsonlogger.json import JsonFormatter

from .. import log_fields

TEXT, JSON = "text", "json"
_WORDS = "[%(asctime)s] [%(process)d] [%(levelname)s] %(name)s: %(message)s"
_DATES = "%Y-%m-%d %H:%M:%S %z"


class JsonLines(JsonFormatter):
    """`{"at", "level", "logger", "pid", "message", "request"?, "press"?, "exc_info"?}`; `at` is the
    moment in UTC, as ISO 8601 writes it.
    """

    def __init__(self) -> None:
        super().__init__(
            "%(levelname)s %(name)s %(process)d %(message)s",
            rename_fields={"levelname": "level", "name": "logger", "process": "pid"},
            timestamp="at",
            json_ensure_ascii=False,
        )

    def add_fields(
        self, log_data: dict[str, Any], record: logging.LogRecord, message_dict: dict[str, Any]
    ) -> None:
        """The library's fields, and those of the request."""
        super().add_fields(log_data, record, message_dict)
        log_data.update(log_fields.in_force())


def formatter() -> logging.Formatter:
    """As the setting says, which `luot hub` has put into the environment."""
    if os.environ.get("LUOT_LOG_FORMAT", TEXT) == JSON:
        return JsonLines()
    return logging.Formatter(_WORDS, _DATES)


def start(log_format: str) -> None:
    """The log of a process beside the hub, from INFO on, to standard error."""
    words = logging.Formatter("%(levelname)s %(message)s")
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines() if log_format == JSON else words)
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.INFO)
