"""The acts: what people at the centre do. The socket handler, the HTTP route and the command line call the same function."""

from ..store.engine import StorageError
from .act import Act, Actor, Desk, Refusal
from .citizen import cancel, issue, printed, requeue
from .clerk import call, call_next, finish, miss, park, recall, start, transfer, undo
from .counter import close_counter, open_counter, pause_counter, resume_counter
from .day import close_day, keep_day, open_day
from .loading import load_centre
from .offline import forsake, lease_blocks, memory_lost, upload
from .reprint import reprint, second_paper

#: verb of the counter → the act; the keys of its payload are the act's keyword arguments
COUNTER_ACTS = {
    "open": open_counter, "pause": pause_counter, "resume": resume_counter, "close": close_counter, "call_next": call_next, "call": call, "recall": recall, "start": start,
    "park": park, "transfer": transfer, "miss": miss, "requeue": requeue, "finish": finish, "cancel": cancel, "undo": undo, "reprint": reprint,
}

__all__ = [
    "COUNTER_ACTS", "Act", "Actor", "Desk", "Refusal", "StorageError", "forsake", "memory_lost", "reprint", "second_paper", "call", "call_next", "cancel", "close_counter", "close_day", "finish", "issue", "keep_day", "lease_blocks", "load_centre", "miss", "open_counter",
    "open_day", "park", "pause_counter", "printed", "recall", "requeue", "resume_counter", "start", "transfer", "undo", "upload",
]
