"""What a hub process does by itself, now and then: in the centres that live in it, or once for the
whole house by the process the house lives in (server/owners.py).

All of it is right however many processes do it, since acts and erasures are locked and done once.
It is done in one so that four processes do not do the work of four.
"""

import logging
from collections.abc import Callable
from typing import Any

from .acts import (
    ActContext,
    Actor,
    Refusal,
    StorageError,
    note_doubt,
    release_alert,
    run_periodic_jobs,
)
from .acts.hub_clock import HubClock
from .acts.retention import (
    erase_due_contacts,
    erase_old_copies,
    erase_old_log_ins,
    erase_past_draws,
    erase_rating_words,
    untie_ratings,
)
from .acts.sealing import Sealer, every_centre
from .owners import HOUSE
from .sockets.publish import Publisher
from .sockets.seals import SealPrinter

log = logging.getLogger("luot")
#: Whether a centre lives in this process; HOUSE: whether what is nobody's centre does.
IsMine = Callable[[str], bool]


def keep_clock(
    clock: HubClock, context: ActContext, tell: Callable[[str], Any], is_mine: IsMine
) -> list[str] | None:
    """Hold the hub's clock against its machine; when the doubt changes tell every centre's screens
    here, and note it in the centres that live here. Returns what went wrong, a sentence a centre.
    """
    if not clock.keep():
        return None

    def tell_doubt(code: str) -> None:
        tell(code)
        if is_mine(code):
            note_doubt(context, code)

    return _for_each_centre(context, tell_doubt)


def do_jobs(context: ActContext, pause: Callable[[], Any], is_mine: IsMine) -> list[str]:
    """What the hub does by itself (server/acts/periodic_jobs.py), once in every centre that lives
    here; returns what went wrong, a sentence a centre. Raises StorageError.
    """

    def do(code: str) -> None:
        pause()  # screens are served between two centres
        run_periodic_jobs(context, code)

    return _for_each_centre(context, do, is_mine)


def release_alerts(context: ActContext, publisher: Publisher, is_mine: IsMine) -> list[str]:
    """Take the alerts that have ended, or are everybody's again, from whoever took them; returns
    what went wrong, a sentence a centre. Raises StorageError.
    """

    def release(code: str) -> None:
        for key, why in publisher.taken_no_more(code).items():
            press = f"alert-{why}-{key}-{publisher.readings.newest(code).seq}"
            release_alert(context, Actor.hub(code), press, alert=key, why=why)

    return _for_each_centre(context, release, is_mine)


def count_asked(context: ActContext, pause: Callable[[], Any]) -> list[str]:
    """Count once a day what people asked for lately, and make the lists that hold it; returns what
    went wrong, a sentence a centre. Raises StorageError.

    In every process: each shows its lists in the same order, also of a centre that comes to live in
    it a moment later.
    """

    def count(code: str) -> None:
        centre = context.centre(code)
        if context.asked.count(code, centre.date_of(context.clock()), pause):
            pause()
            context.catalogues.of(centre)

    return _for_each_centre(context, count)


def seal(sealer: Sealer, printer: SealPrinter, is_mine: IsMine) -> None:
    """Seal what was written in the centres that live here, and print the heads of days that
    ended.
    """
    sealer.round(is_mine)
    printer.round()


def erase_due(context: ActContext, is_mine: IsMine) -> None:
    """Erase what is kept of people for a purpose that is over."""
    if not is_mine(HOUSE):
        return
    if n := erase_due_contacts(context):
        log.info("erased %s contacts, their time was over", n)
    untie_ratings(context)


def erase_old(context: ActContext, is_mine: IsMine) -> None:
    """Erase what is kept for so many days only. The copies of an upgrade lie on this machine's
    disk: every process looks after them.
    """
    if is_mine(HOUSE):
        erase_old_log_ins(context)
        erase_rating_words(context)
        erase_past_draws(context)
    erase_old_copies(context)


def _for_each_centre(
    context: ActContext, do: Callable[[str], Any], is_mine: IsMine = every_centre
) -> list[str]:
    """Do something in every centre, or in those that live here: what goes wrong in one is its
    own.
    """
    troubles = []
    for code in filter(is_mine, list(context.seqs())):
        try:
            do(code)
        except (StorageError, Refusal) as trouble:
            log.warning("%s could not be looked after: %s", code, trouble)
            troubles.append(f"{code}: {trouble}")
        except Exception as trouble:
            log.exception("%s could not be looked after", code)
            troubles.append(f"{code}: {trouble}")
    return troubles
