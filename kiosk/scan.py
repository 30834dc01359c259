"""What a scanner at the kiosk reads: an ID card's code or a dossier code, told apart by shape. Nothing read is stored, logged or sent on.

Of a card only two things are taken, in memory: the birth date, for the age, and the number, for a keyed hash (HMAC) whose key is made for the service day and destroyed with it.
"""

import hashlib
import hmac
import re
import secrets
import threading
from dataclasses import dataclass
from datetime import date

LONGEST = 1_000
GOOD_S = 180.0
MOST_HANDLES = 50
_DOSSIER = re.compile(r"(?i)[a-z0-9]{1,12}(?:\.[a-z0-9]{1,12}){0,5}-(\d{2})(\d{2})(\d{2})-\d{1,6}")


@dataclass(frozen=True)
class Card:
    """What is taken from an ID card's code; lives only while one request is answered."""

    number: str
    born: date


def read_card(text: str, today: date) -> Card | None:
    """A card by the shape of its parts, not their place: the first of exactly twelve digits, the first of eight that is a past date ddmmyyyy."""
    parts = [part.strip() for part in text[:LONGEST].split("|")]
    number = next((part for part in parts if re.fullmatch(r"[0-9]{12}", part)), None)
    born = next((day for part in parts if (day := _past_date(part, today))), None)
    return Card(number, born) if number and born and len(parts) >= 4 else None


def _past_date(part: str, today: date) -> date | None:
    if not re.fullmatch(r"[0-9]{8}", part):
        return None
    try:
        found = date(int(part[4:]), int(part[2:4]), int(part[:2]))
    except ValueError:
        return None
    return found if date(1900, 1, 1) <= found <= today else None


def is_dossier(text: str) -> bool:
    """A dossier code: letters, digits and dots, then the date received YYMMDD and a running number; at most 40 characters."""
    found = _DOSSIER.fullmatch(text.strip()) if len(text.strip()) <= 40 else None
    return bool(found) and 1 <= int(found[2]) <= 12 and 1 <= int(found[3]) <= 31


def age_on(born: date, today: date) -> int:
    """Whole years lived."""
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


class Cards:
    """The handles of persons who have just shown a card: good for three minutes, in memory only."""

    def __init__(self, journal, hall, clock, on: bool):
        self._journal, self._hall, self._clock, self.on = journal, hall, clock, on
        self._lock = threading.Lock()
        self._handles: dict[str, tuple[float, str]] = {}

    def read(self, text: str) -> dict:
        """What a scanned line is: `{"kind", …}` as the page gets it (docs/kiosk-api.md)."""
        if is_dossier(text):
            return {"kind": "dossier", "field": self._hall.result_field()}
        day = self._hall.today()
        card = read_card(text, date.fromisoformat(day)) if self.on else None
        if card is None:
            return {"kind": "unknown"}
        handle = secrets.token_hex(12)
        mark = hmac.new(self._key(day), card.number.encode(), hashlib.sha256).hexdigest()
        with self._lock:
            now = self._clock.steady()
            fresh = [(name, kept) for name, kept in self._handles.items() if now - kept[0] < GOOD_S]
            self._handles = dict(fresh[-MOST_HANDLES:]) | {handle: (now, mark)}
        return {"kind": "id_card", "age_class": self._hall.class_by_age(age_on(card.born, date.fromisoformat(day))), "person": handle}

    def mark_of(self, handle: str) -> str | None:
        """The day's keyed hash of the person behind a handle; `None` when it is not known any more."""
        with self._lock:
            kept = self._handles.get(handle)
        return kept[1] if kept and self._clock.steady() - kept[0] < GOOD_S else None

    def _key(self, day: str) -> bytes:
        with self._lock:
            key = self._journal.recall(f"person_key:{day}")
            if key is None:
                self._journal.forget_persons(day)
                key = secrets.token_hex(32)
                self._journal.remember(f"person_key:{day}", key)
            return bytes.fromhex(key)

    def day_is_over(self) -> None:
        """Destroys keys and marks of days gone by."""
        self._journal.forget_persons(self._hall.today())
        with self._lock:
            self._handles.clear()
