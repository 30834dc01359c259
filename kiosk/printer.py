"""One printer as the kiosk sees it: ask how it is, print one slip with proof. Never prints anything twice by itself."""

import logging
import time
from dataclasses import dataclass

from kiosk.escpos_status import DLE_EOT, PrinterState, fence_answered, state_of, status_byte
from kiosk.paper_job import chunks
from kiosk.printer_address import PrinterAddress
from kiosk.wires import WireError, wire_to

log = logging.getLogger(__name__)
ANSWER_S = 1.0
ASK_AGAIN_S = 0.5


@dataclass(frozen=True)
class Outcome:
    """What became of a slip. `ok` with reason "unconfirmed": written to a printer that cannot answer."""

    ok: bool
    reason: str | None = None
    may_exist: bool = False


class Printer:
    """A printer at an address. Opened for each job and each look, since most printers take one client at a time. One thread only."""

    def __init__(self, address: PrinterAddress, fence_s: float):
        self.address = address
        self.state = PrinterState()
        self._fence_s = fence_s

    def look(self) -> PrinterState:
        """Asks the printer how it is, in at most a few seconds."""
        wire = wire_to(self.address)
        try:
            wire.open()
            self.state = self._ask(wire)
        except WireError as error:
            log.debug("printer %s: %s", self.address, error)
            self.state = PrinterState("offline", "unknown")
        finally:
            wire.close()
        return self.state

    def print(self, data: bytes, about_to_send, in_doubt) -> Outcome:
        """Checks, sends, waits for the fence.

        `about_to_send()` is called when the printer is well and before the first byte leaves; `in_doubt(reason)` when the printer reports trouble
        with the slip on its way, which may still come out.
        """
        wire = wire_to(self.address)
        try:
            wire.open()
            self.state = self._ask(wire)
        except WireError as error:
            log.warning("printer %s cannot be reached: %s", self.address, error)
            wire.close()
            self.state = PrinterState("offline", "unknown")
            return Outcome(False, "offline")
        if not self.state.can_print:
            wire.close()
            return Outcome(False, self.state.printer)
        about_to_send()
        try:
            pause = self.address.profile.slice_delay_ms / 1000
            for chunk in chunks(data):
                wire.write(chunk)
                if pause:
                    time.sleep(pause)
            return self._fenced(wire, in_doubt)
        except WireError as error:
            log.warning("printer %s broke off: %s", self.address, error)
            return Outcome(False, "cut_off", may_exist=True)
        finally:
            wire.close()

    def _ask(self, wire) -> PrinterState:
        if not wire.talks_back or self.address.profile.status == "none":
            return PrinterState("unknown", "unknown")
        while wire.read(0):        # what a printer said before was not said to us
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
        """Waits for the answer to GS r 1. Asks meanwhile what is wrong, by the questions a stopped printer still answers."""
        if not wire.talks_back or self.address.profile.fence == "none":
            return Outcome(True, "unconfirmed", may_exist=True)
        end = time.monotonic() + self._fence_s
        heard, trouble = b"", None
        while (left := end - time.monotonic()) > 0:
            heard += wire.read(min(left, ASK_AGAIN_S))
            if not fence_answered(heard):
                said, answers = self._ask_all(wire)
                heard += said
            if fence_answered(heard):
                self.state = PrinterState("ok", self.state.paper)
                return Outcome(True)
            if len(answers) == len(DLE_EOT):
                self.state = state_of(answers)
                if self.state.printer != "ok":
                    trouble = self.state.printer
                    in_doubt(trouble)
        return Outcome(False, trouble or "no_answer", may_exist=True)

    def _ask_all(self, wire) -> tuple[bytes, dict[int, int]]:
        """The four questions to a printer that has not come to the fence; everything it said, since the fence's answer may come between."""
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
