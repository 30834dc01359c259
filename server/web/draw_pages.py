"""Pages of draws for scarce days: asking, and what each step publishes. Plain forms: they work
without a script.
"""

import json
from typing import Any

from flask import Response, g, redirect, request

from domain import draw as rules
from domain.centre import Centre
from domain.day import moment

from .. import acts
from ..acts import Refusal
from ..acts import draws as draw_acts
from ..acts.act import Answer
from ..payloads import AskDraw, read
from .auth import parts
from .bookings import count_booking
from .outside import (
    BOOKING,
    asked_press,
    clock,
    count_guess,
    day_words,
    off,
    outside_pages,
    refuse_guessers,
    rules_of,
    say,
    shown,
    stranger,
    unproven,
    wanted_words,
)
from .pages import known_centre

draw_pages = outside_pages("draw_pages", "/draw")


@draw_pages.get("/<centre>")
def choose(centre: str) -> Response:
    """The draws of a centre."""
    here = known_centre(centre)
    if rules_of(here) is None:
        return off(here, BOOKING)
    rows = [
        {
            "draw": draw.opened.draw,
            "what": wanted_words(here, draw.opened.field or "", draw.opened.service),
            "day": _day(here, str(draw.opened.date)),
            "state": say(f"draw_{draw.state(parts().context.clock())}"),
        }
        for draw in draw_acts.asked_on_pages(parts().context, centre)
    ]
    return shown("draws.html", here, rows=rows)


@draw_pages.get("/<centre>/<draw>")
def page(centre: str, draw: str) -> Response:
    """A draw: how far it has come, and what it has published."""
    return _page(known_centre(centre), draw)


@draw_pages.post("/<centre>/<draw>")
def ask(centre: str, draw: str) -> Response:
    """Ask for a place, or open the page of one's own code."""
    here = known_centre(centre)
    if "code" in request.form:
        row = _own(here, draw, request.form["code"])
        if row is None:
            return shown("outside_unknown.html", here, 404)
        return redirect(f"/draw/{centre}/{draw}/{row.code}", 303)  # type: ignore[return-value]
    asked: dict[str, Any] = {"request_id": asked_press(), "draw": draw, "lang": g.language}
    if request.form.get("person"):
        asked["person"] = request.form["person"]
    wanted = read(AskDraw, asked)
    actor = stranger("ask_draw", centre)
    press = wanted.pop("request_id")
    answer = unproven(actor) or acts.ask_draw(parts().context, actor, press, **wanted)
    count_booking(actor, answer)
    if not answer["ok"]:
        return _page(here, draw, refused=answer)
    code = answer["application"]["code"]
    return redirect(f"/draw/{centre}/{draw}/{code}", 303)  # type: ignore[return-value]


@draw_pages.get("/<centre>/<draw>/record.json")
def record(centre: str, draw: str) -> Response:
    """The record by which anybody checks a draw that was done."""
    known_centre(centre)
    kept = draw_acts.seen(parts().context, centre, draw)["record"]
    if kept is None:
        raise Refusal("draw_state", draw=draw)
    return Response(
        json.dumps(kept, ensure_ascii=False, indent=1) + "\n",
        mimetype="application/json",
        headers={"Content-Disposition": f'attachment; filename="{draw}.json"'},
    )


@draw_pages.get("/<centre>/<draw>/list.txt")
def numbers(centre: str, draw: str) -> Response:
    """The numbers in the list of a draw, a line each: what its published fingerprint is the SHA-256
    of.
    """
    known_centre(centre)
    tags = draw_acts.seen(parts().context, centre, draw)["tags"]
    if not tags:
        raise Refusal("draw_state", draw=draw)
    return Response("\n".join(rules.list_of(tags)), mimetype="text/plain")


@draw_pages.get("/<centre>/<draw>/<code>")
def own(centre: str, draw: str, code: str) -> Response:
    """A draw for whoever has asked, by their code: they have a place, or not."""
    here = known_centre(centre)
    row = _own(here, draw, code)
    if row is None:
        return shown("outside_unknown.html", here, 404)
    return _page(here, draw, row)


def _own(here: Centre, draw: str, code: str) -> Any:
    """The place in the list of a code, or None; whoever guesses is counted."""
    refuse_guessers()
    row = draw_acts.own(parts().context, here.code, draw, code)
    if row is None:
        count_guess()
    return row


def _page(here: Centre, draw: str, row: Any = None, refused: Answer | None = None) -> Response:
    seen = draw_acts.seen(parts().context, here.code, draw)
    if seen["date"] is None:
        raise Refusal("unknown_draw", draw=draw)
    result = seen["record"]
    rank = result["order"].index(row.tag) + 1 if result and row else None
    return shown(
        "draw.html",
        here,
        refused=refused,
        draw=seen,
        own=row,
        rank=rank,
        won=rank is not None and rank <= seen["places"],
        what=wanted_words(here, seen["field"] or "", seen["service"]),
        day=_day(here, seen["date"]),
        hour=lambda at: say("draw_at", time=clock(at, here), day=day_words(here, at)),
    )


def _day(here: Centre, date: str) -> str:
    return day_words(here, moment(date, "12:00", here.timezone))
