"""The page of a citizen's phone: their own ticket, opened by the key on the slip."""

import json
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from flask import Blueprint, Response, current_app, g, make_response, render_template, request

from domain.centre import Centre

from ..acts import Actor, Refusal, cancel, forget_me, let_pass, rate, reach_me
from ..acts.act import Answer
from ..acts.reached import PUSH
from ..acts.tickets import see, ticket_of_key
from ..outside_keys import OutsideKeys
from ..payloads import Forgotten, Press, Rate, ReachMe, read
from ..rights import may
from ..texts import area, languages, own_area
from .auth import NotAllowed, answered, json_body, parts
from .outside import typed_kinds
from .pages import (
    LANGUAGE_COOKIE,
    choose_citizens_language,
    here_in,
    remember_language,
    words,
)
from .rejoin_pages import remember_number

phone = Blueprint("phone", __name__, template_folder="templates")
phone.before_request(choose_citizens_language)
phone.after_request(remember_language)
phone.context_processor(words)


@phone.get("/t/<key>")
def page(key: str) -> Response:
    """A citizen's own ticket, live, in the language it was taken in; 404 for anything that is not
    the key of a slip of today.
    """
    opened = ticket_of_key(parts().context, key)
    seen = see(parts().context, *opened) if opened is not None else None
    if seen is not None and not _language_was_chosen():
        g.language = languages().wanted([seen["ticket"]["lang"]])
    centre = parts().context.centre(opened[0]) if opened else None
    own = centre.own_texts if centre else {}
    html = render_template(
        "phone.html",
        centre=centre,
        seen=seen,
        here=request.path,
        push_key=_push_key(centre),
        soon=centre.soon_people if centre else 0,
        writes=bool(centre and typed_kinds(centre)),
        ask=own_area(own, g.language, "notices")["ask"],
        scale=_scale(opened[0]) if opened else [],
        ticket=key,
        rejoin=f"/d/{centre.code}/rejoin?t={key}" if centre and _has_door(centre) else "",
        text=own_area(own, g.language, "phone"),
        own={
            key.removeprefix("phone."): words[g.language]
            for key, words in own.items()
            if key.startswith("phone.") and g.language in words
        },
        before=own_area(own, g.language, "booking"),
        letters=languages()[g.language].font_sheets(),
        others=_others(parts().context.centre(opened[0]).locales if opened else ()),
    )
    if opened is None or centre is None:
        return make_response(html, 404)
    return remember_number(make_response(html), key) if _has_door(centre) else make_response(html)


def _has_door(centre: Centre) -> bool:
    """Whether a code is shown at the door of a centre that keeps whoever missed the call."""
    return centre.booking is not None and centre.booking.on and centre.rules.keep_absent


def _others(locales: Iterable[str]) -> list[dict[str, str]]:
    """The other languages of the centre, each by its own name, and this page in them."""
    return [
        {"code": code, "name": languages()[code].name, "url": here_in(code)}
        for code in locales
        if code in languages() and code != g.language
    ]


def _push_key(centre: Centre | None) -> str:
    """What a browser subscribes with; "" where the centre sends no pushes."""
    if centre is None or PUSH not in centre.contact_kinds:
        return ""
    return OutsideKeys(parts().settings.data).public_key() or ""


def _language_was_chosen() -> bool:
    wanted = {request.args.get("lang"), request.cookies.get(LANGUAGE_COOKIE)}
    return any(lang in languages() for lang in wanted)


def _scale(code: str) -> list[dict[str, Any]]:
    """The steps visits are rated by, `{score, name}`, the best first."""
    scale = parts().context.centre(code).rating_scale
    return [{"score": score, "name": scale[score]} for score in sorted(scale, reverse=True)]


@phone.get("/t/<key>/app.webmanifest")
def manifest(key: str) -> Response:
    """What a browser needs to put this number on the phone's first page."""
    text = area(g.language, "phone")
    made = {
        "name": text["page"],
        "short_name": text["page"],
        "lang": g.language,
        "id": f"/t/{key}",
        "start_url": f"/t/{key}",
        "scope": "/t/",
        "display": "standalone",
        "background_color": "#17110d",
        "theme_color": "#17110d",
        # iPhones take no SVG, neither here nor as apple-touch-icon
        "icons": [
            {"src": "/static/icon.svg", "sizes": "any", "type": "image/svg+xml"},
            {"src": "/static/icon-512.png", "sizes": "512x512", "type": "image/png"},
        ],
    }
    return Response(json.dumps(made, ensure_ascii=False), mimetype="application/manifest+json")


@phone.get("/t/worker.js")
def worker() -> Response:
    """The service worker of these pages: shows pushes, and the last truth while the hub is away.
    Under /t/, since a worker rules no page above its own address.
    """
    return current_app.send_static_file("phone/worker.js")


def _by_holder(
    key: str, right: str, act: Callable[..., Answer], model: type[Press] = Press
) -> Response:
    """An act of whoever holds the slip with this key."""
    opened = ticket_of_key(parts().context, key)
    if opened is None:
        return answered(Refusal("unknown_ticket", ticket="").answer())
    centre, ticket = opened
    holder = Actor(centre, "citizen", "citizen")
    if not may(holder, right):
        raise NotAllowed(403)
    asked = read(model, json_body())
    press = asked.pop("request_id")
    return answered(act(parts().context, holder, press, ticket=ticket, **asked))


@phone.post("/t/<key>/give-back")
def give_back(key: str) -> Response:
    """The holder no longer waits. Only caller has the slip knows its key; once called, a person at
    the counter decides.
    """
    return _by_holder(key, "give_back", partial(cancel, reason="citizen"))


@phone.post("/t/<key>/let-pass")
def let_others_pass(key: str) -> Response:
    """The holder is not ready: the next two of the line go first, the number stays."""
    return _by_holder(key, "let_pass", let_pass)


@phone.post("/t/<key>/reach-me")
def be_reached(key: str) -> Response:
    """The holder's phone is woken when it is soon their turn, and when they are called."""
    return _by_holder(key, "reach_me", reach_me, ReachMe)


@phone.post("/t/<key>/forget-me")
def be_forgotten(key: str) -> Response:
    """The holder's phones are woken no more; how to reach them is erased."""
    return _by_holder(key, "forget_me", forget_me, Forgotten)


@phone.post("/t/<key>/rate")
def rate_visit(key: str) -> Response:
    """The holder says how the visit was."""
    return _by_holder(key, "rate", rate, Rate)
