"""What a centre's journal says of its usual day, for simulations."""

from collections import defaultdict
from dataclasses import dataclass

from domain.centre import Centre
from domain.day import local
from domain.estimate import OpenTime
from domain.seen_days import SeenDays

from ..store import rollups
from ..store.engine import Store
from .question import Question
from .reading import read

#: The last so many closed days are read; fewer than LEAST say nothing of a usual one.
MOST, LEAST = 60, 5


@dataclass(frozen=True, slots=True)
class UsualDay:
    """The days seen, and the share of their hours in which each counter was open."""

    seen: SeenDays
    open_share: dict[str, float]


def usual_day(store: Store, centre: Centre, now: int) -> UsualDay:
    """Read the last closed days of a centre. Raises ValueError, which says the mend, where there
    are too few.
    """
    with store.read() as conn:
        closed = rollups.closed_days(conn, centre.code)[-MOST:]
    seen = SeenDays()
    open_for: dict[str, int] = defaultdict(int)
    whole = 0

    def half_hour_of(at: int) -> str:
        moment = local(at, centre.timezone)
        return f"{moment:%H}:{moment.minute // 30 * 30:02d}"

    for day in closed:
        reading = read(store, centre, Question(day, day), now)
        before = seen.days
        seen.add(reading.seen, half_hour_of)
        if seen.days == before:
            continue
        open_time = OpenTime(tuple(centre.windows("service", day)))
        whole += sum(end - start for start, end in open_time.windows)
        for number, spans in reading.counters.get(day, {}).items():
            open_for[number] += sum(open_time.between(start, end) for start, end in spans)
    if seen.days < LEAST:
        raise ValueError(
            f"the journal of {centre.code} has {seen.days} closed days with people; {LEAST} are"
            " needed to learn from"
        )
    return UsualDay(seen, {number: length / max(1, whole) for number, length in open_for.items()})
