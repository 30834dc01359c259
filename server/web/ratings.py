"""How visits were rated: the managers' page, and the same figures as JSON and CSV."""

import csv
import io
from typing import Any

from flask import Blueprint, Response, g, request
from flask.typing import ResponseReturnValue

from domain.centre import Centre

from ..acts import Actor, Refusal
from ..acts.rating_figures import BY, rating_figures
from ..payloads import BadPayload
from ..reports import BadQuestion
from ..reports.columns import named_in_csv
from ..reports.places import period_words
from ..reports.question import Question, ask
from ..reports.words import date_words, decimal_words, figure_words, name_in
from ..rights import may
from ..texts import area, filled_in, problem_sentence
from .auth import allowed, answered, parts
from .compare import tabs_for
from .pages import choose_language, known_centre, remember_language, words
from .report_views import check_view, span_shown, spans_beside
from .staff_links import person_here
from .staff_page import staff_page

FORMATS = ("json", "csv")

ratings_api = Blueprint("ratings_api", __name__, url_prefix="/api/v1/<centre>/reports")
ratings_pages = Blueprint("ratings_pages", __name__, template_folder="templates")
ratings_pages.before_request(choose_language)
ratings_pages.after_request(remember_language)
ratings_pages.context_processor(words)
ratings_pages.context_processor(lambda: tabs_for(person_here()))


@ratings_api.get("/ratings")
def rated(centre: str) -> Response:
    """How visits were rated: `from`, `to`, `by` (field, service, counter, day, week, month, clerk
    where the centre keeps it), `format` (json, csv), `lang`, `separator`, `decimal`; no figure of
    fewer than five, nor what is left of two.
    """
    actor = allowed("reports", centre)
    asked = request.args.to_dict()
    by, format_ = asked.pop("by", "field"), asked.pop("format", "json")
    if format_ not in FORMATS:
        raise BadPayload("format", "one_of", expected=", ".join(FORMATS))
    try:
        question = _question(centre, asked)
    except BadQuestion as bad:
        raise BadPayload(bad.key, bad.problem, **bad.params) from None
    answer = _figures(actor, centre, question, by)
    if format_ == "json":
        return answered({"ok": True, **answer})
    parts().identity.access_log.looked(actor.centre, actor.id, actor.address, "report:ratings")
    body = _as_csv(parts().context.centre(centre), answer, question)
    response = Response(body, mimetype="text/csv", content_type="text/csv; charset=utf-8")
    name = f"ratings-{centre}-{question.first}-{question.last}.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "no-store"
    return response


@ratings_pages.get("/manager/<centre>/reports/ratings")
def page(centre: str) -> ResponseReturnValue:
    """How visits were rated, and what citizens wrote."""
    here, texts = known_centre(centre), area(g.language, "ratings")
    today = here.date_of(parts().context.clock())
    first = request.args.get("from") or today[:8] + "01"
    last = request.args.get("to") or today
    by = request.args.get("by", "field")
    answers: dict[str, Any] = {"figures": None, "problem": None}
    person = person_here()
    if person is not None and may(person, "reports") and person.centre == centre:
        try:
            question = _question(centre, {"from": first, "to": last, "lang": g.language})
            answers["figures"] = _figures(person, centre, question, by)
        except BadQuestion as bad:
            answers["problem"] = problem_sentence(bad.problem, bad.params, g.language)
        except Refusal:
            answers["problem"] = texts["no_such"]
    spans = spans_beside(first, last, today)
    return staff_page(
        "report_ratings.html",
        "reports",
        centre,
        **answers,
        first=first,
        last=last,
        by=by,
        all_by=_views_for(here, person),
        spans=spans,
        span_shown=span_shown(spans, first, last),
        text=texts,
        spans_text=area(g.language, "promises"),
        scale=here.rating_scale,
        most=max(here.rating_scale, default=5),
        words=lambda key, **values: filled_in(texts[key], values, g.language),
        what=lambda row: _name_of(here, by, row, g.language),
        step=lambda score: name_in(g.language, here.rating_scale.get(score)) or str(score),
        field=lambda code: _name_of(here, "field", {"what": code}, g.language),
        number=lambda value: figure_words(value, g.language),
        mean=lambda value: decimal_words(value, g.language),
        date=lambda day: date_words(day, g.language),
    )


def _views_for(centre: Centre, person: Actor | None) -> list[str]:
    clerks = centre.rating_by_clerk and person is not None
    kept = clerks and person is not None and person.role in centre.reports.clerk_views
    return [by for by in BY if by != "clerk" or kept]


def _question(centre: str, query: dict[str, str]) -> Question:
    here = parts().context.centre(centre)
    return ask(query, here.date_of(parts().context.clock()))


def _figures(actor: Actor, centre: str, question: Question, by: str) -> dict[str, Any]:
    context = parts().context
    check_view(context.centre(centre), actor.role, by)
    return rating_figures(context, centre, question.first, question.last, by, _pause)


def _pause() -> None:
    """Others are served between two months."""
    parts().socketio.sleep(0)


def _name_of(centre: Centre, by: str, row: dict[str, Any], lang: str) -> str:
    """What a row is about, in words."""
    texts, key = area(lang, "ratings"), row["what"]
    if key is None:
        return str(texts["others"])
    if by == "week":
        return filled_in(texts["week_of"], {"day": date_words(key, lang)}, lang)
    if by in ("day", "month"):
        return period_words(key, by, lang)
    if by == "counter":
        return filled_in(texts["counter"], {"n": key}, lang)
    if by == "clerk":
        return str(row["name"] or key)
    names: dict[str, Any] = dict(centre.fields if by == "field" else centre.services)
    return name_in(lang, names[key].name) if key in names else str(key)


def _as_csv(centre: Centre, answer: dict[str, Any], question: Question) -> bytes:
    """The rows and the whole, UTF-8 with BOM."""
    texts, (parted, point) = area(question.lang, "ratings"), question.csv_signs
    out = io.StringIO()
    write = csv.writer(out, delimiter=parted, lineterminator="\r\n")
    write.writerow([texts["by"][answer["by"]], texts["code"], texts["n"], texts["mean"]])
    for row in answer["rows"]:
        name = _name_of(centre, answer["by"], row, question.lang)
        named = named_in_csv({"key": row["what"], "label": name}, answer["by"])
        write.writerow([*named, row["n"], str(row["mean"]).replace(".", point)])
    if whole := answer["whole"]:
        write.writerow([texts["whole"], "", whole["n"], str(whole["mean"]).replace(".", point)])
    return ("\ufeff" + out.getvalue()).encode()
