"""The process of one export: `python -m server.reports.export_worker`, its order as JSON on
standard input: {url, centre, what, query, now, cache, out} and for one with a record {folder, id}.
"""

import gc
import json
import os
import sys
import threading
import time
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

from ..store.engine import open_store
from .exports import CANCELLED, DONE, FAILED, RUNNING, Export, Exports
from .open_figures import keep_month, month_figures
from .question import BadQuestion
from .raw import Progress
from .rollups import roll_up
from .run import Report, report_centre, run_report, run_tickets
from .writable import why

#: How often a running export says that it is there.
ALIVE_EVERY_S = 10


class Cancelled(Exception):
    """Somebody asked it to stop."""


class _Record:
    """The record of an export while it runs."""

    def __init__(self, exports: Exports, export: Export) -> None:
        self.exports, self.export = exports, replace(export, state=RUNNING)
        self._lock, self._over = threading.Lock(), threading.Event()
        self._write()
        threading.Thread(target=self._stay_alive, daemon=True).start()

    def progress(self, share: float) -> None:
        """So much is done. Raises Cancelled."""
        if self.exports.is_cancelled(self.export.id):
            raise Cancelled
        with self._lock:
            self.export = replace(self.export, progress=round(share, 3))
            self._write()

    def end(self, **how: Any) -> None:
        """It is over."""
        self._over.set()
        with self._lock:
            self.exports.write(replace(self.export, **how))

    def _stay_alive(self) -> None:
        while not self._over.wait(ALIVE_EVERY_S):
            with self._lock:
                if not self._over.is_set():
                    self._write()

    def _write(self) -> None:
        self.exports.write(replace(self.export, alive_at=self.exports.clock()))


def main(order: dict[str, Any]) -> int:
    """Carry out an order (what: waits, tickets, open_month, rollups); returns the exit code."""
    if order["what"] in ("rollups", "open_month"):
        with closing(open_store(order["url"])) as store:
            centre = report_centre(store, order["centre"])
            if order["what"] == "rollups":
                roll_up(store, centre, order["now"])
            else:
                keep_month(Path(order["out"]), month_figures(store, centre, order["now"]))
        return 0
    if "id" not in order:
        _written(_made(order, lambda share: None), Path(order["out"]))
        return 0
    began = time.monotonic()
    exports = Exports(
        Path(order["folder"]), lambda: order["now"] + int((time.monotonic() - began) * 1000)
    )
    export = exports.get(order["id"])
    if export is None:
        return 1
    record = _Record(exports, export)
    try:
        record.progress(0)
        report = _made(order, record.progress)
        _written(report, exports.file_of(export))
        record.end(
            state=DONE,
            progress=1.0,
            filename=report.filename,
            media=report.media,
            bytes=len(report.body),
        )
    except Cancelled:
        record.end(state=CANCELLED)
        exports.remove(export.id)
    except BadQuestion as bad:
        record.end(state=FAILED, error=bad.problem)
    except OSError as error:  # the disk is full, or may no longer be written to
        record.end(state=FAILED, error=why(error))
        raise
    except Exception:
        record.end(state=FAILED, error="internal")
        raise
    return 0


def _made(order: dict[str, Any], progress: Progress) -> Report:
    with closing(open_store(order["url"])) as store:
        about = (store, order["centre"], order["query"], order["now"])
        if order["what"] == "tickets":
            return run_tickets(*about, progress)
        report = run_report(*about, order["cache"])
        progress(0.95)
        return report


def _written(report: Report, file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_name(f".{file.name}.{os.getpid()}.part")
    try:
        part.write_bytes(report.body)
        os.replace(part, file)
    except OSError:  # the disk is full
        part.unlink(missing_ok=True)
        raise


if __name__ == "__main__":
    gc.disable()  # it lives for one export
    sys.exit(main(json.load(sys.stdin)))
