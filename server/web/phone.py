"""The page of a citizen's phone: their own ticket, opened by the key on the slip."""

from collections.abc import Iterable

from flask import Blueprint, Response, g, render_template, request

from ..acts import Actor, Refusal, cancel, let_pass
from ..acts.tickets import see, ticket_of_key
from ..payloads import Press, read
from ..rights import may
from ..texts import area, languages
from .auth import NotAllowed, answered, json_body, parts
from .pages import (
    LANGUAGE_COOKIE,
    choose_citizens_language,
    here_in,
    remember_language,
    words,
)

phone = Blueprint("phone", __name__, template_folder="templates")
phone.before_request(choose_citizens_language)
phone.after_request(remember_language)
phone.context_processor(words)


@phone.get("/t/<key>")
def page(key: str) -> tuple[str, int]:
    """A citizen's own ticket, live, in the language it was taken in; 404 for anything that is not
    the key of a slip of today.
    """
    opened = ticket_of_key(parts().context, key)
    if opened is not None and not _language_was_chosen():
        spoken = see(parts().context, *opened)["ticket"]["lang"]
        g.language = languages().wanted([spoken])
    html = render_template(
        "phone.html",
        centre=parts().context.centre(opened[0]) if opened else None,
        ticket=key,
        text=area(g.language, "phone"),
        letters=languages()[g.language].font_sheets(),
        others=_others(parts().context.centre(opened[0]).locales if opened else ()),
    )
    return html, 200 if opened else 404


def _others(locales: Iterable[str]) -> list[dict[str, str]]:
    """The other languages of the centre, each by its own name, and this page in them."""
    return [
        {"code": code, "name": languages()[code].name, "url": here_in(code)}
        for code in locales
        if code in languages() and code != g.language
    ]


def _language_was_chosen() -> bool:
    wanted = {request.args.get("lang"), request.cookies.get(LANGUAGE_COOKIE)}
    return any(lang in languages() for lang in wanted)


@phone.post("/t/<key>/give-back")
def give_back(key: str) -> Response:
    """The holder no longer waits. Only caller has the slip knows its key; once called, a person at
    the counter decides.
    """
    opened = ticket_of_key(parts().context, key)
    if opened is None:
        return answered(Refusal("unknown_ticket", ticket="").answer())
    centre, ticket = opened
    holder = Actor(centre, "citizen", "citizen")
    if not may(holder, "give_back"):
        raise NotAllowed(403)
    press = read(Press, json_body())
    return answered(
        cancel(parts().context, holder, press["request_id"], ticket=ticket, reason="citizen")
    )


@phone.post("/t/<key>/let-pass")
def let_others_pass(key: str) -> Response:
    """The holder is not ready: the next two of the line go first, the number stays."""
    opened = ticket_of_key(parts().context, key)
    if opened is None:
        return answered(Refusal("unknown_ticket", ticket="").answer())
    centre, ticket = opened
    holder = Actor(centre, "citizen", "citizen")
    if not may(holder, "let_pass"):
        raise NotAllowed(403)
    press = read(Press, json_body())
    return answered(let_pass(parts().context, holder, press["request_id"], ticket=ticket))
