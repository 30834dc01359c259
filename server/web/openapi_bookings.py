"""The routes of bookings and of numbers kept from home, in the OpenAPI document."""

from ..payloads import (
    BOOKING_VERBS,
    CLAIM_VERBS,
    DRAW_VERBS,
    AskToBook,
    AskToKeep,
    FindVisits,
    OpenDraw,
    RateTicket,
    WatchDay,
)
from .openapi_parts import Route, parameter

_CODE = (parameter("code", "The eight letters, however they are spaced."),)
_DRAW = (parameter("draw", "The name of the draw."),)
_DATE = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"

BOOKINGS: tuple[Route, ...] = (
    (
        "get",
        "/api/v1/{centre}/slots",
        "The times that can be booked of a field or service. Needs no token.",
        None,
        (
            parameter("field", "A field's prefix.", "query"),
            parameter("service", "A procedure's code.", "query"),
            parameter("from", "First date.", "query", pattern=_DATE),
            parameter("to", "Last date.", "query", pattern=_DATE),
        ),
    ),
    (
        "get",
        "/api/v1/{centre}/challenge",
        "The work a browser does before it asks while very many ask. Needs no token.",
        None,
        (),
    ),
    (
        "post",
        "/api/v1/{centre}/alert-list",
        "Be told when a place of a day is free at once. Needs no token.",
        WatchDay,
        (),
    ),
    (
        "post",
        "/api/v1/{centre}/bookings",
        "Hold a place of a time for some minutes; staff book it at once (201). Needs no token.",
        AskToBook,
        (),
    ),
    ("get", "/api/v1/{centre}/bookings/{code}", "A booking. Needs no token.", None, _CODE),
    *(
        ("post", f"/api/v1/{{centre}}/bookings/{{code}}/{verb}", f"{model.__doc__}", model, _CODE)
        for verb, model in BOOKING_VERBS.items()
    ),
    (
        "post",
        "/api/v1/{centre}/claims",
        "Keep a number from home (201). Needs no token.",
        AskToKeep,
        (),
    ),
    (
        "get",
        "/api/v1/{centre}/claims/{code}",
        "A number kept from home. Needs no token.",
        None,
        _CODE,
    ),
    *(
        ("post", f"/api/v1/{{centre}}/claims/{{code}}/{verb}", f"{model.__doc__}", model, _CODE)
        for verb, model in CLAIM_VERBS.items()
    ),
    (
        "post",
        "/api/v1/{centre}/draws",
        "Announce a draw of a day's places of staff (201): its secret's fingerprint is published.",
        OpenDraw,
        (),
    ),
    (
        "get",
        "/api/v1/{centre}/draws/{draw}",
        "What a draw has published: fingerprints, the list once closed, the record once done. "
        "Needs no token.",
        None,
        _DRAW,
    ),
    *(
        ("post", f"/api/v1/{{centre}}/draws/{{draw}}/{verb}", f"{model.__doc__}", model, _DRAW)
        for verb, model in DRAW_VERBS.items()
    ),
    (
        "post",
        "/api/v1/{centre}/deliveries/{id}/again",
        "Have a notice tried anew that failed or may have been sent.",
        None,
        (parameter("id", "The notice."),),
    ),
    (
        "post",
        "/api/v1/{centre}/deliveries/{id}/withdraw",
        "Take back a notice that waits to be sent.",
        None,
        (parameter("id", "The notice."),),
    ),
    (
        "post",
        "/api/v1/{centre}/webhooks/{code}/turn-on",
        "Turn a webhook on again that said it is gone.",
        None,
        (parameter("code", "The webhook's code in the centre's file."),),
    ),
    (
        "post",
        "/api/v1/{centre}/visits/find",
        "What the person of an ID card may come for, with the codes. For kiosks.",
        FindVisits,
        (),
    ),
    (
        "get",
        "/api/v1/{centre}/rate/{counter}",
        "The visit that has just ended at a counter, for the tablet there, and the steps.",
        None,
        (parameter("counter", "The counter's number."),),
    ),
    (
        "post",
        "/api/v1/{centre}/rate/{counter}",
        "How the visit was that has just ended at a counter.",
        RateTicket,
        (parameter("counter", "The counter's number."),),
    ),
    (
        "get",
        "/api/v1/{centre}/door-key",
        "What a board or kiosk makes the door's codes of until its day is over.",
        None,
        (),
    ),
)
