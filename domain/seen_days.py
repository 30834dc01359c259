"""What days that are over say of a usual one: who comes when and for what, and how long services
take. For simulations (`luot simulate --learned-from`): counts and lengths, no citizen, no clerk.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from .day import MINUTE
from .simulation import Demand
from .visit import Visit

#: Of fewer services of a field its configured minutes say more.
FEW_SERVICES = 20
#: So many lengths of services are kept of a field, evenly from the shortest to the longest.
MOST_SERVICES = 400
HALF_HOUR = 30


@dataclass(slots=True)
class SeenDays:
    """Sums over some days. arrivals: half hour of the day ("07:30") → people. services: field →
    minutes of each.
    """

    days: int = 0
    people: int = 0
    priority: int = 0
    called: int = 0
    no_shows: int = 0
    arrivals: Counter[str] = field(default_factory=Counter)
    fields: Counter[str] = field(default_factory=Counter)
    services: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))

    def add(self, visits: Iterable[Visit], half_hour_of: Callable[[int], str]) -> None:
        """Add one day. half_hour_of: a moment (ms) → its half hour. Numbers made at a counter are
        left out: nobody came for them by the kiosk.
        """
        came = [v for v in visits if not v.walk_direct and v.issued_at is not None and v.field]
        if not came:
            return
        self.days += 1
        self.people += len(came)
        for visit in came:
            self.arrivals[half_hour_of(visit.issued_at or 0)] += 1
            self.fields[str(visit.field)] += 1
            self.priority += visit.priority is not None
            self.called += visit.calls > 0
            self.no_shows += visit.outcome == "no_show"
            for service in visit.services_done:
                if service.field is not None and service.length > 0:
                    self.services[service.field].append(service.length / MINUTE)

    def demand(self, fields: Iterable[str]) -> Demand:
        """Who comes on a usual day, of the fields named. Raises ValueError where no day was seen
        with anybody of them.
        """
        shares = {prefix: float(self.fields[prefix]) for prefix in fields if self.fields[prefix]}
        if not self.days or not shares:
            raise ValueError("nobody was seen")
        return Demand(
            sum(shares.values()) / self.days,
            [
                (begin, half_hour_after(begin), float(count))
                for begin, count in sorted(self.arrivals.items())
            ],
            shares,
            {
                prefix: _spread(lengths)
                for prefix, lengths in self.services.items()
                if len(lengths) >= FEW_SERVICES
            },
            self.no_shows / max(1, self.called),
            self.priority / self.people,
        )


def half_hour_after(begin: str) -> str:
    """ "07:30" → "08:00"; the last of the day ends at "23:59"."""
    hours, minutes = map(int, begin.split(":"))
    end = hours * 60 + minutes + HALF_HOUR
    return "23:59" if end >= 24 * 60 else f"{end // 60:02d}:{end % 60:02d}"


def staffed(open_share: Mapping[str, float], least: float = 0.5) -> list[str]:
    """The counters that were open for at least so much of the hours of the days seen."""
    return [number for number, share in open_share.items() if share >= least]


def _spread(lengths: list[float]) -> list[float]:
    ordered = sorted(lengths)
    if len(ordered) <= MOST_SERVICES:
        return ordered
    return [ordered[n * len(ordered) // MOST_SERVICES] for n in range(MOST_SERVICES)]
