"""What the pages before a visit share: who asks, codes kept on this phone, hours in words."""

import hashlib
import secrets
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import qrcode
from flask import Blueprint, Response, g, make_response, render_template, request

from domain.booking_code import in_groups, typed_code
from domain.booking_rules import BookingRules
from domain.centre import Centre, Service
from domain.day import MINUTE, local

from ..acts import Actor, Refusal
from ..acts.act import Answer
from ..acts.proof import refuse_unproven
from ..acts.reached import PUSH
from ..acts.tickets import see, service_short
from ..texts import complete, filled_in, languages, own_area
from .auth import STATUS, parts
from .bookings import count_stranger, limits
from .pages import (
    choose_citizens_language,
    here_in,
    known_centre,
    name_in,
    remember_language,
    words,
)

#: Codes of this phone: `centre:kind:code`, the newest first.
MINE_COOKIE, MOST_MINE = "luot_mine", 4
MINE_KEPT_S = 30 * 86_400
BOOKING, CLAIM = "b", "n"
STEP_MS = 5 * MINUTE


def outside_pages(name: str, prefix: str) -> Blueprint:
    """A blueprint of pages for people outside, in all languages there are."""
    made = Blueprint(name, __name__, url_prefix=prefix, template_folder="templates")
    made.before_request(choose_citizens_language)
    made.after_request(remember_language)
    made.context_processor(words)
    return made


def text() -> Mapping[str, Any]:
    """The texts of these pages in the language of this request."""
    code = (request.view_args or {}).get("centre")
    own = known_centre(code).own_texts if code else {}
    return own_area(own, g.language, "booking")


def say(key: str, **values: Any) -> str:
    """One text with its places filled."""
    return filled_in(text()[key], values, g.language)


def stranger(what: str, centre: str) -> Actor:
    """Whoever presses on a page outside, counted by address: a citizen, whoever is signed in."""
    actor = Actor(centre, "citizen", "citizen", address=request.remote_addr or "")
    count_stranger(what, actor.address)
    return actor


def unproven(actor: Actor) -> Answer | None:
    """The refusal of a form that had to bring a proof of work and brought none that counts."""
    try:
        refuse_unproven(parts().context, actor, request.form.get("proof") or None)
    except Refusal as refusal:
        return refusal.answer()
    return None


def asks_for_work(here: Centre) -> bool:
    """Whether a press would have to bring a proof of work by now: the page then does it at once."""
    rules = here.booking
    return rules is not None and limits().asked_lately(here.code) >= rules.proof_above


def press_id() -> str:
    """The id of the press a form makes: sent twice, it counts once."""
    return f"page-{secrets.token_hex(12)}"


def asked_press() -> str:
    """The press of the form that was sent: sent twice it is the same, filled in anew (somebody went
    back and mended it) another.
    """
    asked = request.form.get("press", "") or press_id()
    typed = repr(sorted(request.form.items(multi=True))) + request.path
    return f"page-{hashlib.sha256((asked + typed).encode()).hexdigest()[:40]}"


def error_text(answer: Answer) -> str | None:
    """The sentence of a refusal in the language of this page; None where there is none."""
    if answer.get("ok"):
        return None
    return str(complete(answer, g.language)["message"])


def shown(
    template: str, centre: Centre, status: int = 200, refused: Answer | None = None, **more: Any
) -> Response:
    """A page of a centre, with the sentence of what was refused."""
    others = [
        {"code": code, "name": languages()[code].name, "url": here_in(code)}
        for code in centre.locales
        if code in languages() and code != g.language
    ]
    page = render_template(
        template,
        centre=centre,
        text=text(),
        say=say,
        others=others,
        problem=error_text(refused) if refused else None,
        letters=languages()[g.language].font_sheets(),
        clock=lambda at: clock(at, centre),
        when=lambda at: day_words(centre, at),
        day_parts=lambda at: day_parts(centre, at),
        groups=in_groups,
        press=press_id(),
        now=parts().context.clock(),
        path=request.path,
        writes=bool(typed_kinds(centre)),
        ask=own_area(centre.own_texts, g.language, "notices")["ask"],
        asks_for_work=asks_for_work(centre),
        **more,
    )
    if refused:
        status = STATUS[refused["error"]]
    return make_response(page, status)


def typed_kinds(centre: Centre) -> list[str]:
    """The channels of a centre whose addresses somebody types."""
    return [kind for kind in centre.contact_kinds if kind != PUSH]


def off(centre: Centre, what: str) -> Response:
    """The page that says plainly that this is not open here."""
    return shown("outside_off.html", centre, what=what)


def rules_of(centre: Centre) -> BookingRules | None:
    """The rules of bookings where they are on."""
    return centre.booking if centre.booking is not None and centre.booking.on else None


def clock(at: int, centre: Centre) -> str:
    """The local time of a moment: "09:35"."""
    return local(at, centre.timezone).strftime("%H:%M")


def day_parts(centre: Centre, at: int) -> dict[str, Any]:
    """The weekday's name, day and month of a moment."""
    here = local(at, centre.timezone)
    names = str(text()["weekdays"]).split("|")
    return {"weekday": names[here.weekday()], "day": here.day, "month": here.month}


def day_words(centre: Centre, at: int) -> str:
    """A day as the page's language writes it: "thứ Tư 25/11"."""
    return say("date", **day_parts(centre, at))


def outward(low: int, high: int) -> tuple[int, int]:
    """Two moments (ms) rounded to five minutes, away from each other."""
    return low // STEP_MS * STEP_MS, -(-high // STEP_MS) * STEP_MS


def wanted_words(centre: Centre, field: str, service: str | None) -> str:
    """What a booking or claim is for, in the page's language."""
    named = centre.services.get(service or "")
    if named is not None:
        return name_in(g.language, service_short(named))
    return name_in(g.language, centre.fields[field].name) if field in centre.fields else field


def papers_of(centre: Centre, service: str | None) -> list[str]:
    """What to bring for a service."""
    named: Service | None = centre.services.get(service or "")
    if named is None:
        return []
    listed = [name_in(g.language, paper) for paper in named.papers]
    return listed or ([name_in(g.language, named.bring)] if named.bring else [])


def place_words(centre: Centre, field: str) -> str:
    """The zone of a field."""
    named = centre.fields.get(field)
    return name_in(g.language, centre.zones[named.zone]["name"]) if named is not None else ""


def counters_words(centre: Centre, field: str) -> str:
    """The counters of a field, as the page of a number names them (static/phone/words.js):
    "Quầy 3", "Quầy 9 hoặc 10", "Quầy 2 đến 5"; the guidance desk where none has a number.
    """
    words = own_area(centre.own_texts, g.language, "phone")
    numbers = [number for number in centre.counters_of(field) if isinstance(number, int)]
    if not numbers:
        return str(words["counter_desk"])
    first, last = numbers[0], numbers[-1]
    if first == last:
        return filled_in(words["counter"], {"n": first}, g.language)
    if len(numbers) == 2:
        return filled_in(words["two"], {"a": first, "b": last}, g.language)
    if last - first == len(numbers) - 1:
        return filled_in(words["range"], {"a": first, "b": last}, g.language)
    some = ", ".join(map(str, numbers[:-1]))
    return filled_in(words["list"], {"some": some, "last": last}, g.language)


def own_ticket(centre: str, ticket: str | None) -> dict[str, Any] | None:
    """`{number, url, …}` of the number that a booking or claim became, for whoever has its code;
    None where it is not of today.
    """
    if ticket is None:
        return None
    try:
        seen = see(parts().context, centre, ticket)
    except Refusal:
        return None
    link = parts().context.slip_link(centre, ticket)
    return {**seen["ticket"], "url": urlsplit(link).path if link else None}


def refuse_guessers() -> None:
    """Raise Refusal("too_many") for an address that tried many codes that are none."""
    limits().refuse_if_over("try", request.remote_addr or "")


def count_guess() -> None:
    """Count a code that is none."""
    limits().take("try", request.remote_addr or "")


def qr_path(content: str) -> dict[str, Any]:
    """A QR code as one SVG path: `{size, path}`, four quiet modules round it."""
    drawn = qrcode.QRCode(border=4)
    drawn.add_data(content)
    drawn.make(fit=True)
    rows = drawn.get_matrix()
    squares = (
        f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, black in enumerate(row) if black
    )
    return {"size": len(rows), "path": "".join(squares)}


def own_root() -> str:
    """What stands before a path of this hub in an address for phones."""
    return (parts().settings.public_url or request.host_url).rstrip("/")


def mine(centre: str) -> list[tuple[str, str]]:
    """`(kind, code)` of what this phone has booked or kept at a centre."""
    kept = []
    for part in request.cookies.get(MINE_COOKIE, "")[:400].split("|"):
        of, _, rest = part.partition(":")
        kind, _, code = rest.partition(":")
        if of == centre and kind in (BOOKING, CLAIM) and typed_code(code):
            kept.append((kind, code))
    return kept[:MOST_MINE]


def remember_mine(
    response: Response, centre: str, kind: str, code: str, over: bool = False
) -> Response:
    """Have this phone remember a code, so that the door's page knows whose it is; one that is
    `over` it forgets.
    """
    this = f"{centre}:{kind}:{code}"
    others = [part for part in request.cookies.get(MINE_COOKIE, "")[:400].split("|") if part]
    kept = [*([] if over else [this]), *(part for part in others if part != this)][:MOST_MINE]
    if kept != others:
        response.set_cookie(
            MINE_COOKIE,
            "|".join(kept),
            max_age=MINE_KEPT_S,
            samesite="Lax",
            httponly=True,
            secure=request.is_secure,
        )
    return response
