"""The OpenAPI document, made from the models that validate."""

from typing import Any

from flask import Blueprint, Response, jsonify
from pydantic.json_schema import models_json_schema

from .. import VERSION
from ..payloads import (
    COUNTER_VERBS,
    DAY_PATHS,
    DAY_VERBS,
    FIELD_PATHS,
    FIELD_VERBS,
    TICKET_VERBS,
    Announce,
    Empty,
    Forgotten,
    HelpAnswered,
    Issue,
    LogIn,
    OneAlert,
    Press,
    Rate,
    ReachMe,
    TakeBack,
)
from ..payloads.clock import ConfirmClock
from ..payloads.screens import (
    AskPairing,
    ChangeScreen,
    GroupDevices,
    LookUp,
    MakeFirmware,
    Pair,
    RaiseEmergency,
    RemakeFirmware,
    RenewToken,
    SetPlaylist,
)
from ..texts import languages
from .auth import STATUS
from .openapi_bookings import BOOKINGS
from .openapi_parts import Route, parameter
from .openapi_reports import REPORTS
from .openapi_settings import FIRST_RUN, PEOPLE, SETTINGS
from .openapi_voice import VOICE

openapi = Blueprint("openapi", __name__)

CENTRE = {
    "name": "centre",
    "in": "path",
    "required": True,
    "schema": {"type": "string"},
    "description": "Code of the centre, e.g. thu-duc.",
}


_DEVICE, _FILE = (
    (parameter("device", "A device's id."),),
    (parameter("file", "The file's sha256."),),
)
_LIST_APART = (
    parameter("catalogue", "1: without the list of procedures, which is read apart.", "query"),
)
#: The screens of the hall: pairing, devices, media, emergency.
SCREENS: tuple[Route, ...] = (
    ("post", "/api/v1/pairing", "A new screen asks for a code. Needs no token.", AskPairing, None),
    (
        "get",
        "/api/v1/pairing",
        "What became of a screen's secret, which is the bearer token.",
        None,
        None,
    ),
    (
        "post",
        "/api/v1/pairing/renew",
        "A device gives itself a new token; its old one ends at the first use of it.",
        RenewToken,
        None,
    ),
    ("get", "/api/v1/pairing/qr.svg", "The QR of a code.", None, None),
    (
        "post",
        "/api/v1/{centre}/pairings",
        "The screen that shows this code; wrong codes are counted.",
        LookUp,
        (),
    ),
    ("get", "/api/v1/{centre}/devices", "Every device that is on, and how it is.", None, ()),
    ("post", "/api/v1/{centre}/devices", "Say what a new screen is.", Pair, ()),
    ("post", "/api/v1/{centre}/device-groups", GroupDevices.__doc__, GroupDevices, ()),
    (
        "post",
        "/api/v1/{centre}/devices/{device}",
        "Say anew what a screen is or how it looks.",
        ChangeScreen,
        _DEVICE,
    ),
    (
        "post",
        "/api/v1/{centre}/devices/{device}/shut-off",
        "Take a device's token from it.",
        Press,
        _DEVICE,
    ),
    (
        "post",
        "/api/v1/{centre}/devices/firmware",
        "A new call pad or LED board: the file it is flashed with (a ZIP, base64), once.",
        MakeFirmware,
        (),
    ),
    (
        "post",
        "/api/v1/{centre}/devices/{device}/firmware",
        "New secrets and a new file for an LED board or call pad that is there.",
        RemakeFirmware,
        _DEVICE,
    ),
    (
        "get",
        "/api/v1/{centre}/screen",
        "What this screen shows besides the calls. ETag.",
        None,
        (parameter("display", "A board of the centre's file.", "query"),),
    ),
    ("get", "/api/v1/{centre}/media", "The media files and the playlist.", None, ()),
    (
        "post",
        "/api/v1/{centre}/media",
        "Take in one picture or film (multipart/form-data, field `file`; 201).",
        None,
        (),
    ),
    (
        "delete",
        "/api/v1/{centre}/media/{file}",
        "Delete a file that the playlist does not play.",
        Press,
        _FILE,
    ),
    ("put", "/api/v1/{centre}/playlist", "Put the playlist in force.", SetPlaylist, ()),
    (
        "post",
        "/api/v1/{centre}/emergency",
        "Put a text on every board and sign at once.",
        RaiseEmergency,
        (),
    ),
    ("delete", "/api/v1/{centre}/emergency", "Take the emergency text down.", Press, ()),
)

_DAY_SENTENCES = {
    "open": "Open the service day by hand.",
    "close": "Close the service day by hand.",
    "reopen": "Take back the last closing of today: everybody has their place again.",
    "stop_issuing": "No new numbers today; the line is finished.",
    "resume_issuing": "Give numbers again.",
}

#: (method, path, sentence, body model, further parameters, other media types)
ROUTES: tuple[Route, ...] = (
    (
        "post",
        "/api/v1/{centre}/tickets",
        "Give out the next number of a field or service (201).",
        Issue,
        (),
    ),
    (
        "get",
        "/api/v1/{centre}/tickets/{ticket}",
        "One ticket, by id (its holder) or number (staff). ETag.",
        None,
        (parameter("ticket", "Id or number."),),
    ),
    *(
        (
            "post",
            f"/api/v1/{{centre}}/tickets/{{ticket}}/{verb}",
            f"{model.__doc__}",
            model,
            (parameter("ticket", "Id or number."),),
        )
        for verb, model in TICKET_VERBS.items()
    ),
    *(
        (
            "post",
            f"/api/v1/{{centre}}/counters/{{counter}}/{verb}",
            f"Counter verb `{verb}`. {model.__doc__}",
            model,
            (parameter("counter", "A counter's number or a desk's id."),),
        )
        for verb, model in COUNTER_VERBS.items()
    ),
    (
        "get",
        "/api/v1/{centre}/counters/{counter}/now",
        "What the LED board of a counter shows.",
        None,
        (parameter("counter", "A counter's number or a desk's id."),),
    ),
    *(
        ("post", f"/api/v1/{{centre}}/day/{path}", _DAY_SENTENCES[path], DAY_VERBS[name], ())
        for path, name in DAY_PATHS.items()
    ),
    *(
        (
            "post",
            f"/api/v1/{{centre}}/fields/{{field}}/{path}",
            (
                FIELD_VERBS[name].__doc__
                if path == "close"
                else "Reopen a field that was closed early."
            ),
            FIELD_VERBS[name],
            (parameter("field", "A field's prefix."),),
        )
        for path, name in FIELD_PATHS.items()
    ),
    (
        "post",
        "/api/v1/{centre}/kiosks/{kiosk}/answer-help",
        HelpAnswered.__doc__,
        HelpAnswered,
        (parameter("kiosk", "A kiosk's name or id."),),
    ),
    ("get", "/api/v1/{centre}/clock", "What the hub believes of the time, and why.", None, ()),
    (
        "post",
        "/api/v1/{centre}/clock/confirm",
        "Say what time it is; put right a day that a wrong clock dated.",
        ConfirmClock,
        (),
    ),
    (
        "get",
        "/api/v1/{centre}/catalogue",
        "The list of procedures (docs/catalogue.md). ETag = its version.",
        None,
        (parameter("version", "The version a snapshot named: kept for a year.", "query"),),
    ),
    (
        "get",
        "/api/v1/{centre}/procedures",
        "The list of procedures as a spreadsheet, for administrators.",
        None,
        (
            parameter("format", "How.", "query", enum=["xlsx", "csv"]),
            parameter("lang", "Language of its heads.", "query", enum=languages().for_staff()),
        ),
    ),
    (
        "post",
        "/api/v1/{centre}/procedures",
        "Hold a list of procedures, the body (XLSX or CSV), against the one in force.",
        None,
        (
            parameter("field", "NAME=B: the field the list calls NAME; repeated.", "query"),
            parameter("remove", "1: take away what the list does not hold.", "query"),
            parameter("apply", "1: put it in force.", "query"),
            parameter("version", "With apply: the version it was looked at with.", "query"),
            parameter("request_id", "With apply: of this press.", "query"),
        ),
    ),
    ("get", "/api/v1/{centre}/lines", "All lines of the hall at a glance. ETag = seq.", None, ()),
    *(
        (
            "get",
            f"/api/v1/{{centre}}/snapshot/{kind}",
            f"The snapshot of a {kind}'s screen. ETag = seq.",
            None,
            _LIST_APART if kind == "kiosk" else (),
        )
        for kind in ("board", "kiosk", "manager")
    ),
    (
        "get",
        "/api/v1/{centre}/snapshot/counter/{counter}",
        "The snapshot of a counter's console. ETag = seq.",
        None,
        (parameter("counter", "A counter's number or a desk's id."), *_LIST_APART),
    ),
    (
        "get",
        "/api/v1/{centre}/journal",
        "The facts after `since`, at most 500.",
        None,
        (parameter("since", "Seq after which to begin.", "query", pattern="^[0-9]{1,15}$"),),
    ),
    (
        "post",
        "/api/v1/{centre}/numbers/take-back",
        "Cancel the unprinted numbers that wait and that a device gave out since a moment.",
        TakeBack,
        (),
    ),
    (
        "post",
        "/api/v1/{centre}/alerts/take",
        "Take an alert that stands, by its key: it is this person's for a quarter of an hour.",
        OneAlert,
        (),
    ),
    (
        "post",
        "/api/v1/{centre}/alerts/done",
        "Say that an alert one took is done.",
        OneAlert,
        (),
    ),
    (
        "get",
        "/api/v1/{centre}/access-log",
        "Log-ins, failures, lock-outs and refusals after `since`, at most 500; for administrators.",
        None,
        (parameter("since", "Id after which to begin.", "query", pattern="^[0-9]{1,15}$"),),
    ),
    *BOOKINGS,
    *REPORTS,
    *FIRST_RUN,
    *SETTINGS,
    *PEOPLE,
    (
        "post",
        "/t/{key}/give-back",
        "The holder of a slip no longer waits; the key is on the slip only. Needs no token.",
        Press,
        (parameter("key", "The key in the QR code of the slip."),),
    ),
    (
        "post",
        "/t/{key}/let-pass",
        "The holder of a slip is not ready: the next two of the line go first. Needs no token.",
        Press,
        (parameter("key", "The key in the QR code of the slip."),),
    ),
    *(
        (
            "post",
            f"/t/{{key}}/{path}",
            text,
            model,
            (parameter("key", "The key in the QR code of the slip."),),
        )
        for path, text, model in (
            (
                "reach-me",
                "The holder's phone is woken by web push when it is soon their turn. Needs no"
                " token.",
                ReachMe,
            ),
            (
                "forget-me",
                "The holder's phones are woken no more; how to reach them is erased, of one"
                " `kind` or all. Needs no token.",
                Forgotten,
            ),
            ("rate", "The holder of a slip says how the visit was. Needs no token.", Rate),
        )
    ),
    *SCREENS,
    *VOICE,
    (
        "post",
        "/api/v1/{centre}/announcements",
        "Announce something to the hall (201).",
        Announce,
        (),
    ),
    ("get", "/api/v1/{centre}/announcements", "What is announced at this moment.", None, ()),
    (
        "delete",
        "/api/v1/{centre}/announcements/{announcement}",
        "Take an announcement down.",
        Press,
        (parameter("announcement", "Its id."),),
    ),
    ("post", "/api/v1/login", "Start a staff session.", LogIn, None),
    ("post", "/api/v1/logout", "End the staff session.", Empty, None),
    ("get", "/api/v1/session", "Whether the session of this browser stands.", None, None),
    ("get", "/api/v1/me", "Who is signed in.", None, None),
    ("get", "/healthz", "The process answers.", None, None),
    ("get", "/readyz", "The database takes a write; 503 otherwise.", None, None),
    ("get", "/metrics", "Prometheus text.", None, None),
    ("get", "/api/openapi.json", "This document.", None, None),
)


def document() -> dict[str, Any]:
    """The OpenAPI 3.1 document as a dict."""
    models = sorted({route[3] for route in ROUTES if route[3]}, key=lambda model: model.__name__)
    _, schemas = models_json_schema(
        [(model, "validation") for model in models], ref_template="#/components/schemas/{model}"
    )
    paths: dict[str, dict[str, Any]] = {}
    for method, path, sentence, model, parameters in ROUTES:
        about: dict[str, Any] = {"summary": sentence, "responses": _responses(path, method)}
        if parameters is not None:
            about["parameters"] = [*([CENTRE] if "{centre}" in path else []), *parameters]
        if model:
            about["requestBody"] = {
                "required": True,
                "content": {
                    "application/json": {
                        "schema": {"$ref": f"#/components/schemas/{model.__name__}"}
                    }
                },
            }
        if path.startswith("/api/v1/") and not path.startswith("/api/v1/login"):
            about["security"] = [{"token": []}, {"session": []}]
        paths.setdefault(path, {})[method] = about
    error = {
        "type": "object",
        "required": ["ok", "error", "message"],
        "properties": {
            "ok": {"const": False},
            "error": {"enum": sorted(STATUS)},
            "message": {
                "type": "string",
                "description": "A sentence for people, Vietnamese unless English is asked for.",
            },
            "retry_after": {"type": "integer"},
            "again_at": {"type": "integer"},
        },
    }
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Lượt",
            "version": VERSION,
            "description": "Queue tickets of public administrative service centres.",
        },
        "paths": paths,
        "components": {
            "schemas": {**schemas["$defs"], "Error": error},
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer"},
                "session": {"type": "apiKey", "in": "cookie", "name": "luot_session"},
            },
        },
    }


def _responses(path: str, method: str) -> dict[str, Any]:
    done = "201" if path.endswith("/tickets") and method == "post" else "200"
    failure = {
        "description": "A code and a sentence.",
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}},
    }
    codes = (
        ("400", "401", "403", "404", "409", "422", "429", "503")
        if path.startswith(("/api/v1/", "/t/"))
        else ()
    )
    return {done: {"description": "Done."}, **dict.fromkeys(codes, failure)}


@openapi.get("/api/openapi.json")
def as_json() -> Response:
    """The document."""
    return jsonify(document())
