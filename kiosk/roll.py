"""How much of the roll is used, counted in millimetres: many printers' near-end sensors are missing
or badly set.
"""

from kiosk.press_store import PressStore
from kiosk.printer import Outcome
from kiosk.profiles import Profile

CUT_MM = 12.0  # what a cut or a tear-off feeds beyond the slip
LOW_MM = 5_000.0  # about forty slips


class Roll:
    """The roll in the printer. `length_mm` 0: not counted. Kept in the press store over
    restarts.
    """

    def __init__(self, store: PressStore, length_mm: float) -> None:
        self._store, self.length_mm = store, length_mm
        self.printed_mm: float = store.recall("roll_mm", 0.0)

    @property
    def low(self) -> bool:
        """Whether about forty slips or fewer are left, by the count."""
        return self.length_mm > 0 and self.length_mm - self.printed_mm < LOW_MM

    def printed(self, outcome: Outcome, rows: int, profile: Profile) -> None:
        """A slip of so many rows went out, or may have."""
        if outcome.ok or outcome.may_exist:
            self.printed_mm = round(
                self.printed_mm + (rows + profile.feed_rows) * 25.4 / profile.dpi + CUT_MM, 1
            )
            self._store.remember("roll_mm", self.printed_mm)

    def replaced(self) -> None:
        """Somebody put a new roll in."""
        self.printed_mm = 0.0
        self._store.remember("roll_mm", 0.0)
