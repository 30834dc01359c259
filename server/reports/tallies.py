"""Visits counted into the rows of a view, each visit, wait and service in exactly one."""

from collections import defaultdict

from domain.figures import Tally
from domain.visit import Visit

from .places import Places
from .reading import Reading
from .time_sums import take_counter_times, take_times


def tallied(reading: Reading, places: Places) -> tuple[dict[str | None, Tally], Tally]:
    """The tallies by row, and that of all; by half hour and counter with the time in them."""
    report = _Report(places)
    for visit in reading.seen:
        report.take(visit)
    if places.by == "half_hour":
        take_times(reading, report.tallies, lambda day, at: str(places.half_hour_of(at)))
    elif places.by == "counter":
        take_counter_times(reading, places, report.tallies)
    report.sum_up()
    return report.tallies, report.total


class _Report:
    """Tallies by key."""

    def __init__(self, places: Places) -> None:
        self.places = places
        self.total = Tally()
        self.tallies: dict[str | None, Tally] = defaultdict(Tally)
        for row in places.expected():
            self.tallies[row] = Tally()

    def take(self, visit: Visit) -> None:
        """Count a visit in the total and in its rows."""
        home = self.places.home(visit)
        self.tallies[home].take(visit)
        if visit.outcome == "waiting":
            self.tallies[self.places.waits_in(visit)].take_waiting()
        for leg in visit.legs:
            self.tallies[self.places.of_leg(visit, leg)].take_leg(leg)
        self._services(visit)

    def sum_up(self) -> None:
        """Fill the total from the rows: each visit, wait and service stands in exactly one."""
        for tally in self.tallies.values():
            self.total.add(tally)

    def _services(self, visit: Visit) -> None:
        """A row knows what was served there; the total knows one sum for each finished visit."""
        here: dict[str | None, int] = defaultdict(int)
        for stretch in visit.stretches:
            if stretch.kind == "service" and "service" not in visit.broken:
                place = self.places.of_service(visit, stretch)
                here[place] += stretch.length
                self.tallies[place].take_service_time(stretch.length)
        for stretch in visit.services_done:
            self.tallies[self.places.of_service(visit, stretch)].take_service_done()
        for stretch in visit.delivered:
            self.tallies[self.places.of_delivered(visit, stretch)].take_delivered()
        if visit.service is None:
            return
        self.total.take_service(visit.service)
        for place, length in here.items():
            self.tallies[place].take_service(length)
