"""What is told ahead of a visit to whoever gave a contact: that a time is booked, moved or gone,
its reminders a day and two hours before, and when to leave home for a number kept there.

Run once by every act, before its commit, over the facts it wrote. A contact is kept until the
booking or kept number has ended and `privacy.contact_hours` more, and no longer.
"""

from typing import TYPE_CHECKING, Any

from domain.booking import Booking
from domain.day import MINUTE
from domain.facts import (
    BookingArrived,
    BookingFact,
    BookingHeld,
    BookingMade,
    BookingMissed,
    BookingMoved,
    BookingWithdrawn,
    ClaimFact,
    ClaimGone,
    ClaimHeld,
)

from ..store import bookings, contacts
from .notices import notify, withdraw

if TYPE_CHECKING:
    from .act import Act

#: Where the pages of a booking and of a kept number stand.
PAGES = {"booking": "b", "claim": "n"}
HOUR = 60 * MINUTE
DAY = 24 * HOUR
#: How long before a booked time its reminders go out, by their kind.
REMINDERS = (("reminder_day", DAY), ("reminder_hours", 2 * HOUR))


def page_of(purpose: str, centre: str, code: str) -> str:
    """The hub's page of a booking or kept number, where it is given back with one press."""
    return f"/{PAGES[purpose]}/{centre}/{code}"


def notices_ahead(act: "Act") -> None:
    """Write what the facts of this act tell those who booked or kept a number."""
    for fact in act.tx.facts:
        if isinstance(fact, BookingFact) and not isinstance(fact, BookingHeld):
            _tell_booked(act, fact)
        elif isinstance(fact, ClaimFact) and not isinstance(fact, ClaimHeld):
            _tell_keeper(act, fact)


def kept_until(act: "Act", end: int) -> int:
    """Until when a contact is kept of what ends at a moment."""
    return end + act.as_loaded.privacy.contact_hours * HOUR


def remind(act: "Act", row: Booking) -> None:
    """Have the reminders of a booked time sent, of those that are still to come."""
    about = about_booking(act, row)
    for kind, before in REMINDERS:
        if row.start - before > act.now:
            due = {"due_at": row.start - before, "expires_at": row.start - before // 2}
            notify(act, "booking", row.id, kind, about, nth=row.sequence + 1, **due)


def about_booking(act: "Act", row: Booking) -> dict[str, Any]:
    """What sentences about a booking are filled with; `cancel`: where one press gives it back."""
    centre = act.tx.centre
    code = str(bookings.code_of(act.tx.conn, centre, row.id) or "")
    return {
        "start_at": row.start,
        "code": code,
        "path": page_of("booking", centre, code),
        "cancel": f"/api/v1/{centre}/bookings/{code}/cancel",
    }


def alert_list(queue: str, date: str) -> str:
    """The subject of whoever wants to know of places of a day that are free at once."""
    return f"{queue} {date}"


def tell_alert_list(act: "Act", row: Booking) -> None:
    """A place was given back so near to its time that it is free at once: tell the day's list."""
    about = {"start_at": row.start, "path": f"/b/{act.tx.centre}"}
    subject = alert_list(row.queue, act.centre.date_of(row.start))
    notify(act, "places", subject, "place_free", about, nth=act.tx.seq, expires_at=row.start)


def _tell_booked(act: "Act", fact: BookingFact) -> None:
    conn, centre, subject = act.tx.conn, act.tx.centre, fact.booking
    if not contacts.of_subject(conn, centre, "booking", subject):
        return
    row = bookings.of_id(conn, centre, subject)
    assert row is not None, "its row is written with its fact"
    if not isinstance(fact, BookingMade):
        withdraw(act, "booking", subject)
    about = about_booking(act, row)
    # a time that is over is no longer given back with one press
    ended = {key: about[key] for key in ("start_at", "code", "path")}
    match fact:
        case BookingMade():
            notify(act, "booking", subject, "booked", about)
            remind(act, row)
        case BookingMoved():
            contacts.keep_until(conn, centre, "booking", [subject], kept_until(act, row.end))
            notify(act, "booking", subject, "booking_moved", about, nth=row.sequence)
            remind(act, row)
        case BookingMissed():
            notify(act, "booking", subject, "booking_missed", ended, nth=row.sequence + 1)
        case BookingWithdrawn() if fact.reason != "lapsed":
            notify(act, "booking", subject, "booking_cancelled", ended)
    if isinstance(fact, BookingArrived | BookingMissed | BookingWithdrawn):
        until = kept_until(act, act.now)
        contacts.keep_no_longer_than(conn, centre, "booking", [subject], until)


def _tell_keeper(act: "Act", fact: ClaimFact) -> None:
    conn, centre, subject = act.tx.conn, act.tx.centre, fact.claim
    if not contacts.of_subject(conn, centre, "claim", subject):
        return
    withdraw(act, "claim", subject)
    if isinstance(fact, ClaimGone) and fact.reason == "expired":
        notify(act, "claim", subject, "claim_gone", {})
    contacts.keep_no_longer_than(conn, centre, "claim", [subject], kept_until(act, act.now))
