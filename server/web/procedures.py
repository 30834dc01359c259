"""The list of procedures for administrators: out as a spreadsheet, in from one. A list is looked at
first; it comes into force when it is sent again with the word to apply it.
"""

import json
import logging
import sys
from typing import Any

from flask import Blueprint, Response, jsonify, request
from flask.typing import ResponseReturnValue

from ..acts import Refusal
from ..acts.procedure_list import document_in_force, load_list
from ..payloads import BadPayload
from ..reports import FORMATS
from ..texts import languages
from ..worker_pool import NotDone, run_in_worker
from .auth import allowed, answered, language, parts
from .pages import choose_language, remember_language, words
from .slots import Slots
from .staff_page import staff_page

log = logging.getLogger("luot.procedures")
procedures = Blueprint("procedures", __name__, template_folder="templates")
procedures.before_request(choose_language)
procedures.after_request(remember_language)
procedures.context_processor(words)

MOST_BYTES = 20 * 2**20
SECONDS = 60
MOST_FIELDS = 400
#: So many lists are read or written at a time, each in a process of its own.
_slots = Slots(2, retry_after_s=10)
#: format → media type
TYPES = {format_: FORMATS[format_][0] for format_ in ("xlsx", "csv")}


@procedures.get("/procedures")
def page() -> ResponseReturnValue:
    """Where an administrator takes the list out and puts one in."""
    return staff_page("procedures.html", "procedures", most=MOST_BYTES // 2**20)


@procedures.get("/api/v1/<centre>/procedures")
def written_list(centre: str) -> Response:
    """The list in force as a spreadsheet (`format` xlsx or csv, `lang` of its heads)."""
    allowed("procedures", centre)
    format_, lang = request.args.get("format", "xlsx"), request.args.get("lang", language())
    if format_ not in TYPES:
        raise BadPayload("format", "one_of", expected="xlsx, csv")
    if lang not in languages().for_staff():
        raise BadPayload("lang", "one_of", expected=", ".join(languages().for_staff()))
    _, document = document_in_force(parts().context, centre)
    asked = {"do": "write", "document": document, "format": format_, "lang": lang}
    response = Response(_in_worker(asked), content_type=TYPES[format_])
    response.headers["Content-Disposition"] = f'attachment; filename="{centre}.{format_}"'
    response.headers["Cache-Control"] = "no-store"
    return response


@procedures.post("/api/v1/<centre>/procedures")
def take_list(centre: str) -> ResponseReturnValue:
    """Hold a list, the body of the request, against the one in force. `field` (as often as needed):
    NAME=B, the field that the list calls NAME. `remove=1`: take away what it does not hold.
    `apply=1` with `version` and `request_id`: put it in force.
    """
    actor = allowed("procedures", centre)
    request.max_content_length = MOST_BYTES
    apply = request.args.get("apply") == "1"
    version_text, request_id = request.args.get("version", ""), request.args.get("request_id", "")
    if apply and not (
        version_text.isascii() and version_text.isdecimal() and len(version_text) < 15
    ):
        raise BadPayload("version", "whole_number")
    if apply and not 8 <= len(request_id) <= 64:
        raise BadPayload("request_id", "missing")
    version, document = document_in_force(parts().context, centre)
    asked = {
        "do": "look",
        "document": document,
        "lang": language(),
        "called": _called(),
        "remove": request.args.get("remove") == "1",
    }
    made: dict[str, Any] = json.loads(_in_worker(asked, request.get_data()))
    new = made.pop("document")
    if apply and new is not None:
        done = load_list(parts().context, actor, request_id, new, int(version_text))
        if not done["ok"]:
            return answered(done)
        return jsonify({"ok": True, "applied": True, **made, "version": done["version"]})
    may_apply = new is not None and bool(made["differences"])
    return jsonify(
        {"ok": True, "applied": False, "may_apply": may_apply, **made, "version": version}
    )


def _called() -> dict[str, str]:
    """What the list calls a field, as the query says: `field=Hộ tịch (Bộ Tư pháp)=B`."""
    called = {}
    for pair in request.args.getlist("field")[:MOST_FIELDS]:
        name, sign, prefix = pair.rpartition("=")
        if not sign or not name or not prefix:
            raise BadPayload("field", "missing")
        called[name] = prefix
    return called


def _in_worker(asked: dict[str, Any], content: bytes = b"") -> bytes:
    """The answer of server/spreadsheets/__main__.py, found out in a process beside the hub."""
    with _slots.hold():
        try:
            return run_in_worker(
                [sys.executable, "-P", "-m", "server.spreadsheets"],
                json.dumps(asked).encode() + b"\n" + content,
                SECONDS,
                knows={},
            )
        except NotDone as error:
            log.warning("a list of procedures was not read or written: %s", error)
            raise Refusal("bad_request", why="unreadable") from None
