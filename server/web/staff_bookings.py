"""The page by which staff book for who telephones, find, move, cancel and check in by a code; for
managers also the slots: what they hold, what is taken, what a changed rule no longer offers.
"""

from flask import Blueprint, g
from flask.typing import ResponseReturnValue

from ..acts.booking_overview import overview
from ..reports.words import date_words, decimal_words
from ..rights import may
from ..texts import area, filled_in
from .auth import NotAllowed, caller, parts
from .outside import clock
from .pages import choose_language, known_centre, remember_language, words
from .staff_page import staff_page

staff_bookings = Blueprint("staff_bookings", __name__, template_folder="templates")
staff_bookings.before_request(choose_language)
staff_bookings.after_request(remember_language)
staff_bookings.context_processor(words)


@staff_bookings.get("/bookings/<centre>")
def page(centre: str) -> ResponseReturnValue:
    """Booking for somebody; managers see the slots below."""
    here = known_centre(centre)
    is_on = here.booking is not None and here.booking.on
    seen = overview(parts().context, centre) if is_on and _sees_slots() else None
    text = area(g.language, "bookings")
    return staff_page(
        "staff_bookings.html",
        "book",
        centre,
        is_on=is_on,
        seen=seen,
        text=text,
        say=lambda key, **values: filled_in(text[key], values, g.language),
        date=lambda day: date_words(day, g.language),
        moment=lambda at: f"{clock(at, here)} {date_words(here.date_of(at), g.language)}",
        number=lambda value: decimal_words(value, g.language),
    )


def _sees_slots() -> bool:
    try:
        actor, _ = caller()
    except NotAllowed:
        return False
    return may(actor, "see:bookings")
