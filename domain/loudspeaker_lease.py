"""Which of several hub processes drives a loudspeaker area: the transitions of its lease.

A process asks with the effect Claim, and hears LeaseGranted, LeaseRefused or LeaseUnknown.
Part of the machine in loudspeaker_area.py; times are milliseconds.
"""

from __future__ import annotations

from dataclasses import replace

from .loudspeaker import SHOWN_MS, Speech
from .loudspeaker_states import (
    Area,
    Claim,
    LeaseGranted,
    LeaseRefused,
    LeaseUnknown,
    Orphaned,
    Preparing,
    Scene,
    Silent,
    Speaking,
    Step,
    Voice,
)

#: How long a process has an area for itself, how often it says so again, and how often it asks
#: while another has it.
LEASE_MS, RENEW_MS, ASK_MS = 6_000, 2_000, 1_000


def drives(area: Area, scene: Scene) -> bool:
    """Whether this process may speak here now."""
    return not scene.shared or area.lease.until > scene.at


def lease_is_due(area: Area, scene: Scene) -> bool:
    """Whether it is time to ask for the area, or to say again that it is ours."""
    if not scene.shared:
        return False
    every = RENEW_MS if area.lease.until > scene.at else ASK_MS
    return not area.lease.asked_at or not 0 <= scene.at - area.lease.asked_at < every


def ask_lease(area: Area, scene: Scene) -> Step:
    """Ask for the area; what was said here last is written down only by whoever held it."""
    held = area.lease.until > scene.at
    until = scene.at + LEASE_MS
    if isinstance(area.state, (Speaking, Orphaned)):
        until = max(until, area.state.until)
    spoken = area.spoken() if held else None
    lease = replace(area.lease, asked_at=scene.at, renewing=held)
    return replace(area, lease=lease), [Claim(until, spoken)]


def hold(area: Area, event: LeaseGranted, scene: Scene) -> Step:
    """The area is ours: go on with what waits, without what the process before has said.

    Of the last it began nobody here knows the end: its board is asked under the same id.
    """
    lease = replace(area.lease, until=event.until)
    if area.lease.renewing:
        return replace(area, lease=lease), []
    spoken_names = {name for entry in event.spoken for name in entry["names"]}
    doubted = event.spoken[-1] if event.spoken and not event.spoken[-1]["over"] else None
    unsure = next(
        (
            speech
            for speech in area.queue.waiting
            if doubted is not None and set(speech.names) & set(doubted["names"])
        ),
        None,
    )
    area = replace(
        area,
        queue=area.queue.without(lambda speech: spoken_names.issuperset(speech.names)),
        lease=replace(lease, spoken=event.spoken),
    )
    if unsure is None or doubted is None or not isinstance(area.state, Silent):
        return area, []
    again = replace(unsure, id=doubted["id"])
    state = Orphaned(again, Voice(doubted["device"]), scene.at)
    return replace(area, state=state, began_at=scene.at - SHOWN_MS), []


def put_back(area: Area, event: LeaseRefused | LeaseUnknown, scene: Scene) -> Step:
    """It could not be written down: it does not sound, and waits again."""
    state = area.state
    if not isinstance(state, Preparing):
        return area, []
    lease = replace(area.lease, until=0, spoken=area.lease.spoken[:-1])
    queue = area.queue.put_first(state.speech)
    return without_old(replace(area, state=Silent(), queue=queue, lease=lease), scene), []


def lose(area: Area, event: LeaseRefused, scene: Scene) -> Step:
    """What another process says there is its own."""
    area = replace(area, state=Silent(), lease=replace(area.lease, until=0))
    return without_old(area, scene), []


def hold_on(area: Area, event: LeaseUnknown, scene: Scene) -> Step:
    """What was granted holds until its time, whether the database answers or not."""
    if area.lease.until > scene.at:
        return area, []
    return lose(area, LeaseRefused(), scene)


def without_old(area: Area, scene: Scene) -> Area:
    """What waits for the case that another process dies: no longer than it is worth saying."""
    oldest = scene.at - scene.rules.stale_ms

    def is_old(speech: Speech) -> bool:
        if speech.since < oldest:
            return True
        return speech.until is not None and speech.until <= scene.at

    queue = area.queue.without(is_old)
    return area if queue is area.queue else replace(area, queue=queue)
