"""The one thread that has the printer: takes slips from the journal in order, and looks at the printer between them."""

import json
import logging
import threading
from dataclasses import dataclass

from kiosk.paper_job import short_job, slip_job
from kiosk.printer import Outcome

log = logging.getLogger(__name__)
LATE_MS = 20_000         # a slip that has waited this long has nobody standing before it
TROUBLED_POLL_S = 1.0


@dataclass(frozen=True)
class SheetOfState:
    """How the printer was when last looked at."""

    printer: str
    paper: str
    since: int


class PrintRoom:
    """Starts with `start()`, ends with `stop()`. `wake()` when a slip was queued. `on_change` is called when the printer's state changes."""

    def __init__(self, journal, printer, slips, clock, zone, poll_s: float, virtual=None, on_change=lambda: None):
        self._journal, self._printer, self._slips, self._clock, self._zone = journal, printer, slips, clock, zone
        self._poll_s, self._virtual, self._on_change = poll_s, virtual, on_change
        self._curious = False
        self._wake = threading.Event()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._work, name="print-room", daemon=True)
        self.state = SheetOfState("unknown", "unknown", clock.now_ms())

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Lets the slip at hand come out, then ends."""
        self._stop.set()
        self._wake.set()
        self._thread.join(timeout=15)

    def wake(self) -> None:
        self._wake.set()

    def look_soon(self) -> None:
        """Asks the printer how it is as soon as it is free."""
        self._curious = True
        self._wake.set()

    def _work(self):
        self._look()
        while not self._stop.is_set():
            try:
                job = self._journal.next_job()
                if job is not None:
                    self._do(job)
                    continue
                troubled = self.state.printer not in ("ok", "unknown")
                woken = self._wake.wait(min(self._poll_s, TROUBLED_POLL_S) if troubled else self._poll_s)
                self._wake.clear()
                if not woken or self._curious:
                    self._curious = False
                    self._look()
            except Exception:
                log.exception("the print room stumbled")
                self._stop.wait(1)

    def _look(self):
        self._seen(self._printer.look())

    def _seen(self, state):
        if (state.printer, state.paper) != (self.state.printer, self.state.paper):
            log.info("printer %s, paper %s", state.printer, state.paper)
            self.state = SheetOfState(state.printer, state.paper, self._clock.now_ms())
            self._on_change()

    def _do(self, job):
        now = self._clock.now_ms()
        if now - job["queued_at"] > LATE_MS:
            self._journal.job_ended(job["id"], False, "late", now)
            self._on_change()
            return
        try:
            data = self._bytes(job)
        except Exception:
            log.exception("the slip of %s cannot be drawn", job["number"])
            self._journal.job_ended(job["id"], False, "not_drawn", now)
            self._on_change()
            return
        if self._virtual:
            self._virtual.expect(slip_file(job["day"], job["number"]))
        outcome: Outcome = self._printer.print(
            data,
            about_to_send=lambda: self._journal.job_sent(job["id"], self._clock.now_ms()),
            in_doubt=lambda reason: self._journal.job_doubt(job["id"], reason),
        )
        self._journal.job_ended(job["id"], outcome.ok, outcome.reason, self._clock.now_ms())
        log.log(logging.INFO if outcome.ok else logging.WARNING, "slip %s: %s", job["number"], "printed" if outcome.ok else outcome.reason)
        self._seen(self._printer.state)
        self._on_change()

    def _bytes(self, job) -> bytes:
        slip, zone, profile = json.loads(job["answer"])["slip"], self._zone(), self._printer.address.profile
        if self._printer.address.short_layout:
            return short_job(self._slips.lines(slip, zone, job["kind"]), slip["number"], profile)
        return slip_job(self._slips.draw(slip, profile.dots, zone, job["kind"]), profile)


def slip_file(day: str, number: str) -> str:
    """The name a slip's picture has among the virtual printer's."""
    return f"{day}_{number}"
