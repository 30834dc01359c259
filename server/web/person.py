"""Somebody outside asks what is kept of them, or wants it gone: the page and its API. What is asked
for goes by the body of a request, never by its address.
"""

from flask import Blueprint, Response, jsonify
from flask.typing import ResponseReturnValue

from ..acts import Refusal
from ..acts.person import WrongCode, erase_person, export_person
from ..payloads import read
from ..payloads.people import AskOfPerson, ErasePerson
from .auth import confirmed, json_body, parts
from .pages import choose_language, remember_language, words
from .staff_page import staff_page

person = Blueprint("person", __name__, template_folder="templates")
person.before_request(choose_language)
person.after_request(remember_language)
person.context_processor(words)


@person.get("/person/<centre>")
def page(centre: str) -> ResponseReturnValue:
    """Find by the address they gave, export, erase with the code in the export."""
    return staff_page("person.html", "person_request", centre)


@person.post("/api/v1/<centre>/person/export")
def export(centre: str) -> Response:
    """What is kept of whoever gave an address, with the code that erases it; that it was looked at
    is written down, without the address.
    """
    actor = confirmed("person_request", centre)
    asked = read(AskOfPerson, json_body())
    kept = export_person(parts().context, centre, asked["address"])
    what = f"person:{len(kept['contacts'])}"
    parts().identity.access_log.looked(centre, actor.id, actor.address, what)
    response = jsonify({"ok": True, "export": kept})
    response.headers["Cache-Control"] = "no-store"
    return response


@person.post("/api/v1/<centre>/person/erase")
def erase(centre: str) -> Response:
    """Erase it; refused where the code is not that of what is kept now."""
    actor = confirmed("person_request", centre)
    asked = read(ErasePerson, json_body())
    try:
        gone = erase_person(parts().context, centre, asked["address"], asked["code"], actor.id)
    except WrongCode:
        raise Refusal("wrong_state", number="", state="export_again") from None
    return jsonify({"ok": True, "erased": gone})
