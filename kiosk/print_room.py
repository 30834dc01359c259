"""The one thread that has the printer: takes slips from the press store in order, and looks at the
printer between them.
"""

import json
import logging
import queue
import sqlite3
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from kiosk.clock import HubClock
from kiosk.escpos_status import PrinterState
from kiosk.paper_job import short_job, slip_job
from kiosk.press_store import PressStore
from kiosk.printer import Outcome, Printer
from kiosk.roll import Roll
from kiosk.slip import SlipMaker
from kiosk.virtual_printer import VirtualPrinter

log = logging.getLogger(__name__)
LATE_MS = 20_000  # a slip that has waited this long has nobody standing before it
TROUBLED_POLL_S = 1.0
STUCK_S = 60.0


@dataclass(frozen=True)
class SheetOfState:
    """How the printer was when last looked at."""

    printer: str
    paper: str
    since: int


class PrintRoom:
    """Starts with `start()`, ends with `stop()`.

    `wake()` when a slip was queued. `on_change` is called when the printer's state changes.
    """

    def __init__(
        self,
        store: PressStore,
        printer: Printer,
        slips: SlipMaker,
        clock: HubClock,
        zone: Callable[[], str],
        poll_s: float,
        virtual: VirtualPrinter | None = None,
        on_change: Callable[[], object] = lambda: None,
        roll: Roll | None = None,
        template: Callable[[], Mapping[str, Any] | None] = lambda: None,
    ) -> None:
        self._roll, self._template = roll or Roll(store, 0), template
        self._store, self._printer, self._slips, self._clock, self._zone = (
            store,
            printer,
            slips,
            clock,
            zone,
        )
        self._poll_s, self._virtual, self._on_change = poll_s, virtual, on_change
        printer.left = self._left = store.recall("left_in_printer", "")
        # how a slip ended (job, ok, reason), until the store has taken it
        self._owed: tuple[int, bool, str | None] | None = None
        self._curious = False
        self._wake = threading.Event()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._work, name="print-room", daemon=True)
        self._tests: queue.SimpleQueue[
            tuple[Mapping[str, Any], str, threading.Event, dict[str, Any]]
        ] = queue.SimpleQueue()
        self._answered, self._answers = threading.Condition(), 0
        self.beat = clock.steady()
        self.state = SheetOfState("unknown", "unknown", clock.now_ms())

    @property
    def alive(self) -> bool:
        """Whether its thread still goes round; one slip takes at most half a minute."""
        return self._thread.is_alive() and self._clock.steady() - self.beat < STUCK_S

    @property
    def can_print(self) -> bool:
        """Whether the next slip would be tried."""
        return self.state.printer in ("ok", "unknown")

    def print_test(
        self, slip: Mapping[str, Any], seconds: float, kind: str = "test"
    ) -> dict[str, Any]:
        """Prints a slip that says it is none, or (kind "seal") the head of a day, behind those that
        wait; `{"state", "reason"}`.

        Never in the press store.
        """
        done, outcome = threading.Event(), {"state": "failed", "reason": "late"}
        self._tests.put((slip, kind, done, outcome))
        self._wake.set()
        done.wait(seconds)
        return outcome

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Lets the slip at hand come out, then ends."""
        self._stop.set()
        self._wake.set()
        self._thread.join(timeout=15)

    def wake(self) -> None:
        self._wake.set()

    def ask_soon(self) -> None:
        """Asks the printer how it is as soon as it is free."""
        self._curious = True
        self._wake.set()

    def ask_now(self, seconds: float = 6.0) -> SheetOfState:
        """The printer's state after asking it once more."""
        with self._answered:
            seen = self._answers
            self.ask_soon()
            self._answered.wait_for(lambda: self._answers > seen, seconds)
        return self.state

    def _work(self) -> None:
        try:
            self._watch_printer()
        except Exception:
            log.exception("the printer could not be asked; it is asked again")
        while not self._stop.is_set():
            self.beat = self._clock.steady()
            try:
                self._settle()
                job = self._store.next_job()
                if job is not None:
                    self._do(job)
                    continue
                if not self._tests.empty():
                    self._test(*self._tests.get())
                    continue
                troubled = self.state.printer not in ("ok", "unknown")
                woken = self._wake.wait(
                    min(self._poll_s, TROUBLED_POLL_S) if troubled else self._poll_s
                )
                self._wake.clear()
                if not woken or self._curious:
                    self._curious = False
                    self._watch_printer()
            except Exception:
                log.exception("the print room stumbled")
                self._stop.wait(1)
        self._printer.close()

    def _watch_printer(self) -> None:
        self._seen(self._printer.ask_state())
        self._keep_left()
        with self._answered:
            self._answers += 1
            self._answered.notify_all()

    def _seen(self, state: PrinterState) -> None:
        # a near-end sensor may be missing or badly set: the millimetres printed are counted beside
        # it
        paper = "low" if state.paper in ("ok", "unknown") and self._roll.low else state.paper
        if (state.printer, paper) != (self.state.printer, self.state.paper):
            log.info("printer %s, paper %s", state.printer, paper)
            self.state = SheetOfState(state.printer, paper, self._clock.now_ms())
            self._on_change()

    def _keep_left(self) -> None:
        """What may stand in the printer outlives this program."""
        if self._printer.left != self._left:
            self._store.remember("left_in_printer", self._printer.left)
            self._left = self._printer.left

    def _settle(self) -> None:
        """Writes down how the last slip ended.

        A store that cannot be written, as on a full disk, is asked again, so that staff hear of
        the slip once it can.
        """
        if self._owed:
            self._store.job_ended(*self._owed, self._clock.now_ms())
            if self._owed[1]:
                self._left = ""
            self._owed = None
            self._on_change()

    def _doubt(self, job: int, reason: str) -> None:
        try:
            self._store.job_doubt(job, reason)
        # the printer is asked on: what it says next counts more than what is written meanwhile
        except sqlite3.Error as error:
            log.error("a doubt about a slip cannot be written down: %s", error)

    def _sent(self, job: int) -> None:
        self._store.job_sent(job, self._clock.now_ms())
        self._left = "half"

    def _do(self, job: sqlite3.Row) -> None:
        now = self._clock.now_ms()
        if now - job["queued_at"] > LATE_MS:
            self._store.job_ended(job["id"], False, "late", now)
            self._on_change()
            return
        self._rows = 0
        try:
            data = self._bytes(json.loads(job["slip"]), job["kind"])
        except Exception:
            log.exception("the slip of %s cannot be drawn", job["number"])
            self._store.job_ended(job["id"], False, "not_drawn", now)
            self._on_change()
            return
        if self._virtual:
            self._virtual.expect(slip_file(job["day"], job["number"]))
        outcome: Outcome = self._printer.print(
            data,
            about_to_send=lambda: self._sent(job["id"]),
            in_doubt=lambda reason: self._doubt(job["id"], reason),
        )
        log.log(
            logging.INFO if outcome.ok else logging.WARNING,
            "slip %s: %s",
            job["number"],
            "printed" if outcome.ok else outcome.reason,
        )
        self._owed = (job["id"], outcome.ok, outcome.reason)
        self._seen(self._printer.state)
        self._settle()
        self._roll.printed(outcome, self._rows, self._printer.address.profile)
        self._keep_left()

    def _test(
        self, slip: Mapping[str, Any], kind: str, done: threading.Event, answer: dict[str, Any]
    ) -> None:
        try:
            data = self._bytes(slip, kind)
            if self._virtual:
                self._virtual.expect(kind)
            outcome = self._printer.print(
                data, about_to_send=self._test_sent, in_doubt=lambda reason: None
            )
            self._keep_left()
            self._roll.printed(outcome, self._rows, self._printer.address.profile)
            answer.update(state="printed" if outcome.ok else "failed", reason=outcome.reason)
            self._seen(self._printer.state)
        finally:
            done.set()

    def _test_sent(self) -> None:
        self._store.remember("left_in_printer", "half")
        self._left = "half"

    def _bytes(self, slip: Mapping[str, Any], kind: str) -> bytes:
        zone, profile = self._zone(), self._printer.address.profile
        if self._printer.address.short_layout:
            self._rows = 600
            return short_job(self._slips.lines(slip, zone, kind), slip["number"], profile)
        picture = self._slips.draw(slip, profile.dots, zone, kind, self._template())
        self._rows = picture.height
        return slip_job(picture, profile)


def slip_file(day: str, number: str) -> str:
    """The name a slip's picture has among the virtual printer's."""
    return f"{day}_{number}"
