"""The forecaster on simulated days, learning from them as it does from a journal: the teller that
`luot simulate --score` puts beside the plain rule.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from domain.centre import Centre
from domain.day import MINUTE
from domain.estimate import Promise
from domain.scoring import Estimate, plain_rule
from domain.simulation import Moment, Person, StaffedCounter

from .attendance import chance_to_come
from .corrections import Corrections, Telling
from .follow import Follower
from .hall import CounterNow, HallNow, outlook
from .learned import Learned
from .paths import BETWEEN, EXPECTED, HORIZON_MS, IDLE, ON_BREAK, OUT, SERVING, Real


class SimulatedForecaster:
    """Follows simulated days of one centre: `begin` before each day and `end` after it, `tell` is a
    teller and `watch` a watcher of `simulate_day`.

    centre: as configured; it may differ from the one that is lived. configured: people by field
    and bin of a usual day.
    """

    def __init__(self, centre: Centre, configured: Real, clerks_apart: bool = True) -> None:
        grades = {
            grade.code: grade.credit_minutes * MINUTE
            for grade in centre.priorities.values()
            if grade.credit_minutes
        }
        minutes = {field.prefix: field.minutes for field in centre.fields.values()}
        self.learned = Learned(minutes, grades, configured, clerks_apart)
        self.corrections = Corrections(list(minutes))
        self._centre, self._seed = centre, 0
        self.begin(0, ())

    def begin(self, midnight: int, windows: Sequence[tuple[int, int]]) -> None:
        """A day begins; windows of the counters."""
        self._midnight = midnight
        self._follower = Follower(self.learned, midnight, windows)
        self._tellings: dict[int, Telling] = {}
        self._latest: Telling | None = None

    def end(self) -> None:
        """The day is over."""
        self.learned.night()
        self.corrections.new_day()

    def tell(self, moment: Moment, prefix: str, line_at: int) -> Estimate:
        """What somebody who comes now is told."""
        moment = replace(moment, centre=self._centre)
        rule = plain_rule(moment, prefix, line_at)
        self._latest = None
        self._seed += 1
        hall = HallNow(
            moment.now,
            self._midnight,
            moment.open_time.windows,
            [person for line in moment.waiting.values() for person in line],
            [self._counter_now(place, moment) for place in moment.places],
            self._follower.so_far,
        )
        priority = line_at < moment.now
        view = outlook(self._centre, self.learned, hall, seed=self._seed, only=(prefix, priority))
        minutes = view.newcomers[prefix, priority]
        if minutes[len(minutes) // 2] >= HORIZON_MS / MINUTE:
            return rule
        plain = (rule.range, rule.minutes) if isinstance(rule.range, Promise) else None
        telling = self._latest = self.corrections.tell(prefix, priority, minutes, plain)
        return Estimate(telling.promise, telling.minutes)

    def document(self) -> dict[str, Any]:
        """What it has learned, as JSON; `restore` goes on from there."""
        learned, corrections = self.learned.document(), self.corrections.document()
        copy: dict[str, Any] = json.loads(
            json.dumps({"learned": learned, "corrections": corrections})
        )
        return copy

    def restore(self, document: Mapping[str, Any]) -> None:
        """Go back to what was learned then."""
        self.learned.restore(document["learned"])
        self.corrections = Corrections(self.learned.fields)
        self.corrections.restore(document["corrections"])

    def watch(self, what: str, at: int, person: Person) -> None:
        """Learn from what happens; for `simulate_day`, right after `tell` for who came."""
        counter = person.counter or ""
        if what == "came":
            self._follower.came(at, person.field, person.priority)
            if self._latest is not None:
                self._tellings[person.id], self._latest = self._latest, None
        elif what == "called":
            self._follower.called(at, counter, counter, person.field, person.since)
            telling = self._tellings.pop(person.id, None)
            if telling is not None:
                minutes = (at - person.issued_at) / MINUTE
                self.corrections.called(person.field, person.priority is not None, telling, minutes)
        else:
            self._follower.ended(at, counter, missed=person.started_at is None)

    def _counter_now(self, place: StaffedCounter, moment: Moment) -> CounterNow:
        """A counter as the hub would see it: who is not there yet may come or not."""
        number, person = place.counter.number, place.person
        rested = self._follower.has_rested(number, moment.now)
        counter = self._centre.counters.get(number, place.counter)
        if person is not None and person.called_at is not None and person.ended_at is not None:
            if moment.now < person.ended_at:
                return CounterNow(
                    counter, SERVING, person.called_at, number, person.field, rested=rested
                )
            return CounterNow(counter, BETWEEN, person.ended_at, number, rested=rested)
        if place.resting:
            return CounterNow(counter, ON_BREAK, place.since, number)
        if place.away or not place.staffed:
            come = chance_to_come(
                self.learned,
                number,
                self._follower.has_worked(number),
                moment.open_time,
                moment.now,
            )
            doing = EXPECTED if come else OUT
            return CounterNow(counter, doing, moment.now, number, None, come)
        return CounterNow(counter, IDLE, place.since, number, rested=rested)
