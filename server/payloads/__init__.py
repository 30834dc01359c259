"""What may be said to the hub: one model per verb, for sockets and HTTP alike. An unknown key is an error."""

from .base import BadPayload, Code, Counter, Empty, Press, Reason, RequestId, WithReason, read
from .board import BOARD_VERBS, Played
from .counter import COUNTER_VERBS, DAY_VERBS, TICKET_VERBS, Call, Cancel, Finish, OptionalTicket, Requeue, Transfer
from .kiosk import KIOSK_VERBS, Help, Issue, OfflineTicket, Printed, Status, Upload
from .people import LogIn

__all__ = [
    "BOARD_VERBS", "BadPayload", "COUNTER_VERBS", "Call", "Cancel", "Code", "Counter", "DAY_VERBS", "Empty", "Finish", "Help", "Issue", "KIOSK_VERBS", "LogIn", "OfflineTicket", "OptionalTicket", "Played", "Press", "Printed", "Reason", "RequestId", "Requeue", "Status", "TICKET_VERBS", "Transfer", "Upload", "WithReason", "read",
]
