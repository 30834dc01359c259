"""Whether the time that a kiosk gave a ticket, by its own clock, can be believed."""

from dataclasses import dataclass

#: A kiosk's clock may be off by so much without anybody's place in line being in doubt.
SLACK_MS = 120_000


@dataclass(frozen=True, slots=True)
class TakenAt:
    """When a ticket was taken.

    at: the moment that counts. claimed_at: what the kiosk said, where it is not believed.
    """

    at: int
    claimed_at: int | None = None


def taken_at(claimed: int, arrived: int, leased_at: int, day_begins: int, day_ends: int) -> TakenAt:
    """When a ticket that a kiosk gave without the hub was taken.

    Its own time counts if it lies in the service day, after the number was leased to the kiosk and
    before the hub heard of it. Any other is not believed: the arrival counts, on the ticket's day.
    All in ms since 1970 UTC; leased_at 0 where it is not known.
    """
    earliest, latest = max(leased_at, day_begins), min(arrived, day_ends - 1)
    if earliest - SLACK_MS <= claimed <= latest + SLACK_MS:
        return TakenAt(min(claimed, latest))
    return TakenAt(latest, claimed)
