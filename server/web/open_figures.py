"""Waits for everybody: a page for the hall and the web, and the same as JSON. No log-in."""

import json
from collections.abc import Mapping
from datetime import date as Date
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, g, jsonify, render_template

from ..acts import Refusal
from ..reports.open_figures import kept_month, month_file, open_figures
from ..reports.words import count_words, date_words, decimal_words
from ..texts import area, filled_in, own_area
from .auth import parts
from .pages import choose_citizens_language, known_centre, name_in, remember_language, words
from .parts import HubParts
from .reports import in_worker

#: An answer is good for so long, for whoever asks.
GOOD_FOR_MS = 60_000

open_pages = Blueprint("open_pages", __name__, template_folder="templates")
open_pages.before_request(choose_citizens_language)
open_pages.after_request(remember_language)
open_pages.context_processor(words)


@open_pages.get("/open/<centre>")
def page(centre: str) -> str:
    """Today's and last month's waits per field, for everybody."""
    here = known_centre(centre)
    figures = _figures(parts(), centre)
    return render_template(
        "open_figures.html",
        centre=here,
        figures=figures,
        text=area(g.language, "open"),
        before=own_area(here.own_texts, g.language, "booking"),
        number=_number,
        name_of=lambda row: name_in(g.language, row["name"]),
        kept=_kept_words(figures["promises_kept"], here.date_of(figures["at"])),
    )


@open_pages.get("/open/<centre>/waits.json")
def as_json(centre: str) -> Response:
    """The same as JSON; any web site may read it."""
    known_centre(centre)
    response = jsonify(_figures(parts(), centre))
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cache-Control"] = "public, max-age=60"
    response.add_etag()
    return response


def _figures(luot: HubParts, code: str) -> dict[str, Any]:
    """The figures, counted at most once a minute."""
    now, kept = luot.context.clock(), luot.reports.open_figures
    if code in kept and 0 <= now - kept[code]["at"] < GOOD_FOR_MS:
        return kept[code]
    centre = luot.context.centre(code)
    month = kept_month(month_file(luot.settings.data, centre, now))
    try:
        today = json.loads(in_worker(luot, code, "open", {}, now, Path()).body)
    except Refusal:
        if code in kept:
            return kept[code]  # all places are taken: the newest there is
        raise
    kept[code] = open_figures(today, month, luot.context.estimates.public_line(centre, now), now)
    return kept[code]


def _kept_words(line: Mapping[str, Any] | None, today: str) -> str | None:
    """How promises were kept lately, in words."""
    if line is None:
        return None
    texts = area(g.language, "promises")["public"]
    yesterday = (Date.fromisoformat(today) - timedelta(days=1)).isoformat()
    text = texts["yesterday" if line["day"] == yesterday else "day"]
    return filled_in(text, {**line, "day": date_words(line["day"], g.language)}, g.language)


def _number(value: float | None) -> str:
    """A figure as the language writes it; "–" for none."""
    if value is None:
        return "–"
    if value == int(value):
        return count_words(int(value), g.language)
    return decimal_words(value, g.language)
