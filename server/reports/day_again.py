"""A day of the journal as it can be lived again: who joined which line when, how long they were
served, and when counters rested.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date as Date

from domain.centre import Centre
from domain.day import MINUTE
from domain.logged_day import LoggedDay, LoggedPerson, logged_day
from domain.visit import Leg, Visit

from ..store.engine import Store
from .question import BadQuestion, Question
from .reading import read

#: Nobody came to a call: the counter waited so long, or until its next call.
IN_VAIN_MS = int(1.5 * MINUTE)


def day_again(store: Store, centre: Centre, date: str, now: int) -> LoggedDay:
    """Read one day that is over. Raises BadQuestion for a day without people, and for today."""
    try:
        day = Date.fromisoformat(date).isoformat()
    except ValueError:
        raise BadQuestion("replay", "no_day", day=date) from None
    if day >= centre.date_of(now):
        raise BadQuestion("replay", "day_over", day=day)
    reading = read(store, centre, Question(day, day), now)
    people = list(_people(reading.seen))
    windows = reading.windows.get(day) or centre.windows("service", day)
    if not any(person.called_at is not None for person in people) or not windows:
        raise BadQuestion("replay", "day_empty", day=day)
    return logged_day(day, people, windows)


def _people(seen: Iterable[Visit]) -> Iterator[LoggedPerson]:
    legs = [
        (leg, visit)
        for visit in seen
        if not visit.walk_direct
        for leg in visit.legs
        if leg.field is not None and not leg.broken
    ]
    calls: dict[str, list[int]] = defaultdict(list)
    for leg, _ in legs:
        if leg.counter is not None and leg.called_at is not None:
            calls[leg.counter].append(leg.called_at)
    for of_counter in calls.values():
        of_counter.sort()
    for leg, visit in legs:
        held, no_show = _held(leg, visit, calls)
        yield LoggedPerson(
            leg.start, str(leg.field), visit.priority, held, no_show, leg.counter, leg.called_at
        )


def _held(leg: Leg, visit: Visit, calls: dict[str, list[int]]) -> tuple[int | None, bool]:
    """How long a leg's call held the counter, and whether nobody came to it."""
    if leg.called_at is None or leg.counter is None:
        return None, False
    later = [at for at in calls[leg.counter] if at > leg.called_at]
    ends = [
        stretch.end
        for stretch in visit.services_done
        if stretch.counter == leg.counter and stretch.start >= leg.called_at
    ]
    no_show = leg.started_at is None and not ends
    end = leg.called_at + IN_VAIN_MS if no_show else min(ends, default=leg.called_at + IN_VAIN_MS)
    if later:
        end = min(end, later[0])
    return max(0, end - leg.called_at), no_show
