"""What could be done better about a plan: single changes tried on the same days, best first."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from .centre import Centre, Counter
from .planning import Outcome, Plan

#: So many changes are tried at most, of so many fields with the longest waits; so many are told.
MOST_TRIED, WORST_FIELDS, MOST_TOLD = 24, 3, 3
#: A change is worth telling from so many minutes (beyond 15, of everybody's mean) on.
WORTH_MIN = 0.2
#: Counters that are done so many minutes after closing are done in time.
IN_TIME_MIN = 15.0
#: More counters than these are no answer to more people.
MOST_MORE = 8

#: Lives the days under a plan.
Try = Callable[[Plan], Outcome]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One change. kind: `open` a counter, `add` a field to one, or `lunches` in turns; plan: the
    whole with it; outcome: what its days come to.
    """

    kind: str
    plan: Plan
    outcome: Outcome
    counter: str | None = None
    field: str | None = None


@dataclass(frozen=True, slots=True)
class Advice:
    """before: the days without a change; better: the changes worth making, best first; worse: the
    one that hurts most, None where none does.
    """

    before: Outcome
    better: Sequence[Suggestion]
    worse: Suggestion | None


def advice(try_plan: Try, centre: Centre, plan: Plan) -> Advice:
    """Try single changes of a plan on the same days. Raises BadPlan."""
    before = try_plan(plan)
    tried = [
        replace(change, outcome=try_plan(change.plan)) for change in _changes(centre, plan, before)
    ]
    tried.sort(key=lambda change: _cost(change.outcome))
    better = [change for change in tried if _cost(before) - _cost(change.outcome) >= WORTH_MIN]
    worst = tried[-1] if tried else None
    hurts = worst is not None and _cost(worst.outcome) - _cost(before) >= WORTH_MIN
    return Advice(before, better[:MOST_TOLD], worst if hurts else None)


def latest_last_number(try_plan: Try, plan: Plan, clocks: Sequence[str]) -> str | None:
    """The latest of some moments ("16:00") until which numbers can be given and everybody be done
    in time on eight of ten days; None where even the first is too late. Raises BadPlan.
    """
    for clock in sorted(clocks, reverse=True):
        if try_plan(replace(plan, last_number=clock)).overtime_min.high <= IN_TIME_MIN:
            return clock
    return None


def counters_needed(
    try_plan: Try, centre: Centre, plan: Plan, share: float
) -> tuple[list[str], Outcome] | None:
    """The counters to open so that as many percent are called within 15 minutes, and what the days
    come to then; None where no counter is left to open. Raises BadPlan.
    """
    more: list[str] = []
    outcome = try_plan(plan)
    while _share(outcome) < share:
        if len(more) == MOST_MORE:
            return None
        closed = [n for n in centre.counters if n not in outcome.counters and n not in plan.shut]
        worst = next(iter(_worst_fields(outcome)), None)
        serving = [n for n in closed if worst in centre.counters[n].fields] or closed
        if not serving:
            return None
        more.append(serving[0])
        own = centre.counters[serving[0]].fields
        assigned = dict(plan.assigned)
        if worst is not None and worst not in own:
            assigned[serving[0]] = (worst,)
        plan = replace(plan, opened=(*plan.opened, serving[0]), assigned=assigned)
        outcome = try_plan(plan)
    return more, outcome


def _cost(outcome: Outcome) -> float:
    return outcome.beyond_min.middle


def _share(outcome: Outcome) -> float:
    within = outcome.fields[""].within_pct
    return within.middle if within is not None else 100.0


def _worst_fields(outcome: Outcome) -> list[str]:
    """Fields with people, the longest waits first."""
    waits = {
        prefix: figures.p90_min.middle
        for prefix, figures in outcome.fields.items()
        if prefix and figures.p90_min is not None
    }
    return sorted(waits, key=lambda prefix: -waits[prefix])


def _changes(centre: Centre, plan: Plan, before: Outcome) -> list[Suggestion]:
    """What is tried: those of the fields with the longest waits in turn, then lunches in turns."""
    fields = _worst_fields(before)
    of_fields = [list(_for_field(centre, plan, before, f, fields)) for f in fields[:WORST_FIELDS]]
    changes: list[Suggestion] = list(_lunches(centre, plan, before))
    for number in range(MOST_TRIED):
        changes += [of_field[number] for of_field in of_fields if number < len(of_field)]
    different: list[Suggestion] = []
    for change in changes:
        if change.plan not in [one.plan for one in different]:
            different.append(change)
    return different[:MOST_TRIED]


def _for_field(
    centre: Centre, plan: Plan, before: Outcome, prefix: str, worst: Sequence[str]
) -> Iterator[Suggestion]:
    changed = centre.with_assigned({n: {"fields": list(f)} for n, f in plan.assigned.items()})
    for number, counter in centre.counters.items():
        if number in before.counters or number in plan.shut or _guides(centre, counter):
            continue
        if prefix in counter.served:
            opened = replace(plan, opened=(*plan.opened, number))
            yield Suggestion("open", opened, before, number, prefix)
    # those whose own fields wait least are asked first
    calm = sorted(
        before.counters,
        key=lambda n: min(
            (worst.index(f) for f in changed.counters[n].fields if f in worst), default=len(worst)
        ),
        reverse=True,
    )
    for number in calm:
        own = changed.counters[number].fields
        if prefix not in own and not _guides(centre, centre.counters[number]):
            assigned = {**plan.assigned, number: (*own, prefix)}
            yield Suggestion("add", replace(plan, assigned=assigned), before, number, prefix)


def _guides(centre: Centre, counter: Counter) -> bool:
    """Whether a counter is there to help people and calls for nothing else."""
    return all(centre.fields[prefix].kind == "help" for prefix in counter.fields)


def _lunches(centre: Centre, plan: Plan, before: Outcome) -> Iterator[Suggestion]:
    """The hall stays open over lunch, and the counters of each field go in two turns."""
    spans = plan.hours or _usual_hours(centre)
    if len(spans) != 2 or plan.rests:
        return
    (opens, noon), (again, closes) = spans
    length = _minutes(again) - _minutes(noon)
    turns = ((_minutes(noon) - length // 2, _minutes(noon) + length // 2),
             (_minutes(noon) + length // 2, _minutes(again) + length // 2))  # fmt: skip
    seen: dict[str, int] = {}
    rests = {}
    for number in before.counters:
        first = centre.counters[number].fields[0] if centre.counters[number].fields else ""
        turn = turns[seen.setdefault(first, 0) % 2]
        seen[first] += 1
        rests[number] = [(_clock(turn[0]), _clock(turn[1]))]
    in_turns = replace(plan, hours=[(opens, closes)], rests=rests)
    yield Suggestion("lunches", in_turns, before)


def _usual_hours(centre: Centre) -> list[tuple[str, str]]:
    week = centre.calendar.hours["service"]
    return [(span[:5], span[6:]) for span in week.get("mon_fri") or ()]


def _minutes(clock: str) -> int:
    return int(clock[:2]) * 60 + int(clock[3:5])


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
