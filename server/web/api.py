"""The HTTP API: the same acts, answers and codes as the sockets."""

from collections.abc import Container, Mapping
from typing import Any

from flask import Blueprint, Response, jsonify, request

from domain.led import counters_now, hub_now

from ..acts import (
    COUNTER_ACTS,
    Actor,
    Refusal,
    cancel,
    change_field,
    close_day,
    close_field,
    end_alert,
    issue,
    let_pass,
    open_day,
    reopen_day,
    reopen_field,
    reprint,
    requeue,
    resume_issuing,
    show,
    stop_issuing,
    take_alert,
    take_back,
)
from ..acts import tickets as ticket_reads
from ..acts.views import journal_row
from ..payloads import (
    COUNTER_VERBS,
    DAY_PATHS,
    DAY_VERBS,
    FIELD_PATHS,
    FIELD_VERBS,
    TICKET_VERBS,
    BadPayload,
    HelpAnswered,
    Issue,
    OneAlert,
    TakeBack,
    read,
)
from .auth import NotAllowed, allowed, answered, json_body, parts

api = Blueprint("api", __name__, url_prefix="/api/v1/<centre>")

#: What is at least as long as this is meant as the key of a slip, not as a number.
SHORTEST_KEY = 20
#: A page of the journal.
JOURNAL_PAGE = 500


@api.post("/tickets")
def give_ticket(centre: str) -> Response:
    """Give out the next number of a field or service."""
    actor = allowed("issue", centre)
    asked = read(Issue, json_body())
    answer = issue(parts().context, actor, asked.pop("request_id"), **asked)
    return answered(answer, 201 if answer["ok"] else None)


@api.get("/tickets/<ticket>")
def see_ticket(centre: str, ticket: str) -> Response:
    """One ticket: by the key on its slip for whoever holds it; by its id or number for those at
    work here (a kiosk: only those it gave out itself).

    ETag changes when anything about it does.
    """
    opened = ticket_reads.ticket_of_key(parts().context, ticket)
    if opened is not None and opened[0] == centre:
        answer = ticket_reads.see(parts().context, *opened)
    else:
        actor = _looks_at_tickets(centre, ticket)
        own = actor.device if actor.role == "kiosk" else None
        answer = ticket_reads.see(parts().context, _loaded(centre), ticket, own)
    ticket_now, first = answer["ticket"], answer["went_first"]
    promise, promised = ticket_now["estimate"] or {}, answer["told"] or {}
    parts_of_tag = (
        answer["seq"],
        ticket_now["ahead"],
        promise.get("low", ""),
        promise.get("high", ""),
        sum(first.values()),
        promised.get("on_time", ""),
        promised.get("late", ""),
    )
    return tagged({"ok": True, **answer}, "-".join(map(str, parts_of_tag)))


def _looks_at_tickets(centre: str, ticket: str) -> Actor:
    """Who asks for a ticket that this is no key of; to a stranger, there is no such ticket."""
    try:
        return allowed("see:ticket", centre)
    except NotAllowed as refused:
        if refused.status == 401 and len(ticket) >= SHORTEST_KEY:
            raise Refusal("unknown_ticket", ticket="") from None
        raise


@api.post("/tickets/<ticket>/<verb>")
def change_ticket(centre: str, ticket: str, verb: str) -> Response:
    """Cancel a ticket, put one back in line or in another, let others pass, or have a kiosk print
    it again, away from any counter.
    """
    actor = allowed(_known_verb(verb, TICKET_VERBS), centre)
    asked = read(TICKET_VERBS[verb], {**json_body(), "ticket": ticket})
    act = {
        "cancel": cancel,
        "requeue": requeue,
        "reprint": reprint,
        "let_pass": let_pass,
        "change_field": change_field,
    }[verb]
    return answered(act(parts().context, actor, asked.pop("request_id"), **asked))


def _counter_named(centre: str, counter: str) -> str:
    """The name of a counter as the centre has it, caller wrote it ("09", "hd1"); as it was written
    where there is no such counter.
    """
    try:
        in_centre = parts().context.centre(centre).counter(counter)
    except Refusal:
        return counter  # whether there is such a centre is told after who asks is known
    return in_centre.number if in_centre is not None else counter


@api.post("/counters/<counter>/<verb>")
def counter_verb(centre: str, counter: str, verb: str) -> Response:
    """A verb of a counter, as on its socket."""
    counter = _counter_named(centre, counter)
    actor = allowed(_known_verb(verb, COUNTER_VERBS), centre, counter)
    asked = read(COUNTER_VERBS[verb], json_body())
    return answered(
        COUNTER_ACTS[verb](
            parts().context, actor, asked.pop("request_id"), counter=counter, **asked
        )
    )


@api.get("/counters/<counter>/now")
def counter_now(centre: str, counter: str) -> Response:
    """What the LED board of a counter shows, for boards without MQTT: the bridge's two messages in
    one answer. Numbers only, nobody's name.
    """
    actor = allowed("see:board", centre)
    if actor.device:
        # that it asks is how the page of devices knows it is on
        parts().presence.device_asked(actor.device, parts().context.clock())
    made = parts().publisher.snapshot("board", _loaded(centre))
    states = counters_now(made)
    now = states.get(counter) or states.get(_counter_named(centre, counter))
    if now is None:
        raise Refusal("unknown_counter", counter=counter)
    response = jsonify({"ok": True, **hub_now(made, parts().context.clock()), **now})
    response.headers["Cache-Control"] = "no-store"
    return response


@api.post("/day/<verb>")
def day_verb(centre: str, verb: str) -> Response:
    """Open or close the service day by hand; stop and resume giving numbers."""
    name = DAY_PATHS[_known_verb(verb, DAY_PATHS)]
    actor = allowed(name, centre)
    asked = read(DAY_VERBS[name], json_body())
    act = {
        "open_day": open_day,
        "close_day": close_day,
        "reopen_day": reopen_day,
        "stop_issuing": stop_issuing,
        "resume_issuing": resume_issuing,
    }[name]
    return answered(act(parts().context, actor, asked["request_id"]))


@api.post("/numbers/take-back")
def take_back_numbers(centre: str) -> Response:
    """Cancel in one act what a stolen token took: see server/acts/take_back.py."""
    actor = allowed("take_back", centre)
    asked = read(TakeBack, json_body())
    return answered(take_back(parts().context, actor, asked.pop("request_id"), **asked))


@api.post("/alerts/take")
def take_alert_on(centre: str) -> Response:
    """Take an alert that stands: it is this person's for a quarter of an hour."""
    actor = allowed("take_alert", centre)
    asked = read(OneAlert, json_body())
    size = parts().publisher.standing(_loaded(centre), asked["alert"])
    context = parts().context
    return answered(take_alert(context, actor, asked["request_id"], asked["alert"], size))


@api.post("/alerts/done")
def alert_done(centre: str) -> Response:
    """Say that what one took on is done."""
    actor = allowed("end_alert", centre)
    asked = read(OneAlert, json_body())
    return answered(end_alert(parts().context, actor, asked["request_id"], alert=asked["alert"]))


@api.post("/fields/<field>/<verb>")
def field_verb(centre: str, field: str, verb: str) -> Response:
    """Close a field early for new numbers, or reopen it."""
    name = FIELD_PATHS[_known_verb(verb, FIELD_PATHS)]
    actor = allowed(name, centre)
    asked = read(FIELD_VERBS[name], json_body())
    return answered(
        {"close_field": close_field, "reopen_field": reopen_field}[name](
            parts().context, actor, asked.pop("request_id"), field=field, **asked
        )
    )


@api.get("/lines")
def lines(centre: str) -> Response:
    """All lines of the hall at a glance, and what is wrong with the kiosks.

    ETag changes with either.
    """
    allowed("see:lines", centre)
    publisher = parts().publisher
    reading = publisher.readings.newest(_loaded(centre))
    made, alerts = show.lines(reading), show.clock_alerts(reading) + show.machine_alerts(reading)
    alerts += publisher.told_to(centre, "greeter")
    return tagged(
        {"ok": True, **made, "alerts": alerts},
        "-".join([str(made["seq"]), *map(_tag_of, alerts)]),
    )


def _tag_of(alert: dict[str, Any]) -> str:
    return f"{show.key_of(alert)}.{alert['at']}"


@api.post("/kiosks/<kiosk>/answer-help")
def answer_help(centre: str, kiosk: str) -> Response:
    """Somebody goes to a kiosk that called for help: the call ends on every screen of the staff."""
    allowed("answer_help", centre)
    parts().identity.answer_help(_loaded(centre), kiosk, read(HelpAnswered, json_body())["at"])
    parts().publisher.soon(centre)
    return jsonify({"ok": True, "seq": parts().context.seq(centre)})


def _known_verb(verb: str, verbs: Container[str]) -> str:
    if verb not in verbs:
        raise BadPayload("verb", "unknown_verb")
    return verb


@api.get("/snapshot/<kind>")
def snapshot(centre: str, kind: str) -> Response:
    """The snapshot of a role's screen; ETag is its seq."""
    if kind not in ("board", "kiosk", "manager"):
        raise BadPayload("snapshot", "one_of", expected="board, kiosk, manager")
    actor = allowed(f"see:{kind}", centre)
    if kind == "kiosk":
        made = parts().publisher.kiosk_snapshot(_loaded(centre), actor.device, _whole_list())
    else:
        made = parts().publisher.snapshot(kind, _loaded(centre))
    return tagged(made, _tag_with_list(made))


@api.get("/snapshot/counter/<counter>")
def counter_snapshot(centre: str, counter: str) -> Response:
    """The snapshot of a counter's console; ETag is its seq."""
    counter = _counter_named(centre, counter)
    allowed("see:counter", centre, counter)
    if counter not in parts().context.centre(_loaded(centre)).counters:
        raise Refusal("unknown_counter", counter=counter)
    made = parts().publisher.counter_snapshot(centre, counter, _whole_list())
    return tagged(made, _tag_with_list(made))


def _whole_list() -> bool:
    """Whether the asker, of an older version, does not fetch the list of procedures."""
    return request.args.get("catalogue") != "1"


def _tag_with_list(made: Mapping[str, Any]) -> str:
    """The seq; for whoever fetches the list of procedures, also which holds: it may change without
    a fact.
    """
    at = None if _whole_list() else made.get("catalogue")
    return f"{made['seq']}-{at['version']}" if at else str(made["seq"])


@api.get("/access-log")
def access_log(centre: str) -> Response:
    """Who came in and who was turned away, after the id `since`, oldest first, at most 500."""
    allowed("access_log", centre)
    rows = parts().identity.access_log.since(_loaded(centre), _whole_number("since"))
    return jsonify({"ok": True, "rows": rows, "more": len(rows) == JOURNAL_PAGE})


def _whole_number(key: str) -> int:
    """A query's whole number; 0 where it is not said. Raises BadPayload."""
    digits = request.args.get(key, "0")
    if not (digits.isascii() and digits.isdigit()) or len(digits) > 15:
        raise BadPayload(key, "whole_number")
    return int(digits)


@api.get("/journal")
def journal(centre: str) -> Response:
    """The facts after `since`, oldest first, at most 500."""
    allowed("journal", centre)
    facts = parts().context.facts_since(_loaded(centre), _whole_number("since"))
    rows = [journal_row(fact) for fact in facts]
    return jsonify(
        {
            "ok": True,
            "seq": parts().context.seq(centre),
            "facts": rows,
            "more": len(rows) == JOURNAL_PAGE,
        }
    )


def _loaded(centre: str) -> str:
    """The code of a centre that is loaded here. Raises Refusal unknown_centre."""
    parts().context.centre(centre)
    return centre


def tagged(body: Mapping[str, Any], tag: object) -> Response:
    """JSON with an ETag; 304 when the asker has it already."""
    response = jsonify(body)
    response.set_etag(str(tag))
    response.headers["Cache-Control"] = "no-cache"
    response.make_conditional(request)
    return response
