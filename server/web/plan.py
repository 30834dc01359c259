"""The manager's page of plans: which counters serve what on a day, tried beside the usual day."""

import json
import re
from collections.abc import Mapping
from datetime import date as Date
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, g, request
from flask.typing import ResponseReturnValue

from domain.centre import Centre

from ..acts import Refusal, StorageError, planned_for
from ..reports import BadQuestion
from ..reports.words import date_words, figure_words
from ..rights import may
from ..texts import area, complete, filled_in, problem_in_words
from .auth import parts
from .pages import choose_language, known_centre, remember_language, words
from .parts import HubParts
from .reports import plan_answer
from .staff_links import person_here
from .staff_page import staff_page

plan_pages = Blueprint("plan", __name__, template_folder="templates")
plan_pages.before_request(choose_language)
plan_pages.after_request(remember_language)
plan_pages.context_processor(words)


@plan_pages.get("/manager/<centre>/plan")
def page(centre: str) -> ResponseReturnValue:
    """The board of counters and fields, and what the days would be like with it."""
    here, luot = known_centre(centre), parts()
    texts = area(g.language, "plan")
    day, problem = _day(here, luot.context.clock())
    ticked = _ticked(here)
    query = _query(here, ticked)
    tried, standing = None, None
    person = person_here()
    if person is not None and may(person, "assign") and person.centre == centre:
        if problem is None:
            tried, problem = _tried(luot, centre, query)
        standing = planned_for(luot.context, centre, day)
    staffed = tried["usual"]["counters"] if tried else []
    usual = {number: list(here.counters[number].fields) for number in staffed}

    board = ticked or {**usual, **(standing or {})}

    def say(key: str, **values: object) -> str:
        return filled_in(texts[key], values, g.language)

    return staff_page(
        "plan.html",
        "assign",
        centre,
        tried=tried,
        problem=problem,
        standing=standing,
        day=day,
        board=board,
        rests={name[1:]: text for name, text in request.args.items() if name.startswith("r")},
        advised=_advised(here, tried, board),
        usual=usual,
        own={number: list(counter.fields) for number, counter in here.counters.items()},
        query=query,
        say=say,
        rich=lambda key, **values: [
            (part, n % 2 == 1) for n, part in enumerate(re.split(r"</?b>", say(key, **values)))
        ],
        number=lambda value: figure_words(value, g.language),
        date=lambda text: date_words(text, g.language),
        counters_words=_counters_words,
    )


def _day(centre: Centre, now: int) -> tuple[str, str | None]:
    """`(the day that is planned, what is wrong with the one asked for in words)`."""
    asked = request.args.get("day")
    following = centre.calendar.next_date(centre.date_of(now))
    try:
        return (Date.fromisoformat(asked).isoformat() if asked else following), None
    except ValueError:
        name = area(g.language, "plan")["day"]
        return following, f"{name}: {problem_in_words('no_day', {'day': asked}, g.language)}"


def _query(centre: Centre, ticked: Mapping[str, list[str]]) -> dict[str, str]:
    """The question to the planner: what the page's form asks."""
    rests = {
        name[1:]: re.sub(r"\s", "", text)
        for name, text in request.args.items()
        if name.startswith("r") and name[1:] in centre.counters and text.strip()
    }
    query = {
        "counters": ";".join(f"{number}={','.join(fields)}" for number, fields in ticked.items()),
        "people": request.args.get("people", "").strip(),
        "hours": re.sub(r"\s", "", request.args.get("hours", "")),
        "rests": ";".join(f"{number}={spans}" for number, spans in rests.items()),
        "last": request.args.get("last", "").strip(),
        "replay": request.args.get("replay", "").strip(),
        "advice": request.args.get("advice", "").strip(),
    }
    return {key: value for key, value in query.items() if value}


def _tried(
    luot: HubParts, centre: str, query: dict[str, str]
) -> tuple[dict[str, Any] | None, str | None]:
    """`(what the plan comes to, what is wrong with it in words)`, one of them None."""
    try:
        answer: dict[str, Any] = json.loads(plan_answer(luot, centre, query).body)
        return answer, None
    except BadQuestion as bad:
        names = {
            "people": "people",
            "hours": "hours",
            "counters": "counter",
            "rests": "rests",
            "last": "last",
            "replay": "replay",
        }
        name = area(g.language, "plan")[names.get(bad.key, "title")]
        return None, f"{name}: {problem_in_words(bad.problem, bad.params, g.language)}"
    except Refusal as refusal:
        return None, str(complete(refusal.answer(), g.language)["message"])
    except StorageError:
        return None, str(area(g.language, "plan")["failed"])


def _ticked(centre: Centre) -> dict[str, list[str]]:
    """Counter → the fields ticked on the board; nothing where the board was not sent."""
    ticked: dict[str, list[str]] = {}
    for number in centre.counters:
        fields = [
            prefix for prefix in request.args.getlist(f"c{number}") if prefix in centre.fields
        ]
        if fields:
            ticked[number] = fields
    return ticked


def _counters_words(counters: Mapping[str, list[str]]) -> str:
    return ", ".join(f"{number}: {' '.join(fields)}" for number, fields in counters.items())


def _advised(
    centre: Centre, tried: Mapping[str, Any] | None, board: Mapping[str, list[str]]
) -> list[dict[str, Any]]:
    """Suggestions with the address of the page that has each on its board; the one that hurts has
    `worse`.
    """
    advice = tried["advice"] if tried else None
    if not advice:
        return []
    suggestions = [{**one, "worse": False} for one in advice["better"]]
    if advice["worse"]:
        suggestions.append({**advice["worse"], "worse": True})
    return [{**one, "address": _address(centre, one["query"], board)} for one in suggestions]


def _address(centre: Centre, asked: Mapping[str, str], board: Mapping[str, list[str]]) -> str:
    counters = {
        number: list(board.get(number) or centre.counters[number].fields)
        for number in asked["open"].split(";")
        if number in centre.counters
    }
    if asked.get("counter") and asked.get("fields"):
        counters[asked["counter"]] = asked["fields"].split(",")
    pairs = [(f"c{number}", prefix) for number, fields in counters.items() for prefix in fields]
    pairs += [
        (name, request.args[name]) for name in ("day", "people", "replay") if request.args.get(name)
    ]
    pairs += [(name, asked[name]) for name in ("hours", "last") if asked.get(name)]
    for part in filter(None, asked.get("rests", "").split(";")):
        number, _, spans = part.partition("=")
        pairs.append((f"r{number}", spans))
    return "?" + urlencode(pairs)
