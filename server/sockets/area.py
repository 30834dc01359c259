"""One loudspeaker area and the hub process that drives it.

Among several processes a row in the database says which one it is, and what was said there.
"""

import logging
import uuid
from dataclasses import dataclass, field, replace

from domain.loudspeaker import SHOWN_MS, Line

from ..acts import StorageError, announcing

log = logging.getLogger("luot.loudspeaker")
#: How long a process has an area for itself, and how often it says so again.
LEASE_MS, RENEW_MS = 6_000, 2_000
#: The row of an area remembers so many of the things said last, for the process that may take it
#: over.
SAID_KEPT = 100


@dataclass
class Area:
    """One loudspeaker area: its line, and what is being said there."""

    centre: str
    group: str
    line: Line = field(default_factory=Line)
    sids: set = field(default_factory=set)
    speaking: object = None
    sid: str = ""
    device: str = ""
    begun: int = 0
    until: int = 0
    voiced_at: int = 0
    leased_until: int = 0
    asked_at: int = 0
    late: int = 0
    alarmed_at: int = 0
    said: list = field(default_factory=list)


class Drive:
    """Which areas are this process's to drive.

    `alone` when no other hub process can exist: then all of them.
    """

    def __init__(self, context, alone):
        self.context, self.alone = context, alone
        self.process = uuid.uuid4().hex

    def mine(self, area, now):
        """Whether this process drives the area; asked of the database at most every few seconds,
        and never where it is the only one.
        """
        if self.alone:
            return True
        if not area.asked_at or not 0 <= now - area.asked_at < (
            RENEW_MS if area.leased_until > now else 1_000
        ):
            had, area.asked_at = area.leased_until > now, now
            until = max(now + LEASE_MS, area.until if area.speaking is not None else 0)
            try:
                said = announcing.claim(
                    self.context,
                    area.centre,
                    area.group,
                    self.process,
                    until,
                    said_in(area) if had else None,
                )
                area.leased_until = 0 if said is None else until
                if said is not None and not had:
                    _take_over(area, said, now)
            except StorageError as trouble:
                log.warning("who speaks in %s could not be settled: %s", area.group, trouble)
            if area.leased_until <= now:
                area.speaking = None  # what another process says there is its own
                self.forget_old(area, now)
        return area.leased_until > now

    def noted(self, area, device, speech, now, until):
        """Write down, before it sounds, what is said and by whom: whoever drives the area after us
        will not say it again. Whether it may begin.
        """
        if self.alone:
            return True
        area.said = [
            *said_in(area),
            {"id": speech.id, "names": speech.names, "device": device, "over": False},
        ][-SAID_KEPT:]
        area.asked_at, area.leased_until = now, 0
        try:
            if (
                announcing.claim(
                    self.context,
                    area.centre,
                    area.group,
                    self.process,
                    max(until, now + LEASE_MS),
                    area.said,
                )
                is not None
            ):
                area.leased_until = max(until, now + LEASE_MS)
        except StorageError as trouble:
            log.warning("what is said in %s could not be noted: %s", area.group, trouble)
        return area.leased_until > now

    def forget_old(self, area, now):
        """What waits here for the case that another process dies: no longer than it would be worth
        saying.
        """
        oldest = now - self.context.centre(area.centre).loudspeaker.stale_ms
        area.line.drop(
            lambda speech: speech.since < oldest or speech.until is not None and speech.until <= now
        )

    def let_go(self, area):
        """Any other process may drive it from now on."""
        if area.leased_until:
            area.leased_until = area.asked_at = 0
            try:
                announcing.release(
                    self.context, area.centre, area.group, self.process, said_in(area)
                )
            except StorageError as trouble:
                log.warning("the loudspeaker of %s could not be let go: %s", area.group, trouble)


def said_in(area):
    """What was said there last; all of it is over when nothing sounds."""
    return [{**one, "over": True} for one in area.said] if area.speaking is None else area.said


def _take_over(area, said, now):
    """Go on with what waits, without what the process before has said.

    Of the last it began nobody here knows the end: its board is asked under the same id.
    """
    known = {name for one in said for name in one["names"]}
    doubted = said[-1] if said and not said[-1]["over"] else None
    open_ = next(
        (
            speech
            for speech in area.line.waiting
            if doubted and set(speech.names) & set(doubted["names"])
        ),
        None,
    )
    area.line.drop(lambda speech: known.issuperset(speech.names))
    area.said = said
    if open_ is not None and area.speaking is None:
        area.speaking, area.sid, area.device, area.begun, area.until = (
            replace(open_, id=doubted["id"]),
            "",
            doubted["device"],
            now - SHOWN_MS,
            now,
        )
