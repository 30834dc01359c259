"""One printer as the kiosk sees it: ask how it is, print one slip with proof.

Never prints anything twice by itself.
"""

import logging
import time
from dataclasses import dataclass

from kiosk.escpos_status import DLE_EOT, FENCE, PrinterState, fence_answered, state_of, status_byte
from kiosk.paper_job import chunks, clearing, filling
from kiosk.printer_address import PrinterAddress
from kiosk.wires import WireError, wire_to

log = logging.getLogger(__name__)
ANSWER_S = 1.0
ASK_AGAIN_S = 0.5
QUIET_S = 1.0
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

    Opened for each job and each look, since most printers take one client at a time. One thread
    only.

    `left` is what a job that did not end proven may have left behind: "half" (a command the printer
    still waits for the rest of), "paper" (a slip that is not cut off),
    "late" (a proof that has not come yet from a printer that is well), or "".
    It is cleared away at the first look or job that finds the printer well, so that no slip comes
    out under the torso of another.
    """

    def __init__(self, address: PrinterAddress, fence_s: float, left: str = ""):
        self.address = address
        self.state = PrinterState()
        self.left = left
        self._fence_s = fence_s
        self._answers = False  # whether the last questions were all answered

    def look(self) -> PrinterState:
        """Asks the printer how it is, in at most a few seconds."""
        wire = wire_to(self.address)
        try:
            wire.open()
            self.state = self._ready(wire)
        except WireError as error:
            log.debug("printer %s: %s", self.address, error)
            self.state = NO_ANSWER
        finally:
            wire.close()
        return self.state

    def print(self, data: bytes, about_to_send, in_doubt) -> Outcome:
        """Checks, sends, waits for the fence.

        `about_to_send()` is called when the printer is well and before the first byte leaves;
        `in_doubt(reason)` when the printer reports trouble
        with the slip on its way, which may still come out.
        """
        wire = wire_to(self.address)
        try:
            wire.open()
            self.state = self._ready(wire)
        except WireError as error:
            log.warning("printer %s cannot be reached: %s", self.address, error)
            wire.close()
            self.state = NO_ANSWER
            return Outcome(False, "offline")
        if not self.state.can_print:
            wire.close()
            return Outcome(False, self.state.printer)
        try:
            about_to_send()
            self.left = "half"
            pause = self.address.profile.slice_delay_ms / 1000
            for chunk in chunks(data):
                wire.write(chunk)
                if pause:
                    time.sleep(pause)
            outcome = self._fenced(wire, in_doubt)
        except WireError as error:
            log.warning("printer %s broke off: %s", self.address, error)
            return Outcome(False, "cut_off", may_exist=True)
        finally:
            wire.close()
        # whoever answers on this line has had every byte before the question
        if outcome.ok:
            self.left = ""
        elif not self._answers:
            self.left = "half"
        else:
            self.left = "late" if outcome.reason == "no_answer" else "paper"
        return outcome

    def _ready(self, wire) -> PrinterState:
        """How the printer is, and rid of what the last job may have left in it."""
        if not self.left:
            return self._ask(wire)
        if self.left == "half":
            # before any question: a printer in the midst of a raster takes questions for dots
            wire.write(
                filling(
                    16
                    if self.address.short_layout
                    else self.address.profile.slice_rows * self.address.profile.dots // 8
                )
            )
        state = self._ask(wire)
        if not state.can_print:
            self.left = (
                "half" if state == NO_ANSWER else "paper"
            )  # whoever opens it now may switch it off and on
            return state
        late, self.left = self.left == "late", "half"  # half also if the line breaks now
        wire.write(FENCE if late else clearing(self.address.profile))
        outcome = self._fenced(wire, lambda reason: None)
        end = time.monotonic() + QUIET_S
        while time.monotonic() < end and wire.read(QUIET_S):
            pass  # a proof that comes late is not the next slip's
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

    def _ask(self, wire) -> PrinterState:
        if not wire.talks_back or self.address.profile.status == "none":
            return PrinterState("unknown", "unknown")
        while wire.read(0):  # what a printer said before was not said to us
            pass
        answers: dict[int, int | None] = {}
        for n, question in DLE_EOT.items():
            wire.write(question)
            answers[n] = self._answer(wire)
            if answers[n] is None and n <= 2:
                break
        return state_of(answers)

    def _answer(self, wire) -> int | None:
        end = time.monotonic() + ANSWER_S
        heard = b""
        while (left := end - time.monotonic()) > 0:
            heard += wire.read(left)
            found = status_byte(heard)
            if found is not None:
                return found
        return None

    def _fenced(self, wire, in_doubt) -> Outcome:
        """Waits for the answer to GS r 1.

        Asks meanwhile what is wrong, by the questions a stopped printer still answers.
        """
        if not wire.talks_back or self.address.profile.fence == "none":
            return Outcome(True, "unconfirmed", may_exist=True)
        end = time.monotonic() + self._fence_s
        heard, trouble, self._answers = b"", None, False
        while (left := end - time.monotonic()) > 0:
            heard += wire.read(min(left, ASK_AGAIN_S))
            if not fence_answered(heard):
                said, answers = self._ask_all(wire)
                heard += said
            if fence_answered(heard):
                self.state = PrinterState("ok", self.state.paper)
                return Outcome(True)
            self._answers = len(answers) == len(DLE_EOT)
            if self._answers:
                self.state = state_of(answers)
                if self.state.printer != "ok":
                    trouble = self.state.printer
                    in_doubt(trouble)
        return Outcome(False, trouble or "no_answer", may_exist=True)

    def _ask_all(self, wire) -> tuple[bytes, dict[int, int]]:
        """The four questions to a printer that has not come to the fence; everything it said, since
        the fence's answer may come between.
        """
        everything, answers = b"", {}
        for n, question in DLE_EOT.items():
            wire.write(question)
            end = time.monotonic() + ANSWER_S / 4
            said = b""
            while status_byte(said) is None and (left := end - time.monotonic()) > 0:
                said += wire.read(left)
            everything += said
            if status_byte(said) is None:
                break
            answers[n] = status_byte(said)
        return everything, answers
