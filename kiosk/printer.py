"""One printer as the kiosk sees it: ask how it is, print one slip with proof.

Never prints anything twice by itself.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass

from kiosk.escpos_status import DLE_EOT, FENCE, PrinterState, state_of
from kiosk.paper_job import chunks, clearing, filling
from kiosk.printer_address import PrinterAddress
from kiosk.printer_ear import ANSWER_S, PrinterEar, Wire
from kiosk.wires import WireError, wire_to

log = logging.getLogger(__name__)
ASK_AGAIN_S = 0.5
QUIET_S = 1.0
PORT_KEPT_S = 7.0  # how long a printer may keep its port after a client
REFUSED_AGAIN_S = 0.25
NO_ANSWER = PrinterState("offline", "unknown")


@dataclass(frozen=True)
class Outcome:
    """What became of a slip.

    `ok` with reason "unconfirmed": written to a printer that cannot answer.
    """

    ok: bool
    reason: str | None = None
    may_exist: bool = False


class Printer:
    """A printer at an address.

    Opened for each job and each question, since most printers take one client at a time; a printer
    that was found to keep its port after each client is held instead, so that no question locks
    out a slip. One thread only.

    `left` is what a job that did not end proven may have left behind: "half" (a command the printer
    still waits for the rest of), "paper" (a slip that is not cut off),
    "late" (a proof that has not come yet from a printer that is well), or "".
    It is cleared away at the first question or job that finds the printer well, so that no slip
    comes out under the torso of another.
    """

    def __init__(self, address: PrinterAddress, fence_s: float, left: str = "") -> None:
        self.address = address
        self.state = PrinterState()
        self.left = left
        self._fence_s = fence_s
        self._answers = False  # whether the last questions were all answered
        self._left_at = 0.0  # when the line was last let go of, on the monotonic clock
        self._was_refused = self._keeps_port = False
        self._held: Wire | None = None

    def ask_state(self) -> PrinterState:
        """Asks the printer how it is, in at most a few seconds.

        A printer that refuses shortly after this kiosk has let go of it is one that keeps its
        port for some seconds: it is as it was.
        """
        try:
            wire, _, self.state = self._reach(0)
        except WireError as error:
            log.debug("printer %s: %s", self.address, error)
            if not (error.refused and self.state.can_print and self._keeps_port_still()):
                self.state = NO_ANSWER
            return self.state
        self._leave(wire)
        return self.state

    def print(
        self,
        data: bytes,
        about_to_send: Callable[[], None],
        in_doubt: Callable[[str], None],
    ) -> Outcome:
        """Checks, sends, waits for the fence.

        `about_to_send()` is called when the printer is well and before the first byte leaves;
        `in_doubt(reason)` when the printer reports trouble
        with the slip on its way, which may still come out.
        """
        try:
            wire, ear, self.state = self._reach(PORT_KEPT_S if self._was_well() else 0)
        except WireError as error:
            log.warning("printer %s cannot be reached: %s", self.address, error)
            self.state = NO_ANSWER
            return Outcome(False, "offline")
        if not self.state.can_print:
            self._leave(wire)
            return Outcome(False, self.state.printer)
        well = False
        try:
            about_to_send()
            self.left = "half"
            pause = self.address.profile.slice_delay_ms / 1000
            sent = 0
            for chunk in chunks(data):
                sent += len(chunk)
                if sent == len(data):
                    ear.send_to_fence(chunk)
                else:
                    wire.write(chunk)
                if pause:
                    time.sleep(pause)
            outcome = self._fenced(wire, ear, in_doubt)
            well = outcome.ok
        except WireError as error:
            log.warning("printer %s broke off: %s", self.address, error)
            return Outcome(False, "cut_off", may_exist=True)
        finally:
            if well:
                self._leave(wire)
            else:
                wire.close()
        # whoever answers on this line has had every byte before the question
        if outcome.ok:
            self.left = ""
        elif not self._answers:
            self.left = "half"
        else:
            self.left = "late" if outcome.reason == "no_answer" else "paper"
        return outcome

    def close(self) -> None:
        """Lets go of a line that is held."""
        if self._held:
            self._held.close()
            self._held = None

    def _was_well(self) -> bool:
        """Whether the printer could print when it was last heard."""
        return self.state.can_print and self._left_at > 0

    def _keeps_port_still(self) -> bool:
        self._was_refused = self._left_at > 0 and time.monotonic() - self._left_at < PORT_KEPT_S
        return self._was_refused

    def _reach(self, patience_s: float) -> tuple[Wire, PrinterEar, PrinterState]:
        """The printer on an open line, and how it is; WireError when it cannot be reached.

        A refused connection is tried again for so long: many printers keep their port for some
        seconds after each client. Nothing of a slip has left by then.
        """
        end = time.monotonic() + patience_s
        while True:
            held, self._held = self._held, None
            wire: Wire = held or wire_to(self.address)
            try:
                if not held:
                    wire.open()
                ear = PrinterEar(wire)
                state = self._ready(wire, ear)
            except WireError as error:
                wire.close()
                if held:
                    continue
                if not error.refused or time.monotonic() + REFUSED_AGAIN_S > end:
                    raise
                self._was_refused = True
                time.sleep(REFUSED_AGAIN_S)
                continue
            if held and state == NO_ANSWER:
                wire.close()  # a line whose other end is gone says nothing
                continue
            if self._was_refused and not self._keeps_port:
                log.info("printer %s keeps its port after a client: it is held", self.address)
                self._keeps_port = True
            self._was_refused = False
            return wire, ear, state

    def _leave(self, wire: Wire) -> None:
        """Lets go of the line, unless the printer would then refuse the next slip."""
        self._left_at = time.monotonic()
        if self._keeps_port:
            self._held = wire
        else:
            wire.close()

    def _ready(self, wire: Wire, ear: PrinterEar) -> PrinterState:
        """How the printer is, and rid of what the last job may have left in it."""
        if not self.left:
            return self._ask(wire, ear)
        if self.left == "half":
            # before any question: a printer in the midst of a raster takes questions for dots
            wire.write(
                filling(
                    16
                    if self.address.short_layout
                    else self.address.profile.slice_rows * self.address.profile.dots // 8
                )
            )
        state = self._ask(wire, ear)
        if not state.can_print:
            self.left = (
                "half" if state == NO_ANSWER else "paper"
            )  # whoever opens it now may switch it off and on
            return state
        late, self.left = self.left == "late", "half"  # half also if the line breaks now
        ear.send_to_fence(FENCE if late else clearing(self.address.profile))
        outcome = self._fenced(wire, ear, lambda reason: None)
        ear.settle(QUIET_S, QUIET_S)  # a proof that comes late is not the next slip's
        log.warning(
            "printer %s: cleared after a slip that was not proven: %s",
            self.address,
            outcome.reason or "done",
        )
        if outcome.ok or (
            outcome.reason == "no_answer" and self._answers
        ):  # one blank end of paper is enough for a printer that proves nothing
            self.left = ""
            return state
        self.left = "paper" if self._answers else "half"
        return self.state if self._answers else NO_ANSWER

    def _ask(self, wire: Wire, ear: PrinterEar) -> PrinterState:
        if not wire.talks_back or self.address.profile.status == "none":
            return PrinterState("unknown", "unknown")
        ear.forget()  # what a printer said before was not said to us
        return state_of(ear.ask_all(ANSWER_S, most_missing=len(DLE_EOT)))

    def _fenced(self, wire: Wire, ear: PrinterEar, in_doubt: Callable[[str], None]) -> Outcome:
        """Waits for the answer to GS r 1, and for a second one.

        Asks meanwhile what is wrong, by the questions a stopped printer still answers.
        """
        if not wire.talks_back or self.address.profile.fence == "none":
            return Outcome(True, "unconfirmed", may_exist=True)
        end = time.monotonic() + self._fence_s
        trouble, self._answers, asked_again = None, False, False
        while (left := end - time.monotonic()) > 0:
            answers: dict[int, int | None] = {}
            ear.listen(min(left, ASK_AGAIN_S))
            if not ear.fences:
                # the fence's answer may come between
                answers = ear.ask_all(ANSWER_S / 4, most_missing=1)
            if ear.fences and asked_again:
                self.state = PrinterState("ok", self.state.paper)
                return Outcome(True)
            if ear.fences:
                ear.fence_again()
                asked_again = True
                continue
            self._answers = len(answers) == len(DLE_EOT) and None not in answers.values()
            if self._answers:
                self.state = state_of(answers)
                if self.state.printer != "ok":
                    trouble = self.state.printer
                    in_doubt(trouble)
        return Outcome(False, trouble or "no_answer", may_exist=True)
