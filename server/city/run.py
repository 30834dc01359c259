"""The process that writes the open data and the page that reads it."""

import json
import logging
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from typing import Any

from domain.centre import Centre
from domain.languages import DEFAULT

from ..acts.act import ActContext
from ..acts.forecast_files import ForecastFiles
from ..centre import read_stored
from ..reports.open_figures import kept_month, month_file
from ..store import centres, lines
from ..store.engine import StorageError
from .files import OPEN, PAGE, headed, moment_words, write_json
from .history import describe, rows_of, write_month
from .page import write_index, write_page
from .places import OpenCentre, places
from .status import status_of
from .usual_day import Range, UsualDay, quarters_of, usual_day

log = logging.getLogger("luot")
#: A round; how long each file is good for (seconds).
ROUND_S = 20.0
STATUS_TTL_S, FORECAST_TTL_S, PLACES_TTL_S = 30, 300, 86_400
#: How often the slow ones are made.
FORECAST_EVERY_S, PLACES_EVERY_S = 60.0, 600.0
#: A centre in which nothing happened is looked at again after so long, since time moves its ranges.
AGAIN_AFTER_S = 60.0
LICENCE = {
    "name": "CC-BY-4.0",
    "title": "Creative Commons Attribution 4.0",
    "path": "https://creativecommons.org/licenses/by/4.0/",
}
#: file → what it is good for.
FEEDS = {
    "centres": ("centres.json", PLACES_TTL_S),
    "procedures": ("procedures.json", PLACES_TTL_S),
    "status": ("status.json", STATUS_TTL_S),
    "forecast": ("forecast.json", FORECAST_TTL_S),
    "history": ("history/datapackage.json", PLACES_TTL_S),
}


class City:
    """Every listed centre of a store. data: the data folder; public: where the files go."""

    def __init__(self, context: ActContext, data: Path, public: Path) -> None:
        self._context, self._data = context, data
        self._open, self._page = public / OPEN, public / PAGE
        # what kiosks tell is told here too
        self._forecasts = ForecastFiles(str(data), context.estimates.forecasts)
        self._listed: dict[str, OpenCentre] = {}
        self._versions: dict[str, int] = {}
        self._status: dict[str, tuple[int, float, dict[str, Any]]] = {}
        self._usual: dict[str, UsualDay] = {}
        self._due: dict[str, float] = {}

    def run(self, stop: Event) -> None:
        """Go on until told to stop."""
        written = False
        while not stop.is_set():
            try:
                if not written:
                    write_page(self._page)
                    written = True
                self.round()
            except (StorageError, OSError) as error:
                log.warning("the open data waits: %s", error)
            stop.wait(ROUND_S)

    def write_once(self) -> None:
        """Write the page and every file. Raises StorageError, OSError."""
        write_page(self._page)
        self.round()

    def round(self) -> None:
        """Write what is due. Raises StorageError, OSError: what stands there stays."""
        now = self._context.clock()
        self._forecasts.refresh()
        changed = self._read_centres()
        self._write_status(now)
        if self._is_due("forecast", FORECAST_EVERY_S):
            self._write_forecast(now)
        if changed or self._is_due("places", PLACES_EVERY_S):
            self._write_places(now)
            self._write_history(now)

    def _is_due(self, part: str, every_s: float) -> bool:
        if time.monotonic() < self._due.get(part, 0.0):
            return False
        self._due[part] = time.monotonic() + every_s
        return True

    def _read_centres(self) -> bool:
        """Take what changed of the centres' documents; whether anything did."""
        with self._context.store.read() as conn:
            versions = centres.versions_in_force(conn)
            stored = {
                code: centres.stored(conn, code)
                for code, version in versions.items()
                if self._versions.get(code) != version
            }
        gone = self._versions.keys() - versions.keys()
        for code in gone:
            self._listed.pop(code, None)
        for code, row in stored.items():
            self._listed.pop(code, None)
            self._status.pop(code, None)
            if row is not None:
                with self._of_its_own(code):
                    self._take(code, *row)
        self._versions = dict(versions)
        return bool(stored or gone)

    def _take(self, code: str, version: int, text: str) -> None:
        """List a centre as its document has it now."""
        document, _ = read_stored(json.loads(text))
        if document.site.listed:
            self._listed[code] = OpenCentre(document, self._context.centre(code, version))

    def _write_status(self, now: int) -> None:
        with self._context.store.read() as conn:
            seqs = lines.seqs(conn)
        for code in sorted(self._listed):
            with self._of_its_own(code):
                self._look_at(code, seqs.get(code, 0))
        # one that could not be looked at stands as it was, and grows old
        rows = [self._status[code][2] for code in sorted(self._listed) if code in self._status]
        content = headed(now, STATUS_TTL_S, {"centres": rows})
        write_json(self._open / "status.json", content)

    def _look_at(self, code: str, seq: int) -> None:
        kept = self._status.get(code)
        if kept is not None and kept[0] == seq and time.monotonic() - kept[1] < AGAIN_AFTER_S:
            kept[2]["as_of"] = moment_words(self._context.clock())
            return
        made = status_of(self._context, code)
        self._status[code] = (seq, time.monotonic(), made)

    @contextmanager
    def _of_its_own(self, code: str) -> Iterator[None]:
        """A fault of one centre keeps no other back."""
        try:
            yield
        except (StorageError, OSError):
            raise
        except Exception:
            log.exception("%s: left out of the open data this time", code)

    def _write_forecast(self, now: int) -> None:
        rows = []
        for code, each in sorted(self._listed.items()):
            with self._of_its_own(code):
                usual = self._usual_of(code, each.centre, now)
                ranges = _ranges_now(self._status[code][2])
                rows.append(quarters_of(each.centre, usual, ranges, now))
        content = headed(now, FORECAST_TTL_S, {"quarter_minutes": 15, "centres": rows})
        write_json(self._open / "forecast.json", content)

    def _usual_of(self, code: str, centre: Centre, now: int) -> UsualDay:
        """Counted once a day for each centre."""
        kept = self._usual.get(code)
        if kept is None or kept.date != centre.date_of(now):
            kept = self._usual[code] = usual_day(self._context.store, centre, now)
        return kept

    def _write_places(self, now: int) -> None:
        listed = [self._listed[code] for code in sorted(self._listed)]
        centres_content, procedures = places(listed, now)
        write_json(self._open / "centres.json", headed(now, PLACES_TTL_S, centres_content))
        write_index(self._page, centres_content["centres"])
        write_json(self._open / "procedures.json", headed(now, PLACES_TTL_S, procedures))
        feeds = [{"name": name, "url": url, "ttl": ttl} for name, (url, ttl) in FEEDS.items()]
        content = {"licence": LICENCE, "feeds": feeds}
        write_json(self._open / "luot.json", headed(now, PLACES_TTL_S, content))

    def _write_history(self, now: int) -> None:
        """The last month, from what the hubs keep of each centre."""
        months: dict[str, list[list[Any]]] = {}
        for code, each in sorted(self._listed.items()):
            kept = kept_month(month_file(self._data, each.centre, now))
            if kept is not None:
                months.setdefault(kept["month"], []).extend(rows_of(code, kept, DEFAULT))
        folder = self._open / "history"
        for month, rows in months.items():
            write_month(folder, month, rows)
        describe(folder, LICENCE)


def _ranges_now(status: Mapping[str, Any]) -> dict[str, Range]:
    """field → what a newcomer is told now."""
    return {
        row["field"]: (row["range"]["low"], row["range"]["high"])
        for row in status["fields"]
        if row["range"] is not None
    }
