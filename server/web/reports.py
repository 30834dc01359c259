"""`GET /api/v1/{centre}/reports/waits`: short questions are answered by a process that stays alive
beside the hub, long ones by a process of their own, so the hall never waits for a report.
"""

import json
import sys
from collections import OrderedDict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, request

from ..acts import Actor, Figures, StorageError, plan_day, sign_report
from ..payloads import BadPayload, read
from ..payloads.plan import PlanDay
from ..payloads.report import SignReport
from ..reports import (
    BadQuestion,
    Report,
)
from ..reports.run import SLOW_FORMATS
from ..warm_worker import WarmWorker
from ..worker_pool import NICE, NotDone, run_in_worker
from .auth import allowed, answered, json_body, parts
from .parts import HubParts
from .report_views import check_view
from .slots import Slots

#: Long reports at a time; a third asker is told to come back.
WORKERS = 2
GIVE_UP_AFTER_S = 120
RETRY_AFTER_S = 5
#: Answers kept; good until the centre's next fact or the minute's end. Larger ones are not.
KEPT = 32
LARGEST_KEPT = 1 << 20
ALL_CENTRES_KEYS = ("from", "to", "by", "of", "format", "lang", "separator", "decimal")
PROGRAM = (sys.executable, "-P", "-m", "server.reports")


class ReportRunner:
    """What a hub keeps for its reports: the newest answers, the process of short questions, and
    places for long ones.
    """

    def __init__(self) -> None:
        self.answers: OrderedDict[tuple[object, ...], Report] = OrderedDict()
        self.slots = Slots(WORKERS, RETRY_AFTER_S)
        self.short = WarmWorker(PROGRAM)
        #: centre → its figures for everybody, as made last
        self.open_figures: dict[str, dict[str, Any]] = {}


reports = Blueprint("reports", __name__, url_prefix="/api/v1/<centre>/reports")


@reports.get("/waits")
def waits(centre: str) -> Response:
    """How long people waited:

    `from`, `to`, `by`, `format` (json, csv, xlsx, pdf), `lang`, `charts=1`.
    """
    actor = allowed("reports", centre)
    luot = parts()
    check_view(luot.context.centre(centre), actor.role, request.args.get("by"))
    return _looked(actor, "waits", waits_view(luot, centre, request.args))


@reports.get("/tickets")
def tickets(centre: str) -> Response:
    """The tickets of a time as rows, without personal data: `from`, `to`, `format` (csv, parquet),
    `lang`, `separator`, `decimal`.
    """
    actor = allowed("reports", centre)
    return _looked(actor, "tickets", _view(parts(), centre, request.args, "tickets"))


@reports.get("/views")
def views(centre: str) -> Response:
    """A view beside the table of waits, or the tickets behind one of its figures: `view`, `from`,
    `to`, `format` (json, csv, xlsx, pdf), `lang`, `separator`, `decimal`; of tickets `by`, `key`,
    `what`.
    """
    actor = allowed("reports", centre)
    luot = parts()
    check_view(luot.context.centre(centre), actor.role, request.args.get("by"))
    query = {"view": "", **request.args.to_dict()}
    return _looked(actor, f"view:{query['view'][:40]}", _view(luot, centre, query, "view"))


@reports.get("/ticket")
def story(centre: str) -> Response:
    """What happened to one number: `day`, `number`, `format` (json, csv), `lang`."""
    actor, luot = allowed("reports", centre), parts()
    luot.context.centre(centre)
    query = {key: request.args.get(key, "") for key in request.args}
    try:
        return _looked(actor, "ticket", _file(story_answer(luot, centre, query)))
    except BadQuestion as bad:
        raise BadPayload(bad.key, bad.problem, **bad.params) from None


@reports.get("/promises")
def promises(centre: str) -> Response:
    """How what people were told was kept: `from`, `to`, `format` (json, csv, xlsx), `lang`,
    `separator`, `decimal`.
    """
    actor = allowed("reports", centre)
    return _looked(actor, "promises", _view(parts(), centre, request.args, "promises"))


@reports.get("/plan")
def plan(centre: str) -> Response:
    """A plan for a day beside the usual one: `counters`, `people`, `hours`, `rests`, `last`; on
    a day that is over (`replay`), and with what would be better (`advice`).
    """
    allowed("assign", centre)
    luot = parts()
    luot.context.centre(centre)
    try:
        return _file(plan_answer(luot, centre, dict(request.args)))
    except BadQuestion as bad:
        raise BadPayload(bad.key, bad.problem, **bad.params) from None


@reports.post("/plan-day")
def plan_for_day(centre: str) -> Response:
    """Let counters serve other fields on a day."""
    actor = allowed("assign", centre)
    asked = read(PlanDay, json_body())
    return answered(plan_day(parts().context, actor, **asked))


@reports.post("/sign")
def sign(centre: str) -> Response:
    """Sign the figures of days that are over, as they were shown."""
    actor = allowed("sign_report", centre)
    asked = read(SignReport, json_body())
    luot = parts()
    luot.context.centre(centre)
    query = {"from": asked["from_"], "to": asked["to"]}
    now, cache = luot.context.clock(), Path(luot.settings.data) / "cache"
    try:
        counted = json.loads(_answered(luot, centre, query, now, cache).body)
    except BadQuestion as bad:
        raise BadPayload(bad.key, bad.problem, **bad.params) from None
    return answered(
        sign_report(
            luot.context,
            actor,
            asked["request_id"],
            asked["from_"],
            asked["to"],
            asked["hash"],
            Figures(counted["hash"], counted["seq"], counted["definitions_version"]),
        )
    )


def plan_answer(luot: HubParts, centre: str, query: dict[str, str]) -> Report:
    """A plan tried beside the hub; the same plan is not tried twice within an hour. Raises
    BadQuestion.
    """
    now, kept = luot.context.clock(), luot.reports.answers
    key = (centre, "plan", now // 3_600_000, tuple(sorted(query.items())))
    if key not in kept:
        cache = Path(luot.settings.data) / "cache"
        kept[key] = in_worker(luot, centre, "plan", query, now, cache)
        while len(kept) > KEPT:
            kept.popitem(last=False)
    return kept[key]


def story_answer(luot: HubParts, centre: str, query: Mapping[str, str]) -> Report:
    """What happened to one number. Raises BadQuestion."""
    now, cache = luot.context.clock(), Path(luot.settings.data) / "cache"
    return in_worker(luot, centre, "story", query, now, cache)


def promises_answer(luot: HubParts, centre: str, query: dict[str, str]) -> dict[str, Any]:
    """The answer of `promises` for a page. Raises BadQuestion."""
    now, cache = luot.context.clock(), Path(luot.settings.data) / "cache"
    answer: dict[str, Any] = json.loads(_answered(luot, centre, query, now, cache, "promises").body)
    return answer


def all_centres_answer(luot: HubParts, centre: str, query: Mapping[str, str]) -> dict[str, Any]:
    """The figures of all centres for a page (from, to, by, of, lang). Raises BadQuestion."""
    answer: dict[str, Any] = json.loads(_all_centres(luot, centre, query).body)
    return answer


def all_centres_file(luot: HubParts, centre: str, query: Mapping[str, str]) -> Response:
    """The same as an answer to whoever asks for a file. Raises BadPayload."""
    try:
        if query.get("format") == "text":
            raise BadQuestion("format", "one_of", expected="json, csv")
        return _file(_all_centres(luot, centre, query))
    except BadQuestion as bad:
        raise BadPayload(bad.key, bad.problem, **bad.params) from None


def _all_centres(luot: HubParts, centre: str, query: Mapping[str, str]) -> Report:
    for key in query:
        if key not in ALL_CENTRES_KEYS:
            raise BadQuestion(key, "unknown")
    now, cache = luot.context.clock(), Path(luot.settings.data) / "cache"
    asked = {("centre" if key == "of" else key): value for key, value in query.items() if value}
    return in_worker(luot, centre, "all_centres", asked, now, cache)


def waits_view(luot: HubParts, centre: str, args: Mapping[str, str]) -> Response:
    """The answer to a question given as text by key.

    Raises BadPayload for a question that cannot be understood.
    """
    return _view(luot, centre, args, "waits")


def _view(luot: HubParts, centre: str, args: Mapping[str, str], what: str) -> Response:
    luot.context.centre(centre)
    query = {key: args.get(key, "") for key in args}
    if what == "waits" and query.get("format") == "text":
        raise BadPayload("format", "one_of", expected="json, csv, xlsx, pdf")
    now, cache = luot.context.clock(), Path(luot.settings.data) / "cache"
    try:
        done = _answered(luot, centre, query, now, cache, what)
    except BadQuestion as bad:
        raise BadPayload(bad.key, bad.problem, **bad.params) from None
    return _file(done)


def _looked(actor: Actor, what: str, response: Response) -> Response:
    """The same response; whoever takes a file home is kept in the access log, as with exports."""
    if response.status_code == 200 and response.mimetype != "application/json":
        parts().identity.access_log.looked(actor.centre, actor.id, actor.address, f"report:{what}")
    return response


def _file(done: Report) -> Response:
    response = Response(done.body, mimetype=done.media.split(";")[0], content_type=done.media)
    if not done.media.startswith("application/json"):
        response.headers["Content-Disposition"] = f'attachment; filename="{done.filename}"'
    response.set_etag(done.etag)
    response.headers["Cache-Control"] = "no-cache"
    response.make_conditional(request)
    return response


def _answered(
    luot: HubParts, centre: str, query: dict[str, str], now: int, cache: Path, what: str = "waits"
) -> Report:
    kept = luot.reports.answers
    asked = (what, *sorted(query.items()))
    key = (centre, luot.context.seq(centre), now // 60_000, asked)
    if key in kept:
        return kept[key]
    done = in_worker(luot, centre, what, query, now, cache)
    if len(done.body) <= LARGEST_KEPT:
        kept[key] = done
        while len(kept) > KEPT:
            kept.popitem(last=False)
    return done


def in_worker(
    luot: HubParts, centre: str, what: str, query: Mapping[str, str], now: int, cache: Path
) -> Report:
    """Has the report made in another process; waiting lets every other request go on, in all of the
    hub's modes. Raises BadQuestion.
    """
    order = {
        "url": luot.store.url,
        "centre": centre,
        "what": what,
        "query": dict(query),
        "now": now,
        "cache": str(cache),
    }
    try:
        if what != "plan" and query.get("format") not in SLOW_FORMATS:
            head, body = luot.reports.short.ask(order, GIVE_UP_AFTER_S)
            if not head.get("heavy"):
                return _report_of(head, body)
        with luot.reports.slots.hold():
            output = run_in_worker(PROGRAM, json.dumps(order).encode(), GIVE_UP_AFTER_S, nice=NICE)
    except NotDone as failed:
        raise StorageError(
            f"the report could not be made ({failed}); ask for fewer days"
        ) from failed
    first_line, body = output.split(b"\n", 1)
    return _report_of(json.loads(first_line), body)


def _report_of(head: Mapping[str, Any], body: bytes) -> Report:
    if not head["ok"]:
        raise BadQuestion(head["key"], head["problem"], **head["params"])
    return Report(body, head["media"], head["filename"], head["etag"])
