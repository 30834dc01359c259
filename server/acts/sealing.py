"""The hub seals what was written a few seconds ago, and keeps the head when a service day has
ended. What is sealed and why: server/store/chain.py.
"""

import json
from collections.abc import Callable
from typing import Any

from domain.day import OPEN
from domain.languages import DEFAULT
from domain.notices import KINDS

from ..store import chain, deliveries, lines
from .act import ActContext
from .ids import new_id


def every_centre(code: str) -> bool:
    """That each centre is this process's to look after."""
    return True


class Sealer:
    """Seals the rows of every centre, a batch a transaction."""

    def __init__(
        self,
        context: ActContext,
        pause: Callable[[], Any],
        day_ended: Callable[[str, str, str], object] = lambda centre, day, head: None,
    ) -> None:
        #: is told the head of each day that has ended: centre, day, head
        self._day_ended = day_ended
        self._context, self._pause = context, pause
        #: centre → the seq up to which everything of it was sealed
        self._sealed: dict[str, int] = {}

    def round(self, is_mine: Callable[[str], bool] = every_centre) -> None:
        """Seal what is not, in the centres that live in this process. May raise StorageError."""
        of_all = self._waits()
        for code, seq in self._context.seqs().items():
            if not is_mine(code):
                # whoever seals it meanwhile, once it is back it is looked at anew
                self._sealed.pop(code, None)
                continue
            if self._sealed.get(code) == seq and not of_all:
                continue
            while self._seal_batch(code):
                self._pause()
            self._keep_day_head(code)
            self._sealed[code], of_all = seq, False
            self._pause()

    def _waits(self) -> bool:
        """Whether a row of what all centres share waits for its seal."""
        shared = [stream for stream in chain.STREAMS if not stream.of_centre]
        with self._context.store.read() as conn:
            return any(chain.unsealed(conn, stream, "") for stream in shared)

    def _seal_batch(self, code: str) -> bool:
        """Seal one batch of each stream; whether there may be more."""
        context = self._context
        with context.store.read() as conn:
            waiting = [stream for stream in chain.STREAMS if chain.unsealed(conn, stream, code)]
        if not waiting:
            return False
        with context.store.change() as conn:
            chain.wait_for_writers(conn)
            now = context.clock()
            sealed = [chain.seal_next(conn, stream, code, now) for stream in waiting]
        return max(sealed) == chain.BATCH

    def _keep_day_head(self, code: str) -> None:
        context = self._context
        with context.store.read() as conn:
            day = lines.last_day(conn, code)
            if day is None or day.state == OPEN or day.closed_at is None:
                return
            if chain.has_day_head(conn, code, day.date, day.closed_at):
                return
        with context.store.change() as conn:
            chain.wait_for_writers(conn)
            if chain.has_day_head(conn, code, day.date, day.closed_at):
                return  # the process that the centre has just left was faster
            head = chain.add_day_head(conn, code, day.date, now := context.clock())
            if context.centre(code).privacy.seal_mail:
                nth = sum(row["day"] == day.date for row in chain.day_heads(conn, code))
                deliveries.add(conn, [_mailed(code, day.date, nth, head, now)])
        self._day_ended(code, day.date, head)


def _mailed(centre: str, day: str, nth: int, head: str, now: int) -> deliveries.Delivery:
    """The head of a day on its way to whom the centre names; the nth of that day, where it went on
    after it had ended.
    """
    return deliveries.Delivery(
        centre=centre,
        id=new_id(),
        purpose=deliveries.SEAL,
        subject=day,
        kind="day_sealed",
        nth=nth,
        receiver=deliveries.SEAL,
        channel="email",
        lang=DEFAULT,
        data=json.dumps({"day": day, "head": head}),
        made_at=now,
        next_at=now,
        expires_at=now + KINDS["day_sealed"].useful_ms,
    )
