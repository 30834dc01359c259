"""The forecaster's process: follows every centre's journal, writes each one's forecast where hubs
read it, and keeps what it has learned.
"""

import json
import logging
import os
import time
from collections.abc import Callable
from pathlib import Path
from threading import Event

from domain.forecast_document import document_of

from ..centre import read_stored
from ..store import centres, lines, people
from ..store.engine import StorageError, Store
from .watch import HallWatch, kept

log = logging.getLogger("luot")
#: The journal is looked at so often; a hall in which nothing happens is foreseen again so often.
LOOK_EVERY_S, AGAIN_AFTER_S = 1.0, 20.0
#: What was learned is written down so often, and whoever left is forgotten.
KEEP_EVERY_S = 600.0
#: After a fault with one centre it is left alone for so long.
REST_S = 30.0


class Forecaster:
    """Every centre of a store. folder: where forecasts are written; clock: the hub's time (ms)."""

    def __init__(
        self, store: Store, folder: Path, clock: Callable[[], int], always_open: bool
    ) -> None:
        self._store, self._folder, self._clock = store, folder, clock
        self._always_open = always_open
        self._halls: dict[str, HallWatch] = {}
        self._foreseen_at: dict[str, float] = {}
        self._resting: dict[str, float] = {}
        self._kept_at = time.monotonic()
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def run(self, stop: Event) -> None:
        """Go on until told to stop; what was learned is kept at the end."""
        while not stop.is_set():
            try:
                self.round(stop)
            except StorageError as error:
                log.warning("the forecaster waits for the database: %s", error)
                stop.wait(REST_S)
            stop.wait(LOOK_EVERY_S)
        self.keep()

    def round(self, stop: Event | None = None) -> None:
        """One look at every centre. Raises StorageError."""
        with self._store.read() as conn:
            seqs = lines.seqs(conn)
        for code, seq in seqs.items():
            if stop is not None and stop.is_set():
                return
            if time.monotonic() < self._resting.get(code, 0.0):
                continue
            try:
                self._follow(code, seq, stop)
            except StorageError:
                raise
            except Exception:
                # one hall that cannot be foreseen must not take the others along
                log.exception("%s: not foreseen for %s s", code, REST_S)
                self._halls.pop(code, None)
                self._resting[code] = time.monotonic() + REST_S
        if time.monotonic() - self._kept_at > KEEP_EVERY_S:
            self.keep()

    def _follow(self, code: str, seq: int, stop: Event | None) -> None:
        hall = self.hall(code)
        moved = hall.seq < seq
        while hall.catch_up():
            if stop is not None and stop.is_set():
                return
        since = time.monotonic() - self._foreseen_at.get(code, -AGAIN_AFTER_S)
        if not moved and since < AGAIN_AFTER_S:
            return
        self._foreseen_at[code] = time.monotonic()
        forecast = hall.foresee(self._clock())
        if forecast is not None:
            self._write(f"{code}.json", json.dumps(document_of(forecast)))

    def hall(self, code: str) -> HallWatch:
        """The centre as it is followed, begun anew when its document changed. Raises KeyError."""
        with self._store.read() as conn:
            stored = centres.stored(conn, code)
        if stored is None:
            raise KeyError(code)
        hall = self._halls.get(code)
        if hall is not None and hall.centre.version == stored[0]:
            return hall
        before = hall.document() if hall is not None else self._read(code)
        document, _ = read_stored(json.loads(stored[1]))
        hall = HallWatch(self._store, document, stored[0], self._always_open)
        if before is not None:
            try:
                hall.restore(before)
            except ValueError as error:
                log.warning("%s: %s; learned anew from the journal", code, error)
                hall = HallWatch(self._store, document, stored[0], self._always_open)
        self._halls[code] = hall
        # what a new document forbids to keep is soon in no file any more
        self._kept_at = min(self._kept_at, time.monotonic() - KEEP_EVERY_S)
        return hall

    def _read(self, code: str) -> dict[str, object] | None:
        try:
            return dict(kept((self._folder / f"{code}.learned").read_text("utf-8")))
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            log.warning("%s: what was learned cannot be read (%s); learned anew", code, error)
            return None

    def keep(self) -> None:
        """Write down what was learned; of staff who are gone nothing is kept."""
        self._kept_at = time.monotonic()
        for code, hall in self._halls.items():
            try:
                with self._store.read() as conn:
                    active = {row.id for row in people.staff_of(conn, code)}
                for clerk in hall.clerks() - active:
                    hall.learned.forget(clerk)
                self._write(f"{code}.learned", json.dumps(hall.document()))
            except (OSError, StorageError) as error:
                log.warning("%s: what was learned is not kept: %s", code, error)

    def _write(self, name: str, text: str) -> None:
        """Put a file there whole: who reads sees the old one or the new one."""
        part = self._folder / f"{name}.part"
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
            out.write(text)
        part.replace(self._folder / name)
