"""What the forecaster wrote, read into the memory of a hub process: a look at one file a centre."""

import json
import logging
from pathlib import Path

from domain.forecast_document import forecast_of

from .forecast_table import ForecastTable

log = logging.getLogger("luot")
#: The folder of the forecaster's files in the data folder; `CODE.json` is the last forecast.
FOLDER = "forecast"
#: A forecast of a large hall takes some 20 kB; what is larger is none.
MOST_BYTES = 2_000_000


class ForecastFiles:
    """Keeps the table as new as the files are. A file that is gone, old or not to be believed
    changes nothing: its forecast ages, and then the plain rule tells.
    """

    def __init__(self, data: str, table: ForecastTable) -> None:
        self._folder, self._table = Path(data) / FOLDER, table
        #: time of change (ns) of each file as it was read last
        self._read: dict[str, int] = {}

    def refresh(self) -> None:
        """Read what is new."""
        if not self._folder.is_dir():
            return
        for file in self._folder.glob("*.json"):
            try:
                stat = file.stat()
                if self._read.get(file.stem) == stat.st_mtime_ns or stat.st_size > MOST_BYTES:
                    continue
                self._read[file.stem] = stat.st_mtime_ns
                self._table.put(file.stem, forecast_of(json.loads(file.read_text("utf-8"))))
            except FileNotFoundError:
                continue
            except (OSError, ValueError, RecursionError) as error:
                log.warning("%s is not believed: %s", file, error)
