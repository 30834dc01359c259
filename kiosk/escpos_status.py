"""The status bytes of ESC/POS printers, decoded by ourselves: silence and rubbish never count as
"paper is fine".
"""

from dataclasses import dataclass

DLE_EOT = {n: bytes((0x10, 0x04, n)) for n in (1, 2, 3, 4)}
FENCE = b"\x1d\x72\x01"  # GS r 1: answered only when the printer has come to it


@dataclass(frozen=True)
class PrinterState:
    """`printer`: ok, paper_out, cover_open, error, offline (no answer), unknown (cannot be asked).

    `paper`: ok, low, out, unknown.
    """

    printer: str = "unknown"
    paper: str = "unknown"

    @property
    def can_print(self) -> bool:
        return self.printer in ("ok", "unknown")


class AnswerReader:
    """Sorts what a printer says, across the pieces it arrives in: answers to DLE EOT, answers to
    the fence, and pushed status frames (four bytes), which are passed over.
    """

    def __init__(self) -> None:
        self._rest_of_frame = 0

    def feed(self, data: bytes) -> tuple[list[int], int]:
        """The bytes with the fixed bits of a DLE EOT answer, and how many look like an answer to
        GS r 1 (bits 4 and 7 clear).
        """
        statuses, fences = [], 0
        for byte in data:
            if self._rest_of_frame:
                self._rest_of_frame -= 1  # it looks like anything
            elif byte & 0x93 == 0x12:
                statuses.append(byte)
            elif byte & 0x93 == 0x10:
                self._rest_of_frame = 3
            elif byte & 0x90 == 0x00:
                fences += 1
        return statuses, fences


def state_of(answers: dict[int, int | None]) -> PrinterState:
    """What the four answers say together.

    No answer to the first question means offline, not unknown.
    """
    one, two, three, four = (answers.get(n) for n in (1, 2, 3, 4))
    if one is None or two is None:
        return PrinterState("offline", "unknown")
    paper = "ok"
    if four is None:
        paper = "unknown"
    elif four & 0x60:
        paper = "out"
    elif four & 0x0C:
        paper = "low"
    if two & 0x04:
        return PrinterState("cover_open", paper)
    if two & 0x20 or paper == "out":
        return PrinterState("paper_out", "out")
    if two & 0x40 or (three is not None and three & 0x28):
        return PrinterState("error", paper)
    if one & 0x08:
        return PrinterState("offline", paper)
    return PrinterState("ok", paper)
