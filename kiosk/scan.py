"""What a scanner at the kiosk reads: an ID card's code, a dossier code or the address on a slip,
told apart by shape.

Nothing read is stored or logged, and of a card or a dossier nothing is sent on.

Of a card only two things are taken, in memory: the birth date, for the age, and the number, for
keyed hashes (HMAC)
whose keys are made for the service day and dropped with it. Twelve digits could be tried out by
whoever has the key,
so neither keys nor hashes are ever written to a disk.
"""

import hashlib
import hmac
import re
import secrets
import threading
from dataclasses import dataclass
from datetime import date
from typing import Any

from domain.booking_code import LENGTH, LETTERS
from domain.person_key import person_key
from domain.slip_key import KEY_PATTERN
from kiosk.centre_state import CentreState
from kiosk.clock import HubClock
from kiosk.hub_link import HubAway, HubLink

LONGEST = 1_000
GOOD_S = 180.0
MOST_HANDLES = 50
HUB_S = 0.5
# the symbology some scanners put before a code ("]Q1": AIM identifier), and control characters
_BEFORE = re.compile(r"^[\x00-\x20]*(?:\][A-Za-z][0-9A-Za-z])?[\x00-\x20]*")
_SLIP = re.compile(rf"(?i:https?)://[^\s/]{{1,255}}/t/({KEY_PATTERN})/?")
_VISIT = re.compile(
    rf"(?i:https?)://[^\s/]{{1,255}}/[bn]/[^\s/]{{1,64}}/([{LETTERS}]{{{LENGTH}}})/?"
)
_DOSSIER = re.compile(r"(?i)[a-z0-9]{1,12}(?:\.[a-z0-9]{1,12}){0,5}-(\d{2})(\d{2})(\d{2})-\d{1,6}")


@dataclass(frozen=True)
class Card:
    """What is taken from an ID card's code; lives only while one request is answered."""

    number: str
    born: date


def read_card(text: str, today: date) -> Card | None:
    """A card by the shape of its parts, not their place: the first of exactly twelve digits, the
    first of eight that is a past date ddmmyyyy.
    """
    parts = [part.strip() for part in without_prefix(text[:LONGEST]).split("|")]
    number = next((part for part in parts if re.fullmatch(r"[0-9]{12}", part)), None)
    born = next((day for part in parts if (day := _past_date(part, today))), None)
    return Card(number, born) if number and born and len(parts) >= 4 else None


def without_prefix(text: str) -> str:
    """The line without what a scanner puts before the code."""
    return _BEFORE.sub("", text, count=1)


def _past_date(part: str, today: date) -> date | None:
    if not re.fullmatch(r"[0-9]{8}", part):
        return None
    try:
        day = date(int(part[4:]), int(part[2:4]), int(part[:2]))
    except ValueError:
        return None
    return day if date(1900, 1, 1) <= day <= today else None


def is_dossier(text: str) -> bool:
    """A dossier code: letters, digits and dots, then the date received YYMMDD and a running number;
    at most 40 characters.
    """
    code = without_prefix(text).strip()
    parts = _DOSSIER.fullmatch(code) if len(code) <= 40 else None
    return parts is not None and 1 <= int(parts[2]) <= 12 and 1 <= int(parts[3]) <= 31


def slip_key(text: str) -> str | None:
    """The key in the address that a slip's QR code holds, or None for any other text."""
    address = _SLIP.fullmatch(without_prefix(text[:LONGEST]).strip())
    return address[1] if address else None


def visit_code(text: str) -> str | None:
    """The code of a booking or kept number in the address of its QR code, or None."""
    address = _VISIT.fullmatch(without_prefix(text[:LONGEST]).strip())
    return address[1] if address else None


def age_on(born: date, today: date) -> int:
    """Whole years lived."""
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


@dataclass(frozen=True)
class Person:
    """Somebody who has just shown a card, as keyed hashes of its number: this kiosk's, the
    centre's if the hub was there, and that of bookings where anybody booked with a number.
    `heard`: whether the hub answered.
    """

    day: str
    own: str
    centre: str | None
    booked: str | None
    heard: bool


class Cards:
    """Persons who have just shown a card: good for three minutes.

    Keys, hashes and who holds which number are in memory only; a kiosk that starts anew knows
    nobody.
    """

    def __init__(self, centre: CentreState, clock: HubClock, link: HubLink, on: bool) -> None:
        self._centre, self._clock, self._link, self.on = centre, clock, link, on
        self._lock = threading.Lock()
        self._handles: dict[str, tuple[float, Person]] = {}
        self._key: tuple[str, bytes] | None = None
        self._held: dict[tuple[str, str], str] = {}

    def read(self, text: str) -> dict[str, Any]:
        """What a scanned line is: `{"kind", …}` as the page gets it (docs/kiosk-api.md)."""
        if is_dossier(text):
            return {"kind": "dossier", "field": self._centre.result_field()}
        if key := slip_key(text):
            return {"kind": "slip", "key": key}
        if code := visit_code(text):
            return {"kind": "visit", "code": code}
        day = self._centre.today()
        card = read_card(text, date.fromisoformat(day)) if self.on else None
        if card is None:
            return {"kind": "unknown"}
        handle, answer = secrets.token_hex(12), self._ask({})
        key, booked = answer.get("key"), answer.get("booked")
        person = Person(
            day,
            _mark(self._own_key(day), card.number),
            _mark(bytes.fromhex(key), card.number) if key else None,
            person_key(booked, card.number) if booked else None,
            heard=bool(answer),
        )
        with self._lock:
            now = self._clock.steady()
            fresh = [(name, kept) for name, kept in self._handles.items() if now - kept[0] < GOOD_S]
            self._handles = dict(fresh[-MOST_HANDLES:]) | {handle: (now, person)}
        return {
            "kind": "id_card",
            "age_class": self._centre.class_by_age(age_on(card.born, date.fromisoformat(day))),
            "person": handle,
        }

    def person(self, handle: str) -> Person | None:
        """The person behind a handle; `None` when it is not known any more."""
        with self._lock:
            kept = self._handles.get(handle)
        return kept[1] if kept and self._clock.steady() - kept[0] < GOOD_S else None

    def holds(self, person: Person, field: str) -> tuple[str | None, dict[str, Any] | None]:
        """By which press of this kiosk the person took a number of the field, and which live number
        the hub knows of, taken at whichever kiosk: `{number, field}`.
        """
        with self._lock:
            press = self._held.get((person.own, field))
        return press, (
            self._ask({"mark": person.centre, "field": field}).get("ticket")
            if person.centre
            else None
        )

    def took(self, person: Person, field: str, press: str, ticket: str | None) -> None:
        """The person holds a number of the field now; `ticket` is the hub's id where the hub gave
        it, and then the hub is told aside, since nobody need wait for that.
        """
        self._own_key(person.day)
        with self._lock:
            self._held[person.own, field] = press
        if person.centre and ticket:
            threading.Thread(
                target=self._ask,
                args=({"mark": person.centre, "field": field, "ticket": ticket},),
                name="person-took",
                daemon=True,
            ).start()

    def _ask(self, content: dict[str, Any]) -> dict[str, Any]:
        """The hub's answer, `{}` without one: whoever cannot be told for sure is given a number."""
        try:
            answer = self._link.call("person", content, HUB_S)
        except HubAway:
            return {}
        return answer if answer["ok"] else {}

    def _own_key(self, day: str) -> bytes:
        with self._lock:
            if self._key is None or self._key[0] != day:
                self._key, self._held = (day, secrets.token_bytes(32)), {}
            return self._key[1]

    def forget_yesterday(self) -> None:
        """The calendar's day is over, hub or no hub."""
        if self._key is not None and self._key[0] != self._centre.today():
            self.day_is_over()

    def day_is_over(self) -> None:
        """Drops the key and everything that was kept under it."""
        with self._lock:
            self._key, self._held = None, {}
            self._handles.clear()


def _mark(key: bytes, number: str) -> str:
    return hmac.new(key, number.encode(), hashlib.sha256).hexdigest()
