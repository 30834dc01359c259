"""The manager's pages and the page of a citizen's phone.

Rendering only; all truth comes over the API and the sockets.
"""

from flask import Blueprint, g, render_template, request

from ..acts import Actor, Refusal, cancel
from ..acts.tickets import centre_of_ticket, see
from ..payloads import Press, read
from ..rights import may
from ..texts import area
from .auth import NotAllowed, answered, hub, said
from .pages import LANGUAGE_COOKIE, LANGUAGES, choose_language, remember_language, words
from .staff_page import staff_page

manager = Blueprint("manager", __name__, template_folder="templates")
manager.before_request(choose_language)
manager.after_request(remember_language)
manager.context_processor(words)


@manager.get("/manager/<centre>")
def live(centre):
    """The hall now."""
    return staff_page("manager.html", "see:manager", centre)


@manager.get("/manager/<centre>/reports")
def waits(centre):
    """How long people waited."""
    return staff_page("report.html", "reports", centre)


@manager.get("/t/<ticket>")
def phone(ticket):
    """A citizen's own ticket, live, in the language it was taken in.

    Its id is the key: long, random, printed on the slip only.
    """
    code = _centre_of(ticket)
    if (
        not {request.args.get("lang"), request.cookies.get(LANGUAGE_COOKIE)} & set(LANGUAGES)
        and code
    ):
        spoken = see(hub().context, code, ticket)["ticket"]["lang"]
        g.language = spoken if spoken in LANGUAGES else "vi"
    page = render_template(
        "phone.html",
        centre=hub().context.centre(code) if code else None,
        ticket=ticket,
        text=area(g.language, "phone"),
    )
    return (page, 200) if code else (page, 404)


def _centre_of(ticket):
    """The centre of a ticket named by its whole id; a number like A012 is nobody's key."""
    return centre_of_ticket(hub().context, ticket) if len(ticket) >= 20 else None


@manager.post("/t/<ticket>/give-back")
def give_back(ticket):
    """The holder no longer waits.

    Only whoever has the slip knows its id; once called, a person at the counter decides.
    """
    code = _centre_of(ticket)
    if code is None:
        return answered(Refusal("unknown_ticket", ticket=ticket).answer())
    holder = Actor(code, "citizen", "citizen")
    if not may(holder, "give_back"):
        raise NotAllowed(403)
    asked = read(Press, said())
    found = see(hub().context, code, ticket)["ticket"]
    if found["state"] != "WAITING":
        return answered(
            Refusal("wrong_state", number=found["number"], state=found["state"]).answer()
        )
    return answered(
        cancel(hub().context, holder, asked["request_id"], ticket=ticket, reason="citizen")
    )
