"""All centres of the hub as they stand now, those that need help first: for whoever may see more
than their own.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

from flask import Blueprint, g
from flask.typing import ResponseReturnValue

from domain.day import MINUTE, local
from domain.opening import day_may_open

from ..acts import show
from ..acts.show.centres_now import FEWEST, PEERS
from ..reports.words import decimal_words
from ..texts import area, filled_in
from .auth import parts
from .pages import choose_language, known_centre, name_in, remember_language, words
from .staff_links import compares, person_here
from .staff_page import staff_page

centres_now = Blueprint("centres_now", __name__, template_folder="templates")
centres_now.before_request(choose_language)
centres_now.after_request(remember_language)
centres_now.context_processor(words)


@centres_now.get("/manager/<centre>/centres")
def page(centre: str) -> ResponseReturnValue:
    """The page, which asks for itself again every quarter of a minute."""
    own, person, context = known_centre(centre), person_here(), parts().context
    now = context.clock()
    centres: list[show.CentreNow] = []
    mine = person is not None and person.centre == centre
    may_see = mine and person is not None and compares(person)
    if may_see:
        centres = show.centres_now(show.all_halls(context), now, _should_be_open)
    open_now = [c for c in centres if c.hall.is_open]
    return staff_page(
        "centres_now.html",
        "reports",
        centre,
        may_see=may_see,
        centres=sorted(centres, key=lambda c: _name(c).casefold()),
        needy=show.in_need(centres),
        open_now=len(open_now),
        waiting=sum(c.hall.waiting for c in open_now),
        counters=sum(c.hall.counters_open for c in open_now),
        at=f"{local(now, own.timezone):%H:%M}",
        fewest=FEWEST,
        peers=PEERS,
        say=_say(),
        centre_name=_name,
        sentence=_sentence,
        minutes=lambda ms: "–" if ms is None else ms // MINUTE,
        decimal=lambda value: "–" if value is None else decimal_words(value, g.language),
    )


def _should_be_open(hall: show.HallGlance, at: int) -> bool:
    return day_may_open(hall.centre.calendar, at)


def _name(centre: show.CentreNow) -> str:
    return name_in(g.language, centre.hall.centre.name)


def _say() -> Callable[..., str]:
    return partial(_text, area(g.language, "compare"))


def _text(texts: Any, key: str, **values: Any) -> str:
    for part in key.split("."):
        texts = texts[part]
    return filled_in(str(texts), values, g.language)


def _sentence(centre: show.CentreNow, trouble: show.Trouble) -> str:
    """Why a centre needs help, in words."""
    fields, key = centre.hall.centre.fields, f"now.{trouble.kind}"
    if trouble.kind == "silent":
        key, field = f"{key}.{trouble.field}", ""
    else:
        field = name_in(g.language, fields[trouble.field].name) if trouble.field else ""
    return _say()(
        key,
        field=field,
        n=trouble.n,
        minutes=trouble.ms // MINUTE,
        usual=(centre.usual_ms or 0) // MINUTE,
    )
