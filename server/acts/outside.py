"""What went outside lately, as managers see it: no address is in it."""

from collections.abc import Mapping
from dataclasses import dataclass

from ..store import contacts, deliveries
from .act import ActContext

DAY_MS = 86_400_000
STATES = (
    deliveries.FAILED,
    deliveries.PERHAPS,
    deliveries.GONE,
    deliveries.WAITING,
    deliveries.SENDING,
    deliveries.SENT,
)


@dataclass(frozen=True, slots=True)
class Sent:
    """One notice: what it told of, by which channel, how it ended and why."""

    made_at: int
    kind: str
    channel: str
    receiver: str
    state: str
    tries: int
    error: str


@dataclass(frozen=True, slots=True)
class Lately:
    """counts: `{channel: {state: how many}}` of the last day; rows: the newest, those that failed
    first; off: webhooks that are sent nothing, `{code: (since, why)}`; contacts: how many are kept.
    """

    counts: Mapping[str, Mapping[str, int]]
    rows: list[Sent]
    off: Mapping[str, tuple[int, str]]
    contacts: int


def sent_lately(context: ActContext, code: str) -> Lately:
    """What went outside of a centre lately."""
    since = context.clock() - DAY_MS
    counts: dict[str, dict[str, int]] = {}
    with context.store.read() as conn:
        for (channel, state), n in deliveries.counts(conn, code, since).items():
            counts.setdefault(channel, {})[state] = n
        troubled = deliveries.newest(conn, code, STATES[:3])
        others = deliveries.newest(conn, code, STATES[3:])
        off = deliveries.switched_off(conn, code)
        kept = contacts.count(conn, code)
    rows = [
        Sent(
            row.made_at,
            row.kind,
            row.channel,
            row.receiver.partition(":")[2],
            row.state,
            row.tries,
            row.error,
        )
        for row in [*troubled, *others]
    ]
    return Lately(counts, rows, {name.partition(":")[2]: at for name, at in off.items()}, kept)
