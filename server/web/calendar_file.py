"""A booking as an iCalendar file (RFC 5545): the same UID for ever, a SEQUENCE that counts moves,
so that a phone's calendar changes the entry it has instead of keeping two.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True, slots=True)
class Event:
    """One booked time; moments in ms. text: what stands below the title. cancelled: it is over."""

    uid: str
    sequence: int
    start: int
    end: int
    title: str
    place: str
    text: str
    address: str
    cancelled: bool = False


#: When the calendar reminds: a day and two hours before.
REMINDERS = ("-P1D", "-PT2H")


def calendar_file(event: Event, now: int) -> bytes:
    """The file, lines folded at 75 bytes and ended as the standard asks."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Luot//bookings//VI",
        f"METHOD:{'CANCEL' if event.cancelled else 'PUBLISH'}",
        "BEGIN:VEVENT",
        f"UID:{event.uid}",
        f"SEQUENCE:{event.sequence + event.cancelled}",
        f"DTSTAMP:{_moment(now)}",
        f"DTSTART:{_moment(event.start)}",
        f"DTEND:{_moment(event.end)}",
        f"SUMMARY:{_text(event.title)}",
        f"LOCATION:{_text(event.place)}",
        f"DESCRIPTION:{_text(event.text)}",
        f"URL:{event.address}",
        f"STATUS:{'CANCELLED' if event.cancelled else 'CONFIRMED'}",
    ]
    if not event.cancelled:
        for before in REMINDERS:
            lines += ["BEGIN:VALARM", "ACTION:DISPLAY", f"DESCRIPTION:{_text(event.title)}"]
            lines += [f"TRIGGER:{before}", "END:VALARM"]
    lines += ["END:VEVENT", "END:VCALENDAR"]
    return b"".join(part + b"\r\n" for line in lines for part in _folded(line))


def _moment(at: int) -> str:
    return datetime.fromtimestamp(at / 1000, UTC).strftime("%Y%m%dT%H%M%SZ")


def _text(text: str) -> str:
    for letter, written in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\n", "\\n")):
        text = text.replace(letter, written)
    return text.replace("\r", "")


def _folded(line: str) -> Iterator[bytes]:
    """A line in pieces of at most 75 bytes that break no letter; all but the first begin with a
    space.
    """
    piece = b""
    for letter in line:
        written = letter.encode()
        if len(piece) + len(written) > 75:
            yield piece
            piece = b" "
        piece += written
    yield piece
