"""The page by which staff book for who telephones, find, move, cancel and check in by a code; for
managers also the slots: what they hold, what is taken, what a changed rule no longer offers.
"""

from typing import Any

from flask import Blueprint, g
from flask.typing import ResponseReturnValue

from domain.centre import Centre

from ..acts import draws as draw_acts
from ..acts.booking_overview import overview
from ..reports.words import date_words, decimal_words
from ..rights import may
from ..texts import area, filled_in
from .auth import NotAllowed, caller, parts
from .outside import clock, wanted_words
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
    return _shown("staff_bookings.html", "book", here, seen=seen)


@staff_bookings.get("/bookings/<centre>/draws")
def draws(centre: str) -> ResponseReturnValue:
    """The steps of a draw: announcing, closing the list, drawing; and what each publishes."""
    here = known_centre(centre)
    context = parts().context
    kept = [
        draw_acts.seen(context, centre, draw.opened.draw)
        for draw in draw_acts.asked_on_pages(context, centre)
    ]
    rows = [
        {
            **row,
            "what": wanted_words(here, row["field"] or "", row["service"]),
            "ready": context.clock() >= row["fixed_at"],
        }
        for row in kept
    ]
    ruled = {rule.service for rule in here.booking.slots} if here.booking else set()
    own_rules = [row for row in here.services.values() if row.code in ruled]
    return _shown("staff_draws.html", "draws", here, rows=rows, own_rules=own_rules)


def _shown(template: str, needs: str, here: Centre, **more: Any) -> ResponseReturnValue:
    text = area(g.language, "bookings")
    return staff_page(
        template,
        needs,
        here.code,
        is_on=here.booking is not None and here.booking.on,
        text=text,
        say=lambda key, **values: filled_in(text[key], values, g.language),
        date=lambda day: date_words(day, g.language),
        moment=lambda at: f"{clock(at, here)} {date_words(here.date_of(at), g.language)}",
        number=lambda value: decimal_words(value, g.language),
        **more,
    )


def _sees_slots() -> bool:
    try:
        actor, _ = caller()
    except NotAllowed:
        return False
    return may(actor, "see:bookings")
