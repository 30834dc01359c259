"""The settings of a centre over HTTP: read, changed, planned, taken back, out and in as a file."""

import json
import logging
import sys
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, jsonify, request

from ..acts import Actor, StorageError
from ..acts import settings as acts
from ..acts.act import Refusal
from ..acts.procedure_list import document_in_force
from ..acts.show import settings as shown
from ..payloads import BadPayload, Press
from ..payloads.base import read
from ..payloads.settings import (
    ChangeSettings,
    KeepDraft,
    ManageSettings,
    ReviewSettings,
    UndoSettings,
)
from ..worker_pool import NotDone, run_in_worker
from .auth import allowed, answered, confirmed, json_body, language, parts
from .backups import newest_of
from .offered import offered
from .slots import Slots

log = logging.getLogger("luot.settings")
settings = Blueprint("settings", __name__, url_prefix="/api/v1/<centre>/settings")
#: A draft of a city's 1,200 procedures is larger than what else is said to the hub.
MOST_BYTES = 4 * 2**20
SECONDS = 60
#: A document of so many letters (some 180 procedures) would hold the loop for 20 ms and more.
LARGE = 100_000
_slots = Slots(2, retry_after_s=10)


@settings.after_request
def keep_none(response: Response) -> Response:
    """Nobody keeps a page of the settings."""
    response.headers["Cache-Control"] = "no-store"
    return response


@settings.get("")
def now(centre: str) -> Response:
    """The settings in force, where each comes from, the person's draft, what is planned."""
    actor = allowed("see:settings", centre)
    seen = shown.settings_now(parts().context, actor, language())
    more = {"offered": offered(centre, language()), "backup_at": newest_of(parts().settings)}
    return jsonify({"ok": True, **seen, **more})


@settings.post("")
def change(centre: str) -> Response:
    """Put changes in force, at once or later."""
    actor = confirmed("settings", centre)
    request.max_content_length = MOST_BYTES
    asked = read(ChangeSettings, json_body())
    context, lang = parts().context, language()
    press = asked.pop("request_id")
    try:
        answer = acts.change_settings(context, actor, press, **asked)
    except acts.BadSettings as bad:
        return _unsound(shown.mistakes_in_words(bad, lang))
    if not answer["ok"] and answer["error"] == "load_refused":
        more = _reviewed(actor, asked)
        return _with(answer, {"review": more})
    return answered(answer)


def _unsound(mistakes: list[dict[str, Any]]) -> Response:
    """422: the document would not be sound; each mistake with its place and mend."""
    first = mistakes[0] if mistakes else {"label": "", "text": ""}
    refusal = Refusal("bad_request", key=first["label"], problem=first["text"])
    return _with(refusal.answer(), {"mistakes": mistakes})


def _with(answer: dict[str, Any], more: dict[str, Any]) -> Response:
    """A refusal with what helps whoever was refused."""
    response = answered(answer)
    whole = jsonify({**(response.get_json() or {}), **more})
    whole.status_code = response.status_code
    return whole


@settings.post("/review")
def review(centre: str) -> Response:
    """What changes would do if they were applied now. Nothing is changed."""
    actor = allowed("see:settings", centre)
    request.max_content_length = MOST_BYTES
    asked = read(ReviewSettings, json_body())
    return jsonify({"ok": True, **_reviewed(actor, asked)})


def _reviewed(actor: Actor, asked: dict[str, Any]) -> dict[str, Any]:
    """What changes would do; those of a large document are looked through beside the hub."""
    context = parts().context
    if shown.size_of(context, actor.centre) < LARGE:
        return shown.review(context, actor, asked["version"], asked["changes"], language())
    return beside_the_hub("review", actor, asked)


def beside_the_hub(do: str, actor: Actor, asked: Mapping[str, Any]) -> dict[str, Any]:
    """The answer of server/acts/show/review_process.py about changes of a large document. Raises
    Refusal, StorageError.
    """
    context, settings = parts().context, parts().settings
    order = {
        "do": do,
        "store": settings.database_url or str(settings.data),
        "data": str(settings.data),
        "now": context.clock(),
        "hours": context.hours,
        "public_url": context.public_url,
        "lang": language(),
        "centre": actor.centre,
        **asked,
    }
    program = [sys.executable, "-P", "-m", "server.acts.show.review_process"]
    with _slots.hold():
        try:
            answer: dict[str, Any] = json.loads(
                run_in_worker(program, json.dumps(order).encode(), SECONDS, knows={})
            )
        except NotDone as error:
            log.warning("changes were not looked through: %s", error)
            raise StorageError("the review of changes did not end") from None
    if "refusal" in answer:
        raise Refusal(answer["refusal"]["code"], **answer["refusal"]["params"])
    return answer


@settings.put("/draft")
def keep_draft(centre: str) -> Response:
    """Keep what the person has changed and not applied."""
    actor = allowed("settings", centre)
    request.max_content_length = MOST_BYTES
    asked = read(KeepDraft, json_body())
    return answered(acts.keep_draft(parts().context, actor, **asked))


@settings.post("/undo")
def undo(centre: str) -> Response:
    """Put the document of an earlier version in force again."""
    actor = confirmed("settings", centre)
    asked = read(UndoSettings, json_body())
    return answered(acts.undo_settings(parts().context, actor, asked.pop("request_id"), **asked))


@settings.post("/planned/<planned>/drop")
def drop_planned(centre: str, planned: str) -> Response:
    """A change that waits does not come."""
    actor = confirmed("settings", centre)
    asked = read(Press, json_body())
    return answered(acts.drop_planned(parts().context, actor, asked["request_id"], planned))


@settings.post("/managed")
def manage(centre: str) -> Response:
    """Say where the settings are changed: in the browser, or by a file only."""
    actor = confirmed("settings", centre)
    asked = read(ManageSettings, json_body())
    return answered(acts.manage_settings(parts().context, actor, asked["request_id"], asked["by"]))


@settings.get("/versions")
def versions(centre: str) -> Response:
    """The versions that were in force, newest first."""
    allowed("see:settings", centre)
    return jsonify({"ok": True, "versions": shown.versions(parts().context, centre)})


@settings.get("/versions/<version>")
def version(centre: str, version: str) -> Response:
    """What a version changed, and what going back to it would change now."""
    allowed("see:settings", centre)
    if not (version.isascii() and version.isdecimal() and len(version) < 10):
        raise BadPayload("version", "whole_number")
    answer = shown.version_of(parts().context, centre, int(version), language())
    return jsonify({"ok": True, **answer})


@settings.get("/search")
def search(centre: str) -> Response:
    """Every setting with its value, to be searched by the page; `words` by key in every language
    of the staff.
    """
    allowed("see:settings", centre)
    _, document = document_in_force(parts().context, centre)
    asked = {"do": "search", "document": document, "lang": language()}
    return jsonify({"ok": True, **json.loads(_in_worker(asked))})


@settings.get("/texts")
def texts(centre: str) -> Response:
    """Every text of citizens' pages that the centre may say its own way, as it is shipped."""
    actor = allowed("see:settings", centre)
    return jsonify({"ok": True, "texts": shown.texts(parts().context, actor.centre)})


@settings.get("/holidays")
def holidays(centre: str) -> Response:
    """The public holidays of a year by the law: proposals, which change nothing."""
    allowed("see:settings", centre)
    year = request.args.get("year", "")
    if not (year.isascii() and year.isdecimal() and len(year) == 4):
        raise BadPayload("year", "whole_number")
    asked = {"do": "holidays", "year": int(year), "lang": language()}
    return jsonify({"ok": True, "days": json.loads(_in_worker(asked))})


@settings.get("/file")
def file_out(centre: str) -> Response:
    """The document in force as a file (YAML)."""
    allowed("see:settings", centre)
    _, document = document_in_force(parts().context, centre)
    response = Response(
        _in_worker({"do": "write", "document": document}),
        content_type="application/yaml; charset=utf-8",
    )
    response.headers["Content-Disposition"] = f'attachment; filename="{centre}.yaml"'
    return response


@settings.post("/file")
def file_in(centre: str) -> Response:
    """A file (the body) held against the document in force: the changes for a draft."""
    allowed("settings", centre)
    request.max_content_length = MOST_BYTES
    version, document = document_in_force(parts().context, centre)
    asked = {"do": "read", "document": document, "lang": language()}
    answer: dict[str, Any] = json.loads(_in_worker(asked, request.get_data()))
    if answer.pop("code") != centre:
        raise BadPayload("site.code", "one_of", expected=centre)
    return jsonify({"ok": True, "version": version, **answer})


def _in_worker(asked: dict[str, Any], content: bytes = b"") -> bytes:
    """The answer of server/centre/__main__.py, found out in a process beside the hub."""
    with _slots.hold():
        try:
            return run_in_worker(
                [sys.executable, "-P", "-m", "server.centre"],
                json.dumps(asked).encode() + b"\n" + content,
                SECONDS,
                knows={},
            )
        except NotDone as error:
            log.warning("a centre's file was not read or written: %s", error)
            raise Refusal("bad_request", why="unreadable") from None
