"""gunicorn's own lines as JSON, from its first."""

from typing import Any

from gunicorn.glogging import Logger

from .log_lines import formatter


class JsonLogger(Logger):  # type: ignore[misc]  # gunicorn has no types
    """As gunicorn's, in the form the setting asks for."""

    def setup(self, cfg: Any) -> None:
        """Set up as gunicorn does, then change how lines look."""
        super().setup(cfg)
        for handler in self.error_log.handlers:
            handler.setFormatter(formatter())
