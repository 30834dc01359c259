"""The acts: what people at the centre do.

The socket handler, the HTTP route and the command line call the same function.
"""

from ..store.engine import OutcomeUnknown, StorageError
from .act import Act, ActContext, Actor, Refusal
from .alerts import end_alert, release_alert, take_alert
from .bookings import book, cancel_booking, confirm_booking, move_booking
from .bookings import check_in as check_in_booking
from .change_field import change_field
from .citizen import cancel, issue, printed, requeue
from .claims import check_in_claim, give_back_claim, join_claim, keep_number
from .clerk import break_after, call, call_next, miss, park, recall, start, store_next, walk_direct
from .clock import about_clock, confirm_clock, confirmers, note_doubt
from .counter import assign, close_counter, open_counter, pause_counter, resume_counter
from .day import (
    close_day,
    close_field,
    keep_day,
    open_day,
    reopen_field,
    resume_issuing,
    stop_issuing,
)
from .day_plans import carry_out_plan, plan_day, planned_for
from .door import door_key
from .draws import ask_draw, close_draw, do_draw, open_draw
from .let_pass import let_pass
from .loading import Consequence, consequences, load_centre
from .offline import forsake, lease_blocks, memory_lost, upload
from .periodic_jobs import run_periodic_jobs
from .rating import rate
from .reach_ahead import forget_booking, forget_claim, reach_booking, reach_claim, watch_day
from .reached import forget_me, given_to_us, reach_me, reach_ticket
from .rejoin import rejoin
from .reopen import reopen_day
from .reprint import reprint, second_paper
from .settings import change_settings, drop_planned, manage_settings, undo_settings
from .sign_report import Figures, sign_report
from .take_back import take_back
from .undo import undo
from .visit import add_service, drop_service, finish, note, transfer

#: verb of the counter → the act; the keys of its payload are the act's keyword arguments
COUNTER_ACTS = {
    "open": open_counter,
    "pause": pause_counter,
    "resume": resume_counter,
    "close": close_counter,
    "call_next": call_next,
    "call": call,
    "recall": recall,
    "start": start,
    "park": park,
    "transfer": transfer,
    "miss": miss,
    "requeue": requeue,
    "finish": finish,
    "cancel": cancel,
    "undo": undo,
    "reprint": reprint,
    "note": note,
    "walk_direct": walk_direct,
    "store_next": store_next,
    "break_after": break_after,
    "add_service": add_service,
    "drop_service": drop_service,
    "assign": assign,
    "change_field": change_field,
}

__all__ = [
    "COUNTER_ACTS",
    "Act",
    "Actor",
    "ActContext",
    "Consequence",
    "Figures",
    "OutcomeUnknown",
    "Refusal",
    "StorageError",
    "about_clock",
    "add_service",
    "assign",
    "book",
    "break_after",
    "call",
    "call_next",
    "cancel",
    "cancel_booking",
    "carry_out_plan",
    "change_field",
    "change_settings",
    "check_in_booking",
    "check_in_claim",
    "close_counter",
    "confirm_booking",
    "confirm_clock",
    "confirmers",
    "consequences",
    "close_day",
    "close_field",
    "ask_draw",
    "close_draw",
    "do_draw",
    "open_draw",
    "door_key",
    "drop_planned",
    "drop_service",
    "end_alert",
    "finish",
    "forsake",
    "give_back_claim",
    "given_to_us",
    "issue",
    "join_claim",
    "keep_day",
    "keep_number",
    "lease_blocks",
    "let_pass",
    "rate",
    "rejoin",
    "watch_day",
    "reach_booking",
    "reach_claim",
    "reach_me",
    "reach_ticket",
    "forget_booking",
    "forget_claim",
    "forget_me",
    "load_centre",
    "run_periodic_jobs",
    "manage_settings",
    "memory_lost",
    "miss",
    "move_booking",
    "note",
    "note_doubt",
    "open_counter",
    "open_day",
    "plan_day",
    "planned_for",
    "park",
    "pause_counter",
    "printed",
    "recall",
    "release_alert",
    "reopen_day",
    "reopen_field",
    "reprint",
    "requeue",
    "resume_counter",
    "resume_issuing",
    "second_paper",
    "sign_report",
    "start",
    "stop_issuing",
    "store_next",
    "take_alert",
    "take_back",
    "transfer",
    "undo",
    "undo_settings",
    "upload",
    "walk_direct",
]
