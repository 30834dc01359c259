"""What may be said to the hub: one model per verb, for sockets and HTTP alike. An unknown key is an error."""

from .base import BadPayload, Code, Counter, Empty, Press, Reason, RequestId, WithReason, read
from .board import BOARD_VERBS, Announce, Played
from .counter import (
    COUNTER_VERBS, DAY_PATHS, DAY_VERBS, FIELD_PATHS, FIELD_VERBS, TICKET_VERBS, Assign, Call, Cancel,
    CloseField, Finish, Message, Note, OneService, OptionalTicket, Park, Requeue, StoreNext, Transfer, WalkDirect,
)
from .kiosk import KIOSK_VERBS, Help, HelpAnswered, Issue, OfflineTicket, Printed, Status, Upload
from .people import LogIn

__all__ = [
    "BOARD_VERBS", "COUNTER_VERBS", "DAY_PATHS", "DAY_VERBS", "FIELD_PATHS", "FIELD_VERBS", "KIOSK_VERBS", "TICKET_VERBS", "Announce", "Assign", "BadPayload", "Call",
    "Cancel", "CloseField", "Code", "Counter", "Empty", "Finish", "Help", "HelpAnswered", "Issue", "LogIn",
    "Message", "Note", "OfflineTicket", "OneService", "OptionalTicket", "Park",
    "Played", "Press", "Printed", "Reason", "RequestId", "Requeue", "Status", "StoreNext", "Transfer", "Upload", "WalkDirect", "WithReason", "read",
]
