"""What a printer says on one connection, in order: answers to questions, answers to the fence,
and frames it pushes unasked; in whatever pieces, late or twice.
"""

import time
from typing import Protocol

from kiosk.escpos_status import DLE_EOT, FENCE, AnswerReader

ANSWER_S = 1.0
SETTLE_S = 0.03  # a second copy or the rest of a frame comes within this time


class Wire(Protocol):
    """A way to a printer (`kiosk.wires`)."""

    talks_back: bool

    def open(self) -> None: ...
    def write(self, data: bytes) -> None: ...
    def read(self, seconds: float) -> bytes: ...
    def close(self) -> None: ...


class PrinterEar:
    """Listens on one open wire. `fences` counts what looks like answers to the fence."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._reader = AnswerReader()
        self.fences = 0

    def listen(self, seconds: float) -> list[int]:
        """Waits so long for the next bytes; the status bytes among them."""
        data = self._wire.read(seconds)
        statuses, fences = self._reader.feed(data)
        self.fences += fences
        return statuses

    def settle(self, quiet_s: float = SETTLE_S, most_s: float = 1.0) -> int | None:
        """Listens until nothing has come for `quiet_s`; the last status byte heard meanwhile."""
        status = None
        end = time.monotonic() + most_s
        while time.monotonic() < end:
            data = self._wire.read(quiet_s)
            if not data:
                break
            statuses, fences = self._reader.feed(data)
            self.fences += fences
            status = statuses[-1] if statuses else status
        return status

    def forget(self) -> None:
        """What was said so far was not said to what is sent next."""
        self.settle(0)
        self.fences = 0

    def ask(self, question: bytes, seconds: float = ANSWER_S) -> int | None:
        """The status byte that answers; None when none came in time."""
        self.settle(0)
        self._wire.write(question)
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            statuses = self.listen(left)
            if statuses:
                later = self.settle()
                return statuses[-1] if later is None else later
        return None

    def ask_all(self, seconds: float, most_missing: int) -> dict[int, int | None]:
        """The four questions; what is not answered is None. It asks no further when the printer
        has left `most_missing` unanswered.

        After an answer that did not come the next one may be the late one: the paper is asked for
        once more, and the worse of both answers counts.
        """
        answers: dict[int, int | None] = {}
        missing = 0
        for n, question in DLE_EOT.items():
            answer = answers[n] = self.ask(question, seconds)
            if answer is None:
                missing += 1
                if missing >= most_missing or n <= 2:
                    break
        paper = answers.get(4)
        if missing and paper is not None:
            again = self.ask(DLE_EOT[4], seconds)
            answers[4] = paper if again is None else paper | again
        return answers

    def send_to_fence(self, data: bytes) -> None:
        """Sends what ends a job: what was said before its last byte left proves nothing."""
        self._wire.write(data[:-1])
        self.forget()
        self._wire.write(data[-1:])

    def fence_again(self) -> None:
        """Asks for the fence once more: the first answer may be a foreign byte, and a printer that
        has fallen silent gives no second one.
        """
        self.settle()
        self.fences = 0
        self._wire.write(FENCE)
