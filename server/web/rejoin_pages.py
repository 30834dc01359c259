"""The page on which somebody who missed the call says that they are in the house: by the code shown
at the door. A plain form.
"""

from typing import Any

from flask import Response, g, redirect, request

from domain.booking_code import DOOR_LENGTH, in_groups, typed_code
from domain.centre import Centre
from domain.ticket import ABSENT

from .. import acts
from ..acts import Refusal
from ..acts.act import Answer
from ..acts.tickets import see, ticket_of_key
from ..payloads import RejoinTicket, read
from .auth import parts
from .outside import (
    asked_press,
    count_guess,
    outside_pages,
    refuse_guessers,
    shown,
    stranger,
)
from .pages import known_centre, name_in

rejoin_pages = outside_pages("rejoin_pages", "/d")

#: The key of the slip whose page this phone opened last, for the page that the door's QR opens.
NUMBER_COOKIE, NUMBER_KEPT_S = "luot_number", 12 * 3600


def remember_number(page: Response, key: str) -> Response:
    """Have this phone remember its number, so that the code at the door alone is enough."""
    page.set_cookie(
        NUMBER_COOKIE,
        key,
        max_age=NUMBER_KEPT_S,
        path="/d/",
        samesite="Lax",
        httponly=True,
        secure=request.is_secure,
    )
    return page


def missed_here(centre: str) -> str | None:
    """The key of this phone's number where its call was missed at a centre; else None."""
    key = request.cookies.get(NUMBER_COOKIE, "")
    seen = _seen(centre, key) if len(key) < 40 else None
    return key if seen is not None and seen["ticket"]["state"] == ABSENT else None


def _seen(centre: str, key: str) -> dict[str, Any] | None:
    opened = ticket_of_key(parts().context, key)
    if opened is None or opened[0] != centre:
        return None
    return dict(see(parts().context, *opened))


def _key() -> str:
    return request.values.get("t", "")[:40]


@rejoin_pages.get("/<centre>/rejoin")
def late(centre: str) -> Response:
    """What going back in line would mean, and the code that says one is here."""
    return _page(known_centre(centre))


def _page(here: Centre, refused: Answer | None = None) -> Response:
    refuse_guessers()
    key = _key()
    seen = _seen(here.code, key)
    if seen is None:
        count_guess()
        return shown("outside_unknown.html", here, 404)
    ticket, rules = seen["ticket"], here.rules
    if ticket["state"] != ABSENT:
        return redirect(f"/t/{key}", 303)  # type: ignore[return-value]
    letters = typed_code(request.values.get("c", "")[:30], DOOR_LENGTH)
    near = (ticket["rejoin_until"] or 0) > parts().context.clock()
    return shown(
        "rejoin.html",
        here,
        refused=refused,
        key=key,
        ticket=ticket,
        what=name_in(g.language, seen["field_name"]),
        behind=rules.rejoin_after_tickets if near else None,
        door=in_groups(letters) if letters and not refused else "",
    )


@rejoin_pages.post("/<centre>/rejoin")
def rejoin(centre: str) -> Response:
    """Whoever missed the call is here."""
    here, key = known_centre(centre), _key()
    actor = stranger("rejoin", centre)
    opened = ticket_of_key(parts().context, key)
    letters = typed_code(request.form.get("door", "")[:30], DOOR_LENGTH)
    if opened is None or opened[0] != centre:
        return _page(here)
    if letters is None:
        return _page(here, Refusal("door_code").answer())
    asked = read(RejoinTicket, {"request_id": asked_press(), "ticket": opened[1], "door": letters})
    answer = acts.rejoin(parts().context, actor, asked.pop("request_id"), **asked)
    return redirect(f"/t/{key}", 303) if answer["ok"] else _page(here, answer)  # type: ignore[return-value]
